import { type ByteLine, byteLines, lineText } from "../core/byte-lines.ts";
import type { LockSystem } from "../core/locked-file.ts";
import { looking, rewrite, underLock } from "../core/rewrite-file.ts";
import type { OpenFile } from "../system/system.ts";
import { readEntry } from "./entry.ts";
import { removeFullText } from "./full-text.ts";

/** What a log may keep; null where there is no limit. What is beyond any of them goes, the oldest first. */
export interface Retention {
  readonly records: number | null;
  readonly bytes: number | null;
  readonly ageMs: number | null;
}

/** What a prune did, or would do. */
export interface Pruned {
  readonly path: string;
  readonly removed: number;
  readonly removedBytes: number;
  readonly kept: number;
}

/**
 * Removes the oldest records of a log, and their long texts. The newest record stays whatever the limits say, and so does
 * every line that is none of ours: bad ones and those of a later version.
 */
export async function pruneLog(
  path: string,
  retention: Retention,
  system: LockSystem,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Pruned> {
  const now = system.clock.now();
  // Looked at without the lock first, so that writers need not wait for somebody who finds nothing to do.
  const planned = looking(path, system, (file) => plan(path, file, retention, now));
  if (planned !== null && (dryRun || planned.doomed.length === 0)) return planned.pruned;
  return underLock(path, "prune", system, (file) => {
    const { doomed, pruned } = plan(path, file, retention, now);
    const starts = new Set(doomed.map(({ start }) => start));
    if (doomed.length > 0) rewrite(path, file, system.files, { stays: (line) => !starts.has(line.start) });
    for (const { id } of doomed) removeFullText(path, id, system);
    return pruned;
  });
}

interface Plan {
  readonly doomed: readonly PrunableLine[];
  readonly pruned: Pruned;
}

function plan(path: string, file: OpenFile, retention: Retention, now: number): Plan {
  const lines = [...prunable(file)];
  const doomed = doomedLines(lines, retention, now);
  const removedBytes = doomed.reduce((total, line) => total + line.bytes, 0);
  return {
    doomed,
    pruned: { path, removed: doomed.length, removedBytes, kept: lines.length - doomed.length },
  };
}

interface PrunableLine {
  readonly start: number;
  readonly bytes: number;
  readonly id: string;
  readonly recordedAt: number;
}

function* prunable(file: OpenFile): Generator<PrunableLine> {
  for (const line of byteLines(file)) {
    const known = idAndTime(line);
    if (known !== null) yield { start: line.start, bytes: line.bytes.length, ...known };
  }
}

function idAndTime(line: ByteLine): Pick<PrunableLine, "id" | "recordedAt"> | null {
  const entry = readEntry(lineText(line) ?? "");
  if (entry === null || entry.kind === "newer") return null;
  const { id, recordedAt } = entry.kind === "repair" ? entry.note : entry.record;
  return { id, recordedAt: Date.parse(recordedAt) };
}

/** By the order of the lines, since clocks jump; and a time that is still to come has no age yet. */
function doomedLines(
  lines: readonly PrunableLine[],
  { records, bytes, ageMs }: Retention,
  now: number,
): readonly PrunableLine[] {
  const doomed: PrunableLine[] = [];
  let keptRecords = 0;
  let keptBytes = 0;
  let isFull = false;
  for (const line of lines.toReversed()) {
    isFull ||=
      (records !== null && keptRecords + 1 > records) || (bytes !== null && keptBytes + line.bytes > bytes);
    const isOld = ageMs !== null && Math.max(0, now - line.recordedAt) > ageMs;
    if ((isFull || isOld) && line !== lines.at(-1)) doomed.push(line);
    else {
      keptRecords++;
      keptBytes += line.bytes;
    }
  }
  return doomed.toReversed();
}
