import { entryOf } from "../system/path.ts";
import type { Files, System } from "../system/system.ts";
import type { Job } from "./job.ts";
import { abandonedNames, type JobPlace, jobPlace } from "./job-place.ts";
import { isHeld } from "./life.ts";

/** How much may be kept; null where there is no limit. */
export interface JobRetention {
  readonly count: number | null;
  readonly bytes: number | null;
  readonly ageMs: number | null;
}

/** A job that goes, and how much it takes. */
export interface DoomedJob {
  readonly job: Job;
  readonly bytes: number;
}

/** The jobs beyond the limits, the oldest first, of jobs of which the newest comes first. What is not over stays and counts, and so does the newest. */
export function doomedJobs(
  jobs: readonly Job[],
  { count, bytes, ageMs }: JobRetention,
  { files, now }: { readonly files: Files; readonly now: number },
): readonly DoomedJob[] {
  const doomed: DoomedJob[] = [];
  let kept = { count: 0, bytes: 0 };
  let isFull = false;
  for (const job of jobs) {
    const size = sizeOf(job.place, files);
    isFull ||= (count !== null && kept.count + 1 > count) || (bytes !== null && kept.bytes + size > bytes);
    const age = job.outcome === null ? 0 : Math.max(0, now - Date.parse(job.outcome.endedAt));
    const isDoomed = isFull || (ageMs !== null && age > ageMs);
    if (isDoomed && job.outcome !== null && job !== jobs[0]) doomed.push({ job, bytes: size });
    else kept = { count: kept.count + 1, bytes: kept.bytes + size };
  }
  return doomed.reverse();
}

/** Removes a job. It goes as a whole first, so that nobody sees a part of it. */
export function removeJob(directory: string, { id, directory: path }: JobPlace, files: Files): void {
  const gone = entryOf(directory, `.${id}.gone`);
  files.rename(path, gone);
  removeDirectory(gone, files);
}

/** How long a supervisor may take to make its job. */
const makingMs = 60_000;

/** Takes away what was left by a supervisor or a removal that was killed on the way. */
export function removeAbandoned(directory: string, system: Pick<System, "files" | "clock">): void {
  const { files, clock } = system;
  for (const { name, id, kind } of abandonedNames(files.names(directory))) {
    const path = entryOf(directory, name);
    const isOld = clock.now() - (files.linkStatus(path)?.modifiedAt ?? clock.now()) > makingMs;
    if (kind === "gone") removeDirectory(path, files);
    else if (!isOld) continue;
    else if (kind === "new" && !isHeld(`${path}/job.json`, { files })) removeDirectory(path, files);
    else if (kind === "running" && files.status(jobPlace(directory, id).directory) === null)
      files.remove(path);
  }
}

function removeDirectory(path: string, files: Files): void {
  for (const name of files.names(path)) files.remove(entryOf(path, name));
  files.removeEmptyDirectory(path);
}

function sizeOf({ directory }: JobPlace, files: Files): number {
  const sizes = files.names(directory).map((name) => files.linkStatus(entryOf(directory, name))?.size ?? 0);
  return sizes.reduce((total, size) => total + size, 0);
}
