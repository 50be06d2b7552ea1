import { describeError, Refusal } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { jsonText } from "../../core/json-text.ts";
import { describeSize } from "../../core/size.ts";
import { type DoomedJob, doomedJobs, removeAbandoned, removeJob } from "../../job/prune.ts";
import type { Call, Leave } from "../command.ts";
import { type JobPlaceFlags, knownJobs, lookAtAll } from "../known-jobs.ts";
import { readRetention } from "../retention.ts";
import { counted } from "../table.ts";

interface PruneFlags extends JobPlaceFlags {
  readonly "max-count": string | undefined;
  readonly "max-bytes": string | undefined;
  readonly "max-age": string | undefined;
  readonly "dry-run": boolean | undefined;
}

export async function handle({ flags, system, log }: Call<PruneFlags>): Promise<Leave> {
  const words = { count: flags["max-count"], bytes: flags["max-bytes"], age: flags["max-age"] };
  const limits = readRetention("--max-count", words);
  const known = knownJobs(flags, system);
  const jobs = await lookAtAll(known.ids, known, { system, log });
  const doomed = doomedJobs(jobs, limits, { files: system.files, now: system.clock.now() });
  const dryRun = flags["dry-run"] ?? false;
  if (!dryRun) {
    for (const { job } of doomed)
      remove(() => removeJob(known.directory, job.place, system.files), job.place.id);
    removeAbandoned(known.directory, system);
  }
  if (flags.json) {
    const removed = doomed.map(({ job, bytes }) => ({ id: job.place.id, state: job.state, bytes }));
    system.output.line(jsonText({ dryRun, removed, kept: jobs.length - doomed.length }));
  } else for (const line of pruneLines(doomed, dryRun)) system.output.line(line);
  return { code: ExitCode.ok };
}

function remove(action: () => void, id: string): void {
  try {
    action();
  } catch (error) {
    throw new Refusal(`Cannot remove the job "${id}": ${describeError(error)}`);
  }
}

function pruneLines(doomed: readonly DoomedJob[], dryRun: boolean): readonly string[] {
  const verb = dryRun ? "would remove" : "removed";
  const total = doomed.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...doomed.map(
      ({ job, bytes }) =>
        `${verb} ${job.place.id}  ${job.state}  ${job.outcome?.endedAt}  ${describeSize(bytes)}`,
    ),
    `${verb} ${counted(doomed.length, "job")} (${describeSize(total)})`,
  ];
}
