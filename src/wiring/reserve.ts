/**
 * Handing out sequence numbers.
 *
 * 1. A number belongs to whoever made the directory `.sequence/NNN`: mkdir(2) succeeds for one caller only, however many
 *    ask at once, on whichever host.
 * 2. Numbers only grow: none is given back, used or not, and a gap is never filled.
 * 3. A number whose files exist is taken too, even when nobody reserved it.
 */
import { describeError, Refusal } from "../core/errors.ts";
import type { Files } from "../system/system.ts";
import { digits, type RunDirectories, type RunKind, runDirectories, sequenceOf } from "./run-paths.ts";

/** What three digits can hold. */
export const lastSequence = 999;

/** The part of the files port that reserving needs. */
export type ReservingFiles = Pick<Files, "names" | "makeDirectory">;

/**
 * Takes the next number of a type for the caller alone, and makes the directories of its files. Throws a `Refusal` with
 * 74 when that cannot be done, or when there is no number left.
 */
export function reserveNext(kind: RunKind, files: ReservingFiles): number {
  const directories = runDirectories(kind);
  try {
    const { runs, ofType, logs, workerResults, sequence } = directories;
    for (const path of [runs, ofType, logs, workerResults, sequence]) files.makeDirectory(path, 0o755);
    for (let number = lastTaken(kind, directories, files) + 1; number <= lastSequence; number++) {
      if (files.makeDirectory(`${sequence}/${digits(number)}`, 0o755)) return number;
    }
  } catch (error) {
    throw new Refusal(
      `Cannot reserve a sequence number in "${directories.sequence}": ${describeError(error)}`,
    );
  }
  throw new Refusal(
    `Cannot reserve a sequence number: the runs of type "${kind.taskType}" have used all up to ${lastSequence}; move "${directories.ofType}" away, or use another type`,
  );
}

function lastTaken(
  { taskType }: RunKind,
  { sequence, logs, workerResults }: RunDirectories,
  files: ReservingFiles,
): number {
  const reserved = files.names(sequence).filter((name) => /^\d{3}$/.test(name));
  const used = [...files.names(logs), ...files.names(workerResults)].map((name) =>
    sequenceOf(name, taskType),
  );
  return Math.max(0, ...reserved.map(Number), ...used.filter((number) => number !== null));
}
