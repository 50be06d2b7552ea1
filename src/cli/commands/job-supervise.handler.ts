import { describeError, Refusal, UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { uuid7 } from "../../core/uuid7.ts";
import type { Witness } from "../../core/witness.ts";
import { openMirror } from "../../diagnostics/mirror.ts";
import { type JobPlace, jobPlace, jobsDirectory } from "../../job/job-place.ts";
import { makeJob, type OwnJob } from "../../job/make-job.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { placeOf } from "../place.ts";
import type { StartedJob } from "./job-start.handler.ts";
import { type RunAdditions, handle as run } from "./run.handler.ts";
import type { RunFlags } from "./run.plan.ts";
import type { KnownExecution } from "./run.witnesses.ts";

/** What a job may take when nobody says otherwise. */
const defaultTimeoutMs = 1_800_000;

type SuperviseFlags = Omit<RunFlags, "quiet" | "report">;

export async function handle({ flags, program, system, log }: Call<SuperviseFlags>): Promise<Leave> {
  if (flags.outcome === "-") throw new UsageError("Give --outcome a file: a job has no stdout");
  const runFlags: RunFlags = { ...flags, json: undefined, quiet: true, report: false };
  return supervise(flags, system, (additions) =>
    run({ flags: runFlags, positionals: [], program, system, log }, additions),
  );
}

/** Runs an execution as a job. What is refused before anything is started leaves no job behind. */
async function supervise(
  flags: Pick<RunFlags, "root" | "failures-dir" | "task-key">,
  system: System,
  execute: (additions: RunAdditions) => Promise<Leave>,
): Promise<Leave> {
  const jobs = jobsDirectory(placeOf(flags, system).root);
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
    made.push(orRefuse(place, () => makeJob(jobs, place, facts, system)));
    const options = { executionId: place.id, redactor: prepared.redactor, system };
    return [openMirror(place.log, place.log, options), tell];
  };
  await execute({ defaultTimeoutMs, executionId: place.id, outcome: place.outcome, witnesses: make });
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
