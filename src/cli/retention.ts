import { parseDuration } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import { parseSize } from "../core/size.ts";
import { countOf } from "./count-flag.ts";

/** How much may be kept; null where there is no limit. */
export interface RetentionLimits {
  readonly count: number | null;
  readonly bytes: number | null;
  readonly ageMs: number | null;
}

/** Reads the limits of a prune. One at least must be given: nothing is removed that nobody asked for. */
export function readRetention(
  countFlag: string,
  words: {
    readonly count: string | undefined;
    readonly bytes: string | undefined;
    readonly age: string | undefined;
  },
): RetentionLimits {
  const limits = {
    count: countOf(countFlag, words.count),
    bytes: sizeOf(words.bytes),
    ageMs: ageOf(words.age),
  };
  if (Object.values(limits).every((limit) => limit === null)) {
    throw new UsageError(`Give a limit: ${countFlag}, --max-bytes or --max-age`);
  }
  return limits;
}

function sizeOf(word: string | undefined): number | null {
  if (word === undefined) return null;
  const bytes = parseSize(word);
  if (bytes === null) throw new UsageError("Give --max-bytes as a size, for example 1000000, 500K or 20M");
  return bytes;
}

function ageOf(word: string | undefined): number | null {
  if (word === undefined) return null;
  const ms = parseDuration(word);
  if (ms === null) throw new UsageError("Give --max-age as a duration, for example 30d or 12h");
  return ms;
}
