import { lineText } from "../core/byte-lines.ts";
import type { LockSystem } from "../core/locked-file.ts";
import { rewrite, underLock } from "../core/rewrite-file.ts";
import { join } from "../system/path.ts";
import type { Files } from "../system/system.ts";
import { parseEntry } from "./find.ts";
import type { IndexEntry } from "./index-schema.ts";
import { pinnedAmong } from "./pin.ts";

/** How much evidence may be kept; null where there is no limit. */
export interface Retention {
  readonly count: number | null;
  readonly bytes: number | null;
  readonly ageMs: number | null;
}

/** An execution whose evidence goes, and how much that is. */
export interface Doomed {
  readonly entry: IndexEntry;
  readonly bytes: number;
}

/**
 * The executions beyond the limits, the oldest of them first. What is pinned stays and counts, and so does the newest. A
 * time that is still to come, by a clock that was wrong, has no age.
 */
export function doomedFailures(
  entries: readonly IndexEntry[],
  { count, bytes, ageMs }: Retention,
  { directory, files, now }: { readonly directory: string; readonly files: Files; readonly now: number },
): readonly Doomed[] {
  const pinned = pinnedAmong(files.names(directory));
  const doomed: Doomed[] = [];
  let kept = { count: 0, bytes: 0 };
  let isFull = false;
  for (const entry of entries) {
    const size = sizeOf(entry.name, directory, files);
    const age = Math.max(0, now - Date.parse(entry.recordedAt));
    isFull ||= (count !== null && kept.count + 1 > count) || (bytes !== null && kept.bytes + size > bytes);
    const isDoomed = isFull || (ageMs !== null && age > ageMs);
    if (isDoomed && entry !== entries[0] && !pinned.has(entry.name)) doomed.push({ entry, bytes: size });
    else kept = { count: kept.count + 1, bytes: kept.bytes + size };
  }
  return doomed.reverse();
}

/** Removes their evidence and their lines in the index. Throws a `Refusal` and removes nothing when the index is locked. */
export async function removeFailures(
  doomed: readonly Doomed[],
  directory: string,
  system: LockSystem,
): Promise<void> {
  const names = new Set(doomed.map(({ entry }) => entry.name));
  const index = join(directory, "index.jsonl");
  if (names.size === 0) return;
  if (system.files.linkStatus(index) === null) return removeEvidence(names, directory, system.files);
  await underLock(index, "prune", system, (file) => {
    removeEvidence(names, directory, system.files);
    rewrite(index, file, system.files, {
      stays: (line) => {
        const name = parseEntry(lineText(line) ?? "")?.name;
        return name === undefined || !names.has(name);
      },
    });
  });
}

function removeEvidence(names: ReadonlySet<string>, directory: string, files: Files): void {
  for (const name of names) for (const file of filesOf(name, directory)) files.remove(file);
}

function sizeOf(name: string, directory: string, files: Files): number {
  return filesOf(name, directory).reduce((total, file) => total + (files.linkStatus(file)?.size ?? 0), 0);
}

function filesOf(name: string, directory: string): readonly string[] {
  return [join(directory, `${name}.log`), join(directory, `${name}.json`)];
}
