/**
 * Placeholders: `[REDACTED:NAME]`, where NAME is a variable's, a token shape's, or `partial`.
 *
 * One of ours that stands in the input is passed on as it is, and nothing is looked for across it. That makes redacting
 * twice the same as redacting once, also for a secret such as `REDACTED`. A name that is not ours is ordinary text, since
 * anybody could print a secret as one.
 */
import { more, type View } from "./view.ts";

/** How every placeholder begins. */
export const beginning = "[REDACTED:";
const longestName = 100;

/** The name of a secret that was cut off: by the end of its stream, or by a gap in it that is too long. */
export const partialName = "partial";

/** What stands in a secret's place: ASCII, valid inside JSON, and the same for every value of that name. */
export function placeholder(name: string): string {
  return `${beginning}${placeholderName(name)}]`;
}

/** The name as a placeholder can hold it. Variables may be named with anything but `=`. */
export function placeholderName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, longestName) || "_";
}

/** How long the placeholder is that begins here; 0 for none; {@link more} when that cannot be told yet. */
export function placeholderLength({ bytes, end, atEnd, names }: View, at: number): number {
  for (let index = 0; index < beginning.length; index++) {
    if (at + index >= end) return atEnd ? 0 : more;
    if (bytes[at + index] !== beginning.charCodeAt(index)) return 0;
  }
  const from = at + beginning.length;
  let close = from;
  while (close < end && close <= from + longestName && bytes[close] !== closing) close++;
  if (close === end && close <= from + longestName) return atEnd ? 0 : more;
  const isOurs = bytes[close] === closing && names.some((name) => equals(bytes, from, close, name));
  return isOurs ? close + 1 - at : 0;
}

const closing = 0x5d;

function equals(bytes: Uint8Array, from: number, to: number, name: Uint8Array): boolean {
  if (to - from !== name.length) return false;
  for (let index = 0; index < name.length; index++) if (bytes[from + index] !== name[index]) return false;
  return true;
}
