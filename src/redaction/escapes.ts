import { isDigit } from "./bytes.ts";
import { more, no, type View } from "./view.ts";

/** What every escape sequence begins with. */
export const escapeByte = 0x1b;

const longestSequence = 64;

/** Of a title, a link, an image: a longer one is text, since somebody waits for its end. */
const longestString = 2048;

/** No colour or row is a longer number: what is may be a secret, and what stands behind that is text. */
const mostDigits = 5;

const bell = 0x07;
const backslash = 0x5c;
const bracket = 0x5b;
const letter = 0x52;
const space = 0x20;

/**
 * Behind the escape sequence that begins here (ECMA-48, and strings that a bell ends as xterm's); {@link no} when none does.
 * Only what is complete is one: otherwise a stray byte could hide whatever follows. A placeholder belongs to none, so that one
 * which takes the place of a secret completes none either.
 */
export function escapeEnd(view: Pick<View, "bytes" | "end" | "atEnd">, at: number): number {
  const { bytes, end, atEnd } = view;
  if (bytes[at] !== escapeByte) return no;
  if (at + 1 >= end) return atEnd ? no : more;
  const kind = bytes[at + 1] as number;
  if (kind === bracket)
    return at + 2 < end && bytes[at + 2] === letter ? no : bodyEnd(view, at + 2, 0x3f, 0x40);
  if (beginsString(kind)) return stringEnd(view, at + 2);
  return bodyEnd(view, at + 1, 0x2f, 0x30);
}

/** `]`, `P`, `X`, `^` and `_`. */
function beginsString(kind: number): boolean {
  return kind === 0x5d || kind === 0x50 || kind === 0x58 || kind === 0x5e || kind === 0x5f;
}

/** Bytes from a space up to `last`, then one from `final` up to `~`. */
function bodyEnd(
  { bytes, end, atEnd }: Pick<View, "bytes" | "end" | "atEnd">,
  from: number,
  last: number,
  final: number,
): number {
  let digits = 0;
  for (let index = from; index < from + longestSequence; index++) {
    if (index >= end) return atEnd ? no : more;
    const byte = bytes[index] as number;
    if (byte >= final && byte <= 0x7e)
      return byte === bracket || isLoneEnd(byte, from, index) ? no : index + 1;
    digits = isDigit(byte) ? digits + 1 : 0;
    if (byte < space || byte > last || digits > mostDigits) return no;
  }
  return no;
}

/** The end of a string whose beginning was masked, or is too far away. */
function isLoneEnd(byte: number, from: number, index: number): boolean {
  return byte === backslash && index === from;
}

/** Behind the bell, or the `ESC \`, that ends a string; no other control character stands in one. */
function stringEnd({ bytes, end, atEnd }: Pick<View, "bytes" | "end" | "atEnd">, from: number): number {
  for (let index = from; index < from + longestString; index++) {
    if (index >= end) return atEnd ? no : more;
    const byte = bytes[index] as number;
    if (byte === bracket) {
      if (index + 1 >= end) return atEnd ? no : more;
      if (bytes[index + 1] === letter) return no;
    }
    if (byte >= space) continue;
    if (byte === bell) return index + 1;
    if (byte !== escapeByte) return no;
    if (index + 1 >= end) return atEnd ? no : more;
    return bytes[index + 1] === backslash ? index + 2 : no;
  }
  return no;
}
