import { inPrivateDirectory } from "../core/make-directories.ts";
import { writeEveryByte } from "../core/write-bytes.ts";
import { entryOf } from "../system/path.ts";
import type { Files, OpenFile, System } from "../system/system.ts";
import { draftName, type JobPlace } from "./job-place.ts";
import type { JobOwner, JobRecord } from "./job-record.ts";
import { removeJob } from "./prune.ts";

/** A job of ours. */
export interface OwnJob {
  /** Its end is on disk, or is left to whoever looks next; the lock is given back. */
  finish(): void;
  /** There is to be no job after all. */
  discard(): void;
}

type World = Pick<System, "files" | "host" | "processes">;

/** Makes a job that this process supervises, with the lock held. On failure nothing of it is left. */
export function makeJob(
  jobs: string,
  place: JobPlace,
  facts: Omit<JobRecord, "job" | "owner">,
  system: World,
): OwnJob {
  const { files } = system;
  const file = placeDraft(jobs, place, files);
  const draft = entryOf(jobs, draftName(place.id));
  try {
    const record: JobRecord = { job: 1, owner: whoWeAre(file, system), ...facts };
    writeEveryByte(file, new TextEncoder().encode(`${JSON.stringify(record)}\n`));
    files.createNew(place.marker, 0o600).close();
    files.rename(draft, place.directory);
  } catch (error) {
    files.remove(place.marker);
    removeDraft(draft, files);
    file.close();
    throw error;
  }
  return {
    finish() {
      if (files.status(place.outcome) !== null) files.remove(place.marker);
      file.close();
    },
    discard() {
      removeJob(jobs, place, files);
      files.remove(place.marker);
      file.close();
    },
  };
}

function placeDraft(jobs: string, place: JobPlace, files: Files): OpenFile {
  const draft = entryOf(jobs, draftName(place.id));
  return inPrivateDirectory(jobs, files, () => {
    files.makeDirectory(draft, 0o700);
    return files.createNew(`${draft}/job.json`, 0o600);
  });
}

function removeDraft(draft: string, files: Files): void {
  files.remove(`${draft}/job.json`);
  files.removeEmptyDirectory(draft);
}

function whoWeAre(file: OpenFile, { host, processes }: World): JobOwner {
  const { pid } = host;
  return { pid, startTime: processes.startTimeOf(pid), ...host.place(), locked: tryLock(file) };
}

function tryLock(file: OpenFile): boolean {
  try {
    return file.tryLock();
  } catch {
    return false; // no libc: the process id and its start time have to do
  }
}
