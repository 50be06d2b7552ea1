import { takeIn } from "../core/careful-append.ts";
import type { LockSystem } from "../core/locked-file.ts";
import { openLocked } from "../core/locked-file.ts";
import { pendingPaths, readPending } from "../core/pending.ts";
import { underLock } from "../core/rewrite-file.ts";

/** What taking in the pending folder of a log came to. */
export interface Merged {
  readonly path: string;
  readonly taken: number;
  /** What waits and is no record, in words: it stays where it is. */
  readonly refused: readonly string[];
}

/** Takes in what waits for a log, each record once. Throws a `Refusal`: with 75 when the lock was not to be had. */
export async function mergePending(path: string, system: LockSystem): Promise<Merged> {
  const waiting = pendingPaths(path, system);
  if (waiting.paths.length === 0)
    return { path, taken: 0, refused: waiting.problem === null ? [] : [waiting.problem] };
  await makeLog(path, system);
  const taken = await underLock(path, "merge into", system, (file) => takeIn(file, path, system));
  const left = pendingPaths(path, system).paths.filter((each) => waiting.paths.includes(each));
  const bad = left.filter(
    (each) => system.files.status(each) !== null && readPending(each, system.files) === null,
  );
  return { path, taken, refused: bad.map((each) => `"${each}" is not one whole line of JSON`) };
}

/** All that was ever recorded may wait: then there is no log yet. */
async function makeLog(path: string, system: LockSystem): Promise<void> {
  if (system.files.linkStatus(path) === null) (await openLocked(path, system)).close();
}
