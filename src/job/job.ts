/**
 * A job: an execution behind a supervisor, which is faultbox itself in a session of its own. Its files, in `logs/local/jobs` below
 * the root:
 *
 *     <id>/job.json        the record: what runs, and who supervises it
 *     <id>/log             both streams while they come, redacted
 *     <id>/outcome.json    how it ended
 *     <id>/stop            somebody asked it to stop
 *     .<id>.running        the marker: nobody has seen the end yet
 *
 *     {"job":1,"owner":{"pid":4711,"startTime":"83021",…},"execution":{"executionId":…,"role":"exec",…},"failures":…}
 *
 * 1. The id is the execution's id: diagnostics, spool and errors log know the job by it.
 * 2. The supervisor holds an exclusive flock on the record until it is dead or done. Record, lock and marker are there before the
 *    directory has its name: whoever sees a job sees all of it.
 * 3. An outcome is the last word. Without one, a held lock means running and a free one a dead supervisor: lost.
 * 4. Whoever finds a job lost writes its outcome, under that lock, so that it is done once. A lock that is held although the
 *    supervisor is dead is somebody doing just that.
 * 5. A process id means something only on the same machine, since the same boot, in the same pid namespace, with the same start
 *    time; nothing is ever signalled that differs in one of them. On another machine a free lock means nothing either: unknown.
 * 6. The marker goes last. It saves whoever asks for what is running from looking at every job there ever was.
 *
 * States: running → completed, error, timeout, not-run (from the outcome), or lost.
 */
import { errorCode } from "../core/errors.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Files, System } from "../system/system.ts";
import type { JobPlace } from "./job-place.ts";
import { isObject, type JobRecord, parsed, parseRecord } from "./job-record.ts";
import { lifeOf } from "./life.ts";

export type JobState = "running" | "completed" | "error" | "timeout" | "not-run" | "lost" | "unknown";

/** A job as it stands. Lost without an outcome means that nobody has written one yet. */
export interface Job {
  readonly place: JobPlace;
  readonly record: JobRecord;
  readonly state: JobState;
  readonly outcome: Outcome | null;
}

/** Reads a job. Null when there is none, or none any more; throws when its record cannot be read. */
export function readJob(place: JobPlace, system: Pick<System, "files" | "host" | "processes">): Job | null {
  const { files } = system;
  const text = textOf(place.record, files);
  if (text === null) return null;
  const record = parseRecord(text, place.id);
  const ended = () => {
    const outcome = readOutcome(place, files);
    return outcome && { place, record, state: stateOf(outcome), outcome };
  };
  const job = ended();
  if (job !== null) return job;
  const life = lifeOf(record.owner, place.record, system);
  // It may have ended between the two looks.
  if (life !== "alive") return ended() ?? { place, record, state: unended[life], outcome: null };
  return { place, record, state: "running", outcome: null };
}

const unended = { dead: "lost", elsewhere: "unknown" } as const;

/** The outcome beside a job; null while there is none that is whole. */
export function readOutcome(place: JobPlace, files: Pick<Files, "read">): Outcome | null {
  const text = textOf(place.outcome, files);
  const outcome = text === null ? null : parsed(text);
  const isOutcome = isObject(outcome) && outcome["executionId"] === place.id && "status" in outcome;
  // It was written by faultbox into a private directory: the full schema would take longer than all the rest.
  return isOutcome ? (outcome as unknown as Outcome) : null;
}

/** The state of a job that ended so. */
export function stateOf({ status }: Pick<Outcome, "status">): JobState {
  switch (status) {
    case "succeeded":
      return "completed";
    case "failed":
    case "cancelled":
      return "error";
    case "timed_out":
      return "timeout";
    case "not_started":
      return "not-run";
    case "lost":
      return "lost";
  }
}

const decoder = new TextDecoder();

function textOf(path: string, files: Pick<Files, "read">): string | null {
  try {
    return decoder.decode(files.read(path));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return null;
    throw error;
  }
}
