import { ExitCode } from "../../core/exit-codes.ts";
import type { Outcome } from "../../core/outcome.ts";
import { takeTask } from "../../core/task-lock.ts";
import type { Witness } from "../../core/witness.ts";
import { captureBounds } from "../../diagnostics/kept-text.ts";
import type { RunRequest } from "../../runner/request.ts";
import { type Execution, refuseToRun, run } from "../../runner/run.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { loadConclusion } from "../conclusion.ts";
import {
  filePolicy,
  type PreparedEnvironment,
  plainPolicy,
  prepareEnvironment,
} from "../prepare-environment.ts";
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
  const { conclude } = await loadConclusion();
  return conclude(execution, { ...additions, request, plan, witnesses, prepared, flags, system, log });
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
