import { describeError, Refusal, UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { uuid7 } from "../../core/uuid7.ts";
import type { Witness } from "../../core/witness.ts";
import { openMirror } from "../../diagnostics/mirror.ts";
import { type JobPlace, jobPlace, jobsDirectory } from "../../job/job-place.ts";
import { makeJob, type OwnJob } from "../../job/make-job.ts";
import { resolve } from "../../system/path.ts";
import type { System } from "../../system/system.ts";
import type { AgentName } from "../../wiring/agents.ts";
import type { Call, Handler, Leave } from "../command.ts";
import { placeOf } from "../place.ts";
import type { StartedJob } from "./job-start.handler.ts";
import { type RunAdditions, handle as run } from "./run.handler.ts";
import type { RunFlags } from "./run.plan.ts";
import type { KnownExecution } from "./run.witnesses.ts";
import { runWorker, type WorkerFlags } from "./worker.handler.ts";

/** What a job may take when nobody says otherwise. */
const defaultTimeoutMs = 1_800_000;

type SuperviseFlags = Omit<RunFlags, "quiet" | "report">;
type SuperviseWorkerFlags = Omit<WorkerFlags, "quiet" | "report" | "print-argv">;

/** Nobody is there to read: what there is to say stands in the job's files. */
const silent = { json: undefined, quiet: true, report: false } as const;

export async function handle({ flags, ...call }: Call<SuperviseFlags>): Promise<Leave> {
  refuseStdout(flags);
  return supervise(placeOf(flags, call.system).root, flags, call.system, (additions) =>
    run({ ...call, flags: { ...flags, ...silent } }, additions),
  );
}

/** The handler for one agent. */
export function handlerOf(agent: AgentName): Handler<SuperviseWorkerFlags> {
  return {
    async handle({ flags, ...call }) {
      refuseStdout(flags);
      // Whether it is one is asked before anything is made there.
      const root = resolve("/", call.positionals[0] ?? "");
      const workerFlags = { ...flags, ...silent, "print-argv": undefined };
      return supervise(root, flags, call.system, (additions) =>
        runWorker(agent, { ...call, flags: workerFlags }, additions),
      );
    },
  };
}

function refuseStdout({ outcome }: Pick<RunFlags, "outcome">): void {
  if (outcome === "-") throw new UsageError("Give --outcome a file: a job has no stdout");
}

/** Runs an execution as a job. What is refused before anything is started leaves no job behind, and its own exit code. */
async function supervise(
  root: string,
  flags: Pick<RunFlags, "task-key">,
  system: System,
  execute: (additions: RunAdditions) => Promise<Leave>,
): Promise<Leave> {
  const jobs = jobsDirectory(root);
  const place = jobPlace(jobs, uuid7(system.clock.now()));
  const made: OwnJob[] = [];
  const tell = teller(place, system);
  const make = ({ plan, prepared, describe }: KnownExecution): readonly Witness[] => {
    const known = describe();
    const { timeout, grace } = plan.request.limits;
    const facts = {
      execution: { ...known, limits: { ...known.limits, timeout, grace } },
      failures: plan.failures,
      taskKey: flags["task-key"] ?? null,
    };
    const job = orRefuse(place, () => makeJob(jobs, place, facts, system));
    const options = { executionId: place.id, redactor: prepared.redactor, system };
    const mirror = orDiscard(job, () => openMirror(place.log, place.log, options));
    made.push(job);
    return [mirror, tell];
  };
  const leave = await execute({
    defaultTimeoutMs,
    executionId: place.id,
    outcome: place.outcome,
    witnesses: make,
  });
  if (made.length === 0) return leave;
  tell.prepare(); // what was refused with an outcome was never about to be started
  for (const job of made) job.finish();
  return { code: ExitCode.ok };
}

function orRefuse(place: JobPlace, make: () => OwnJob): OwnJob {
  try {
    return make();
  } catch (error) {
    throw new Refusal(`Cannot make the job "${place.directory}": ${describeError(error)}`);
  }
}

function orDiscard<Value>(job: OwnJob, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    job.discard();
    throw error;
  }
}

/**
 * Tells who started us, once, as soon as the program is about to be started: from then on a signal is the program's, and not our
 * end.
 */
function teller(
  { id, directory, log, outcome }: JobPlace,
  { output }: System,
): Witness & { prepare(): void } {
  let told = false;
  const started: StartedJob = { id, directory, log, outcome };
  return {
    prepare() {
      if (!told) output.line(JSON.stringify(started));
      told = true;
    },
    attempt: () => ({}),
    notes: () => [],
  };
}
