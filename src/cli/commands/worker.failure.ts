import { describeError } from "../../core/errors.ts";
import type { Outcome } from "../../core/outcome.ts";
import { plainReason } from "../../core/reason.ts";
import { workerType } from "../../error-log/error-types.ts";
import { addToSidecar } from "../../error-log/write-sidecar.ts";
import type { System } from "../../system/system.ts";
import type { AgentName } from "../../wiring/agents.ts";
import type { PromptHeaders } from "../../wiring/prompt-headers.ts";
import { describeEnding } from "../describe-ending.ts";
import { printUnlogged } from "../errors-log.ts";
import type { Log } from "../log.ts";
import { shellWord } from "../table.ts";

/** Who was called, for what, and what the prompt says of where failures go. */
export interface WorkerIdentity {
  readonly agent: AgentName;
  readonly agentRole: string;
  readonly model: string;
  readonly taskKey: string | undefined;
  readonly phase: string | undefined;
  readonly headers: PromptHeaders;
}

/** The errors log of the prompt; null where it names none, or the record would lack its task key or phase. */
export function errorsLogFor({ headers, taskKey, phase }: WorkerIdentity): string | null {
  return taskKey && phase ? headers.errorsLog : null;
}

/**
 * Writes the failure of an agent's command line into the worker's sidecar, for the lead to merge: there it is a failure of the
 * tool that the agent is. Never throws: an entry that cannot be written is printed for whoever collects stderr.
 */
export async function addFailureToSidecar(
  outcome: Outcome,
  identity: WorkerIdentity,
  { system, log }: { readonly system: System; readonly log: Log },
): Promise<void> {
  const entry = entryOf(outcome, identity);
  try {
    if (identity.headers.errorsSidecar === null) throw new Error("the prompt names no sidecar");
    await addToSidecar(identity.headers.errorsSidecar, [entry], system);
  } catch (error) {
    printUnlogged([entry], system.output);
    log.error(describeError(error));
  }
}

function entryOf(outcome: Outcome, { agent, phase }: WorkerIdentity): object {
  const { exitCode, signal, durationMs, diagnostics, endedAt, executionId } = outcome;
  return {
    errorType: workerType,
    occurredAt: endedAt,
    message: describeFailure(agent, outcome),
    tool: agent,
    command: outcome.argv.map(shellWord).join(" "),
    exitCode,
    ...(signal === null ? {} : { signal }),
    durationMs,
    ...(phase ? { phase } : {}),
    ...(diagnostics.path === null ? {} : { diagnostics: diagnostics.path }),
    attributes: { executionId, category: outcome.failureCategory ?? "unknown" },
  };
}

function describeFailure(agent: AgentName, outcome: Outcome): string {
  const ending = `${agent} ${describeEnding(outcome)}`;
  const isReasonKnown = outcome.status === "not_started" && outcome.failureReason !== null;
  return isReasonKnown ? `${ending}: ${plainReason(outcome.failureReason)}` : ending;
}
