import type { Outcome } from "../../core/outcome.ts";
import { plainReason } from "../../core/reason.ts";
import type { System } from "../../system/system.ts";
import type { AgentName } from "../../wiring/agents.ts";
import type { PromptHeaders } from "../../wiring/prompt-headers.ts";
import { describeEnding } from "../report.ts";

/** Who was called, for what, and what the prompt says of where failures go. */
export interface WorkerIdentity {
  readonly agent: AgentName;
  readonly agentRole: string;
  readonly model: string;
  readonly taskKey: string | undefined;
  readonly phase: string | undefined;
  readonly headers: PromptHeaders;
}

/** The file that takes a worker's failure. */
export interface FailureDestination {
  readonly kind: "errors-log" | "sidecar";
  readonly path: string;
}

/** The errors log; where the prompt names none, or the record would lack its task key or phase, the sidecar. */
export function failureDestination({ headers, taskKey, phase }: WorkerIdentity): FailureDestination | null {
  const { errorsLog, errorsSidecar } = headers;
  if (errorsLog !== null && taskKey && phase) return { kind: "errors-log", path: errorsLog };
  return errorsSidecar === null ? null : { kind: "sidecar", path: errorsSidecar };
}

/**
 * Tells of a failure of an agent's command line, in the way of a record that could be written nowhere, so that whoever
 * collects stderr has it. It belongs in its destination: this is the one place where that is decided.
 */
export function recordWorkerFailure(
  outcome: Outcome,
  identity: WorkerIdentity,
  { output }: Pick<System, "output">,
): void {
  const { agent, agentRole, model, taskKey, phase } = identity;
  const record = {
    destination: failureDestination(identity),
    occurredAt: outcome.endedAt,
    taskKey,
    phase,
    agent,
    agentRole,
    model,
    errorType: "cli-failure",
    message: describeFailure(agent, outcome),
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    durationMs: outcome.durationMs,
    diagnostics: outcome.diagnostics.path,
  };
  output.note(`faultbox-unlogged: ${JSON.stringify(record)}`);
}

function describeFailure(agent: AgentName, outcome: Outcome): string {
  const ending = `${agent} ${describeEnding(outcome)}`;
  const isReasonKnown = outcome.status === "not_started" && outcome.failureReason !== null;
  return isReasonKnown ? `${ending}: ${plainReason(outcome.failureReason)}` : ending;
}
