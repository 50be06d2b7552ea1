import type { Files } from "../system/system.ts";
import type { Entry } from "./entry.ts";
import { entries, entriesBackwards } from "./read-log.ts";

/** What an id, the beginning of one, or `latest` means in a log. */
export type Found =
  | { readonly kind: "one"; readonly entry: Entry }
  | { readonly kind: "none" }
  /** Some of the ids that begin like this. */
  | { readonly kind: "many"; readonly ids: readonly string[] };

const shownCandidates = 5;

/** Finds a record. `latest` is the one that was appended last. */
export function findRecord(wanted: string, log: string, files: Pick<Files, "openRead">): Found {
  if (wanted === "latest") {
    for (const entry of entriesBackwards(log, files)) {
      if (entry !== null && entry.kind !== "repair") return { kind: "one", entry };
    }
    return { kind: "none" };
  }
  const matches = new Map<string, Entry>();
  for (const entry of entries(log, files, [`"id":"${wanted}`])) {
    if (entry === null) continue;
    const id = entry.kind === "repair" ? entry.note.id : entry.record.id;
    if (id === wanted) return { kind: "one", entry };
    if (id.startsWith(wanted)) matches.set(id, entry);
  }
  const [only] = matches.values();
  if (only === undefined || wanted === "") return { kind: "none" };
  if (matches.size === 1) return { kind: "one", entry: only };
  return { kind: "many", ids: [...matches.keys()].slice(0, shownCandidates) };
}

/** How much of each id must be given so that it means no other of them; never less than the milliseconds in it. */
export function shortIds(ids: readonly string[]): readonly string[] {
  const millisecondsLength = "0198c000-0000".length;
  const sorted = [...new Set(ids)].sort();
  const needed = new Map(
    sorted.map((id, index) => {
      const common = Math.max(commonLength(id, sorted[index - 1]), commonLength(id, sorted[index + 1]));
      return [id, Math.max(millisecondsLength, common + 1)] as const;
    }),
  );
  return ids.map((id) => id.slice(0, needed.get(id)).replace(/-$/, ""));
}

function commonLength(one: string, other: string | undefined): number {
  let length = 0;
  while (other !== undefined && length < one.length && one[length] === other[length]) length++;
  return length;
}
