import { isCapital, isDigit, isWord } from "./bytes.ts";
import { escapeByte } from "./escapes.ts";
import { ofCore } from "./runs.ts";
import type { Shape } from "./shapes.ts";
import type { View } from "./view.ts";

const backslash = 0x5c;
const percent = 0x25;
const semicolon = 0x3b;
const bracket = 0x5b;

/** So many bytes behind a prefix are looked at; every token is longer. */
const glanceBytes = 3;

/**
 * Whether a prefix is certainly none, told by a few bytes around it. Most are none, and one that waits to be judged costs
 * several times as much. Up to `spanEnd` something may be masked: what begins there stands alone.
 */
export function isHopeless(shape: Shape, view: View, start: number, from: number, spanEnd: number): boolean {
  if (shape.standsAlone && start > spanEnd && isInsideWord(view.bytes, start)) return true;
  return shape.isToken && isTooShort(shape, view, from);
}

/** A letter, digit or `_` stands before, which belongs to no escape, and to no run of capitals that ends here. */
function isInsideWord(bytes: Uint8Array, start: number): boolean {
  if (start < 6 || !isWord(bytes[start - 1] as number)) return false;
  if (bytes[start - 2] === backslash || bytes[start - 3] === percent || bytes[start - 6] === backslash)
    return false;
  const second = bytes[start - 2] as number;
  if (second === bracket || second === semicolon || isDigit(second)) return false;
  return !isCapitalOrDigit(bytes[start - 1] as number) || isCapitalOrDigit(bytes[start] as number);
}

function isCapitalOrDigit(byte: number): boolean {
  return isCapital(byte) || isDigit(byte);
}

function isTooShort({ run: { table } }: Shape, { bytes, end }: View, from: number): boolean {
  if (from + glanceBytes > end || bytes[from] === escapeByte) return false;
  if (table[bytes[from] as number] !== ofCore) return true;
  for (let index = from + 1; index < from + glanceBytes; index++) {
    if (table[bytes[index] as number] === 0) return bytes[index] !== escapeByte;
  }
  return false;
}
