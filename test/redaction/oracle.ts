/**
 * What has to be masked, found the slow way: every form of every secret at every place, as it stands there and with each gap
 * in it skipped. It knows no automaton, no stream and no shape of a token.
 */
import type { Needle } from "../../src/redaction/needles.ts";

/** A byte has to be masked, may be, or may not be. */
export const free = 0;
export const maybe = 1;
export const secret = 2;

/** One of the above for each byte. */
export function judgeBytes(bytes: Uint8Array, needles: readonly Needle[]): Uint8Array {
  const gaps = gapEnds(bytes);
  const verdict = new Uint8Array(bytes.length);
  const mark = (from: number, to: number, as: number) => {
    for (let index = from; index < to; index++) verdict[index] = Math.max(verdict[index] as number, as);
  };
  for (const { bytes: form, base64, breakable } of needles) {
    for (
      let start = bytes.indexOf(form[0] as number);
      start >= 0;
      start = bytes.indexOf(form[0] as number, start + 1)
    ) {
      const plain = plainEnd(bytes, form, start);
      if (plain >= 0) mark(start, base64 ? runEnd(bytes, plain) : plain, secret);
      const joined = breakable && form.length >= shortestForm ? joinedMatch(bytes, gaps, form, start) : null;
      if (joined === null) continue;
      mark(start, joined.head, maybe);
      mark(joined.head, base64 ? runEnd(bytes, joined.end) : joined.end, secret);
    }
  }
  return verdict;
}

const shortestForm = 8;

/** What stands before the first line break of a secret may be shown when it is shorter. */
const shortestHead = 4;

function plainEnd(bytes: Uint8Array, form: Uint8Array, start: number): number {
  for (let index = 0; index < form.length; index++) if (bytes[start + index] !== form[index]) return -1;
  return start + form.length;
}

interface Joined {
  readonly end: number;
  /** Behind what may be shown. */
  readonly head: number;
}

function joinedMatch(bytes: Uint8Array, gaps: Int32Array, form: Uint8Array, start: number): Joined | null {
  let at = start;
  let head = start;
  let broken = false;
  for (let index = 0; index < form.length; index++) {
    const gap = index > 0 ? (gaps[at] as number) : 0;
    if (gap > 0) {
      if (index < shortestHead && bytes.subarray(at, gap).some(isBreak)) head = gap;
      broken = true;
      at = gap;
    }
    if (bytes[at] !== form[index]) return null;
    at++;
  }
  return broken ? { end: at, head } : null;
}

/** Where the gap ends that begins at each place; 0 where none does. */
function gapEnds(bytes: Uint8Array): Int32Array {
  const text = Buffer.from(bytes).toString("latin1");
  const sequence =
    "\u001b(?:\\[(?!R|\\\\|[ -?]*[0-9]{6})[ -?]{0,63}[@-Z\\\\-~]|[\\]PX^_](?:(?!\\[R)[^\\0-\\x1f]){0,2047}(?:\\x07|\u001b\\\\)|(?![\\[\\]PX^_\\\\])[ -/]{0,63}[0-Z\\\\-~])";
  const gap = new RegExp(`(?:${sequence})*(?:[\\r\\n](?:[ \\t\\r\\n]|${sequence})*)?`, "y");
  return Int32Array.from({ length: bytes.length + 1 }, (_, index) => {
    if (text[index] !== "\n" && text[index] !== "\r" && text[index] !== "\u001b") return 0;
    gap.lastIndex = index;
    const length = gap.exec(text)?.[0].length ?? 0;
    return length === 0 ? 0 : index + length;
  });
}

function isBreak(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d;
}

/** What follows base64 in the same run belongs to it. */
function runEnd(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end < bytes.length && /[A-Za-z0-9+/=_-]/.test(String.fromCharCode(bytes[end] as number))) end++;
  return end;
}
