import { replaceFile } from "../../core/careful-write.ts";
import { describeError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import type { Outcome } from "../../core/outcome.ts";
import type { Redactor } from "../../core/redactor.ts";
import { takeTask } from "../../core/task-lock.ts";
import type { Witness } from "../../core/witness.ts";
import { captureBounds } from "../../diagnostics/kept-text.ts";
import { saveDiagnostics } from "../../diagnostics/save.ts";
import { toOutcome } from "../../runner/outcome.ts";
import type { RunRequest } from "../../runner/request.ts";
import { withFailureReason } from "../../runner/result-file.ts";
import { type Execution, refuseToRun, run } from "../../runner/run.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { causeFinder } from "../find-cause.ts";
import type { Log } from "../log.ts";
import {
  filePolicy,
  type PreparedEnvironment,
  plainPolicy,
  prepareEnvironment,
} from "../prepare-environment.ts";
import { recordFailure } from "../record-failure.ts";
import { quietReport, reportLines } from "../report.ts";
import { environmentOutcome } from "./run.environment.ts";
import { type Plan, type PlanDefaults, type RunFlags, readPlan } from "./run.plan.ts";
import { requestOf, withLateSecrets } from "./run.request.ts";
import { callWitnesses, type KnownExecution } from "./run.witnesses.ts";

/** What a command that runs its program through this one adds. */
export interface RunAdditions extends PlanDefaults {
  /** Called when everything is checked and nothing is started: who else has to know of it. May throw. */
  readonly witnesses?: (known: KnownExecution) => readonly Witness[];
  /** Called with what a failed execution ended as, once its evidence is kept. */
  readonly afterFailure?: (outcome: Outcome) => void | Promise<void>;
}

export async function handle(call: Call<RunFlags>, additions: RunAdditions = {}): Promise<Leave> {
  const plan = readPlan(call.flags, call.program, call.system, additions);
  if (plan.exclusiveTask === null) return execute(plan, call, additions);
  const { executionId } = plan.request;
  const task = await takeTask(plan.root, { key: plan.exclusiveTask, executionId }, call.system);
  try {
    return await execute(plan, call, additions);
  } finally {
    task.release();
  }
}

async function execute(
  plan: Plan,
  { flags, system, log }: Call<RunFlags>,
  additions: RunAdditions,
): Promise<Leave> {
  const purpose = { root: plan.root, program: plan.request.argv[0], cwd: plan.request.cwd };
  const policy = plainPolicy(flags, system) ?? (await filePolicy(flags, system));
  const prepared = withLateSecrets(prepareEnvironment(policy, purpose, system), plan);
  const request = requestOf(plan, prepared, flags, system);
  const witnesses = callWitnesses(
    request,
    plan,
    { ...additions, mirror: flags.mirror },
    { prepared, system },
  );
  const execution = await runOrRefuse(request, prepared, { system, witnesses: witnesses.all });
  if (execution.verdict.success && nobodyAsks(plan, flags)) {
    witnesses.leave(null);
    await witnesses.gone();
    return { code: ExitCode.ok };
  }
  const draft = describe(execution, request, plan, { ...prepared, system });
  const outcome = await keep(draft, execution, plan, { ...prepared, system });
  witnesses.leave(outcome.diagnostics.state === "failed" ? draft : null);
  const annotated = flags["annotate-result"] ? annotate(outcome, execution, request, system) : outcome;
  const recorded = await record(annotated, plan, { ...prepared, system, log });
  const written = writeOutcome(recorded, plan.outcomes, { system, log });
  if (!written.success) await additions.afterFailure?.(written);
  if (flags.report) for (const warning of prepared.environment.warnings) log.warn(warning);
  tell(written, execution, { flags, system, log, redactor: prepared.redactor });
  await witnesses.gone();
  const { exitCode, signal } = execution.verdict;
  return signal === null ? { code: exitCode } : { code: exitCode, signal };
}

/** A success that nothing is kept of and nobody is told of needs no outcome either. */
function nobodyAsks(plan: Plan, flags: RunFlags): boolean {
  return !plan.keepAlways && plan.outcomes.length === 0 && !flags.report;
}

/** What a required variable that is missing ends before it begins: its evidence is kept like any other's. */
async function runOrRefuse(
  request: RunRequest,
  prepared: Pick<PreparedEnvironment, "environment" | "redactor">,
  world: { readonly system: System; readonly witnesses: readonly Witness[] },
): Promise<Execution> {
  const problems = prepared.environment.problems.map(({ message }) => message);
  const bounds = captureBounds(() => prepared.redactor.longest);
  if (problems.length === 0) return run(request, { ...world, bounds });
  const failure = {
    kind: "start-failure" as const,
    message: problems.join("; "),
    exitCode: ExitCode.runRefused,
    category: "environment" as const,
  };
  return refuseToRun(failure, request, world.system);
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
