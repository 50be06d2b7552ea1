/**
 * What has to stand around a prefix to make it a secret. The automaton finds the prefix; everything here looks at the few
 * bytes before and behind it. Nothing is made into text or objects on the way: a stream may hold millions of prefixes that
 * are none.
 */
import { endsWith, isCapital, isDigit, isHex, isNameByte, isWord } from "./bytes.ts";
import type { RunFollower } from "./run-follower.ts";
import { passwordInUrl } from "./url-password.ts";
import { more, no, type View } from "./view.ts";

/** Judges a prefix that stands at `start` and ends before `from`: from where on a run is to be followed, {@link no} or {@link more}. */
export type Judge = (view: View, start: number, from: number, runs: RunFollower) => number;

/** Each way to judge one. */
export const judges = {
  token: (view, start, from) => (standsAlone(view, start) ? from : no),
  privateKey: (view, _, from) => privateKey(view, from),
  query: (view, start, from) => (isParameter(view, start) ? from : no),
  header: (view, _, from, runs) => header(view, from, runs),
  url: passwordInUrl,
  jwt,
} as const satisfies Record<string, Judge>;

/** No letter, digit or `_` stands before, but for those of an escape: `\n`, `%3D`, `\u0022`, the `m` of a colour. */
function standsAlone(view: View, start: number): boolean {
  const { bytes, floor } = view;
  if (start <= floor || !isWord(bytes[start - 1] as number)) return true;
  const room = start - floor;
  if (room >= 2 && bytes[start - 2] === backslash) return isEscapeLetter(bytes[start - 1] as number);
  if (room >= 3 && bytes[start - 3] === percent) return hexBefore(view, start, 2);
  if (room >= 6 && bytes[start - 6] === backslash && bytes[start - 5] === 0x75)
    return hexBefore(view, start, 4);
  return isColourEnd(view, start - 1);
}

const backslash = 0x5c;
const percent = 0x25;

/** One of b, f, n, r, t, v. */
function isEscapeLetter(byte: number): boolean {
  return byte === 0x62 || byte === 0x66 || byte === 0x6e || byte === 0x72 || byte === 0x74 || byte === 0x76;
}

function hexBefore({ bytes }: View, end: number, length: number): boolean {
  for (let index = end - length; index < end; index++) if (!isHex(bytes[index] as number)) return false;
  return true;
}

/** The last letter of `[31m`, whose first byte may be written in many ways. */
function isColourEnd({ bytes, floor }: View, letter: number): boolean {
  let index = letter - 1;
  while (index >= floor && index > letter - 12 && isColourByte(bytes[index] as number)) index--;
  return index >= floor && bytes[index] === 0x5b;
}

/** A digit or `;`. */
function isColourByte(byte: number): boolean {
  return isDigit(byte) || byte === 0x3b;
}

/** A first segment is not longer; what is, is some other JSON in base64. */
const longestJwtHeader = 4096;
const shortestJwtHeader = 12;

function jwt(view: View, start: number, from: number, runs: RunFollower): number {
  if (!standsAlone(view, start)) return no;
  const end = runs.end(runs.kinds.dashed, view, from);
  if (end < 0) return -1 - end - from > longestJwtHeader ? no : more;
  const length = end - from;
  return view.bytes[end] === 0x2e && length >= shortestJwtHeader && length <= longestJwtHeader ? end + 1 : no;
}

const longestKeyName = 40;
const dash = 0x2d;

/** The rest of the line: `RSA PRIVATE KEY-----`. */
function privateKey({ bytes, end, atEnd }: View, from: number): number {
  let dashes = from;
  while (dashes < end && dashes - from < longestKeyName && isKeyNameByte(bytes[dashes] as number)) dashes++;
  if (dashes + 5 > end && !atEnd) return more;
  if (bytes[dashes] !== dash || bytes[dashes + 4] !== dash) return no;
  const isKey = endsWith(bytes, dashes, "PRIVATE KEY") || endsWith(bytes, dashes, "PRIVATE KEY BLOCK");
  return isKey ? dashes + 5 : no;
}

/** A capital, a digit or a space. */
function isKeyNameByte(byte: number): boolean {
  return isCapital(byte) || isDigit(byte) || byte === space;
}

const longestParameter = 40;

/** Whether `?NAME` or `&NAME` or the like ends before this index. */
function isParameter({ bytes, floor }: View, start: number): boolean {
  let index = start - 1;
  while (index >= floor && index > start - longestParameter && isNameByte(bytes[index] as number)) index--;
  if (index < floor) return false;
  const byte = bytes[index];
  if (byte === backslash) return endsWith(bytes, index + 6, "u0026");
  return byte === 0x3f || byte === 0x26 || byte === 0x23 || byte === 0x3b;
}

const space = 0x20;
const longestScheme = 16;
const schemes = ["basic", "bearer", "token", "apikey", "api-key", "negotiate"];

/** Behind a scheme everything is a credential; without one, what is as long as this. */
const shortestBareCredential = 16;

/** `: Bearer VALUE`, `": "VALUE`, `=VALUE`. */
function header(view: View, from: number, runs: RunFollower): number {
  const { bytes, end, atEnd } = view;
  const colon = behindQuotes(view, from);
  if (colon >= end) return atEnd ? no : more;
  if (bytes[colon] !== 0x3a && bytes[colon] !== 0x3d) return no;
  const word = behindQuotes(view, colon + 1);
  let behind = word;
  while (behind < end && behind - word <= longestScheme && isNameByte(bytes[behind] as number)) behind++;
  if (behind >= end && !atEnd) return more;
  if (bytes[behind] === space && isScheme(bytes, word, behind)) return behind + 1;
  const stop = runs.end(runs.kinds.header, view, word);
  if ((stop < 0 ? -1 - stop : stop) - word >= shortestBareCredential) return word;
  return stop < 0 ? more : no;
}

function isScheme(bytes: Uint8Array, from: number, to: number): boolean {
  return schemes.includes(String.fromCharCode(...bytes.subarray(from, to)).toLowerCase());
}

const longestQuotes = 8;

/** Behind spaces, quotes of both kinds and backslashes, but not far. */
function behindQuotes({ bytes, end }: View, from: number): number {
  let index = from;
  while (index < end && index < from + longestQuotes && isQuoteOrSpace(bytes[index] as number)) index++;
  return index;
}

function isQuoteOrSpace(byte: number): boolean {
  return byte === space || byte === 0x22 || byte === 0x27 || byte === backslash;
}
