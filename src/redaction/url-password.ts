import { isDigit, isWord } from "./bytes.ts";
import { placeholderLength } from "./placeholder.ts";
import { more, no, type View } from "./view.ts";

const longestAuthority = 1280;
const shortestHalf = 8;
const colon = 0x3a;
const at = 0x40;
const bracket = 0x5b;

/** `SCHEME://USER:PASSWORD@`, of which only the password is a secret: where it begins. */
export function passwordInUrl(view: View, start: number, from: number): number {
  const { bytes, floor, end, atEnd, cut } = view;
  if (start <= floor || !isWord(bytes[start - 1] as number)) return no;
  const stop = authorityEnd(view, from);
  if (stop === more || (stop === end && !atEnd)) return more;
  let password = from;
  while (password < stop && bytes[password] !== colon && bytes[password] !== at) password++;
  if (bytes[password] !== colon || password >= stop) return no;
  const last = lastAt(bytes, ++password, stop);
  const isHalf = last < 0 && cut && stop === end && mayBeHalf(bytes, password, end);
  return last > password || isHalf ? password : no;
}

/** Where the password ends that begins here. It may hold an `@` itself. */
export function passwordEnd(view: View, from: number): number {
  const stop = authorityEnd(view, from);
  const last = lastAt(view.bytes, from, stop);
  return last < 0 ? stop : last;
}

/** Before the first byte that no authority holds, or a placeholder; {@link more} when that cannot be told. */
function authorityEnd(view: View, from: number): number {
  const { bytes } = view;
  const limit = Math.min(view.end, from + longestAuthority);
  for (let index = from; index < limit; index++) {
    const byte = bytes[index] as number;
    if (endsAuthority(byte)) return index;
    const length = byte === bracket ? placeholderLength(view, index) : 0;
    if (length !== 0) return length === more ? more : index;
  }
  return limit;
}

/** White space, a control character, `/`, `\`, or a quote of any kind. */
function endsAuthority(byte: number): boolean {
  if (byte <= 0x20 || byte === 0x2f || byte === 0x5c || byte === 0x7f) return true;
  return byte === 0x22 || byte === 0x27 || byte === 0x3c || byte === 0x3e || byte === 0x60;
}

function lastAt(bytes: Uint8Array, from: number, stop: number): number {
  let index = stop - 1;
  while (index >= from && bytes[index] !== at) index--;
  return index >= from ? index : no;
}

/** The digits of a port are none. */
function mayBeHalf(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= shortestHalf && bytes.subarray(start, end).some((byte) => !isDigit(byte));
}
