import { replaceFile } from "../../core/careful-write.ts";
import { describeError } from "../../core/errors.ts";
import type { Outcome } from "../../core/outcome.ts";
import type { Redactor } from "../../core/redactor.ts";
import { saveDiagnostics } from "../../diagnostics/save.ts";
import { toOutcome } from "../../runner/outcome.ts";
import type { RunRequest } from "../../runner/request.ts";
import { withFailureReason } from "../../runner/result-file.ts";
import type { Execution } from "../../runner/run.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { causeFinder } from "../find-cause.ts";
import type { Log } from "../log.ts";
import type { PreparedEnvironment } from "../prepare-environment.ts";
import { recordFailure } from "../record-failure.ts";
import { quietReport, reportLines } from "../report.ts";
import { environmentOutcome } from "./run.environment.ts";
import type { Plan, RunFlags } from "./run.plan.ts";
import type { Witnesses } from "./run.witnesses.ts";

/** What an execution was, and who is to hear of it. */
interface Concluded extends Pick<Call<RunFlags>, "flags" | "system" | "log"> {
  readonly request: RunRequest;
  readonly plan: Plan;
  readonly witnesses: Witnesses;
  readonly prepared: PreparedEnvironment;
  readonly afterFailure?: (outcome: Outcome) => void | Promise<void>;
}

/** Keeps the evidence of an execution, records and tells it, and says how to leave. */
export async function conclude(
  execution: Execution,
  { request, plan, witnesses, prepared, flags, system, log, afterFailure }: Concluded,
): Promise<Leave> {
  const draft = describe(execution, request, plan, { ...prepared, system });
  const outcome = await keep(draft, execution, plan, { ...prepared, system });
  witnesses.leave(outcome.diagnostics.state === "failed" ? draft : null);
  const annotated = flags["annotate-result"] ? annotate(outcome, execution, request, system) : outcome;
  const recorded = await record(annotated, plan, { ...prepared, system, log });
  const written = writeOutcome(recorded, plan.outcomes, { system, log });
  if (!written.success) await afterFailure?.(written);
  if (flags.report) for (const warning of prepared.environment.warnings) log.warn(warning);
  tell(written, execution, { flags, system, log, redactor: prepared.redactor });
  await witnesses.gone();
  const { exitCode, signal } = execution.verdict;
  return signal === null ? { code: exitCode } : { code: exitCode, signal };
}

interface Prepared extends PreparedEnvironment {
  readonly system: System;
}

function describe(execution: Execution, request: RunRequest, plan: Plan, prepared: Prepared): Outcome {
  return toOutcome(execution, request, {
    role: plan.role,
    task: plan.task,
    shortId: plan.shortId,
    host: prepared.system.host.name(),
    environment: environmentOutcome(prepared),
    notes: [...prepared.environment.warnings, ...prepared.system.runtime.lacks],
    redactor: prepared.redactor,
  });
}

/** Evidence first: the diagnostics of everything that is not success. Keeping it never changes what `run` exits with. */
async function keep(draft: Outcome, execution: Execution, plan: Plan, prepared: Prepared): Promise<Outcome> {
  if (draft.success && !plan.keepAlways) return draft;
  const evidence = execution.attempts.map((attempt) => attempt.evidence);
  const findCause = causeFinder(prepared.environment, prepared);
  return saveDiagnostics(draft, evidence, { ...prepared, findCause, directory: plan.failures });
}

async function record(
  outcome: Outcome,
  plan: Plan,
  world: Prepared & { readonly log: Log },
): Promise<Outcome> {
  if (outcome.success || plan.errorsLog === null) return outcome;
  return recordFailure(outcome, plan.errorsLog, world);
}

function annotate(outcome: Outcome, execution: Execution, request: RunRequest, { files }: System): Outcome {
  const { result } = execution.attempts.at(-1) ?? execution.attempts[0];
  if (outcome.success || outcome.failureReason === null || request.result === null) return outcome;
  const text = result.text === null ? null : withFailureReason(result.text, outcome.failureReason);
  if (text === null) return withNote(outcome, `the result file was not annotated: it is ${result.state}`);
  try {
    replaceFile(request.result.path, text, files);
    return outcome;
  } catch (error) {
    return withNote(outcome, `the result file was not annotated: ${describeError(error)}`);
  }
}

function writeOutcome(
  outcome: Outcome,
  paths: readonly string[],
  { system, log }: { readonly system: System; readonly log: Log },
): Outcome {
  let written = outcome;
  for (const path of paths) {
    try {
      if (path === "-") system.output.line(JSON.stringify(written));
      else replaceFile(path, `${JSON.stringify(written, null, 2)}\n`, system.files);
    } catch (error) {
      log.error(describeError(error));
      written = withNote(written, describeError(error));
    }
  }
  return written;
}

function withNote(outcome: Outcome, note: string): Outcome {
  return { ...outcome, notes: [...outcome.notes, note] };
}

/** What a person sees: after `--quiet` the tail of both streams; then the pointer, where it is wanted. */
function tell(
  outcome: Outcome,
  execution: Execution,
  {
    flags,
    system,
    log,
    redactor,
  }: Pick<Call<RunFlags>, "flags" | "system" | "log"> & { readonly redactor: Redactor },
): void {
  const { evidence, stop } = execution.attempts.at(-1) ?? execution.attempts[0];
  if (stop.kind === "fault") log.error(`internal fault: ${describeFault(stop.error)}`);
  if (flags.quiet && !outcome.success) {
    for (const line of quietReport(evidence, redactor)) system.output.note(line);
  }
  const wanted = flags.report ?? (flags.quiet || system.output.stderr.isTerminal());
  for (const line of reportLines(outcome, { wanted, asked: flags.report })) log.info(line);
}

function describeFault(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : describeError(error);
}
