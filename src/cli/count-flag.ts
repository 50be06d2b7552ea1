import { UsageError } from "../core/errors.ts";

/** A number from a flag; null when it was not given. */
export function countOf(flag: string, word: string | undefined): number | null {
  if (word === undefined) return null;
  if (!/^\d{1,15}$/.test(word)) throw new UsageError(`Give ${flag} as a number, for example 20`);
  return Number(word);
}
