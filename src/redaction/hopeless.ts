import { isCapital, isDigit, isNameByte, isWord } from "./bytes.ts";
import { escapeByte } from "./escapes.ts";
import { ofCore } from "./runs.ts";
import type { Shape } from "./shapes.ts";
import type { View } from "./view.ts";

const backslash = 0x5c;
const percent = 0x25;
const semicolon = 0x3b;
const bracket = 0x5b;

/** So many bytes behind a prefix are looked at; every token is longer. */
const glanceBytes = 8;

/** A run of capitals is at least as long before it is masked. */
const shortestCapitals = 16;

/**
 * Whether a prefix is certainly none, told by a few bytes around it. Most are none, and one that waits to be judged costs
 * several times as much. Up to `spanEnd` something may be masked: what begins there stands alone.
 */
export function isHopeless(shape: Shape, view: View, start: number, from: number, spanEnd: number): boolean {
  switch (shape.standing) {
    case "alone":
      if (start > spanEnd && isInsideWord(view.bytes, start)) return true;
      return shape.isToken && isTooShort(shape, view, from);
    case "behind-word":
      return start > 0 && !isWord(view.bytes[start - 1] as number);
    case "in-query":
      return (start > 0 && !isInQuery(view.bytes[start - 1] as number)) || isEmpty(shape, view, from);
    default:
      return false;
  }
}

/** Whether what stands before a prefix certainly is no part of a word. */
export function isCertainlyAlone({ bytes }: View, start: number): boolean {
  return start > 0 && !isWord(bytes[start - 1] as number);
}

/** Whether a run that holds the byte at `from - 1` goes on up to `to` and there. */
export function goesOn({ run: { table } }: Shape, { bytes, end }: View, from: number, to: number): boolean {
  if (to >= end || to - from > longestStep) return false;
  for (let index = from; index < to; index++) {
    const kind = table[bytes[index] as number] as number;
    if (kind === 0 || (kind !== ofCore && table[bytes[index + 1] as number] !== ofCore)) return false;
  }
  return table[bytes[to] as number] === ofCore;
}

const longestStep = 64;

/** A letter, digit or `_` stands before, which belongs to no escape, and to no run of capitals that ends here. */
function isInsideWord(bytes: Uint8Array, start: number): boolean {
  if (start < 6 || !isWord(bytes[start - 1] as number)) return false;
  if (bytes[start - 2] === backslash || bytes[start - 3] === percent || bytes[start - 6] === backslash)
    return false;
  const second = bytes[start - 2] as number;
  if (second === bracket || second === semicolon || isDigit(second)) return false;
  if (isCapitalOrDigit(bytes[start] as number)) return true;
  let index = start - 1;
  while (index > start - shortestCapitals && isCapitalOrDigit(bytes[index] as number)) index--;
  return index > start - shortestCapitals;
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

/** One of `?`, `&`, `#`, `;`, a digit of `\u0026`, or a byte of a name. */
function isInQuery(byte: number): boolean {
  return isNameByte(byte) || byte === 0x3f || byte === 0x26 || byte === 0x23 || byte === semicolon;
}

function isEmpty({ run: { table } }: Shape, { bytes, end }: View, from: number): boolean {
  return from < end && table[bytes[from] as number] === 0;
}
