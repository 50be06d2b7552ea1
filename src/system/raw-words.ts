import { decodeRaw } from "../core/raw-text.ts";
import { fs } from "./node-fs.ts";
import { attempt } from "./process-table.ts";

/** The words as the caller gave them, also where they are not UTF-8: the runtime has U+FFFD in place of those bytes (`decodeRaw`). */
export function wordsAsGiven(words: readonly string[]): readonly string[] {
  let changed = false;
  for (const word of words) changed ||= word.includes("\uFFFD");
  if (!changed) return words;
  const line = attempt(() => fs().readFileSync("/proc/self/cmdline"));
  if (line === null) return words;
  // Before them stand the runtime's own words, and behind the last one a NUL.
  return decodeRaw(line).split("\0").slice(0, -1).slice(-words.length);
}
