import { isDigit, isLetter } from "./bytes.ts";
import { escapeEnd } from "./escapes.ts";
import { more, no, type View } from "./view.ts";

/** The body of a private key is no longer, whatever follows. */
const longestKey = 65_536;

/**
 * The body of a private key: everything that can stand in one, up to and with the line that ends it. Blanks at its end are
 * not part of it.
 */
export function keyEnd(view: View, from: number, begin: number): number {
  const { bytes, atEnd } = view;
  const limit = begin + longestKey;
  const end = Math.min(view.end, limit);
  let solid = from;
  for (let at = from; at - solid <= longestBlank; at++) {
    while (at < end && isBody(bytes[at] as number)) solid = ++at;
    if (at >= end) return atEnd || at >= limit ? solid : -1 - solid;
    if (isBlank(bytes[at] as number)) continue;
    const sequence = escapeEnd(view, at);
    if (sequence === more) return -1 - solid;
    const marker = sequence === no ? markerEnd(view, at) : 0;
    if (marker < 0) return -1 - solid;
    if (marker > 0) return marker === at ? solid : marker;
    if (sequence === no && bytes[at] !== dash) return solid;
    if (sequence === no) solid = at + 1;
    else at = sequence - 1;
  }
  return solid;
}

/** So many blanks end a key. */
const longestBlank = 1024;

const dash = 0x2d;
const endMarker = "-----END ";

/** Behind the line that ends a key, or before the one that begins another; 0 when neither is here; negative to wait. */
function markerEnd({ bytes, end, atEnd }: View, at: number): number {
  for (let index = 0; index < endMarker.length; index++) {
    if (at + index >= end) return atEnd ? 0 : more;
    if (bytes[at + index] !== endMarker.charCodeAt(index)) return index < 5 ? 0 : at;
  }
  for (let index = at + endMarker.length; index < at + 80; index++) {
    if (index + 4 >= end) return atEnd ? end : more;
    if (bytes[index] === dash && bytes[index + 4] === dash) return index + 5;
  }
  return at + endMarker.length;
}

/** Base64, line ends in any notation, the headers of old formats, quoting marks. */
function isBody(byte: number): boolean {
  if (isLetter(byte) || isDigit(byte)) return true;
  return byte < bodyMarks.length && bodyMarks[byte] === 1;
}

const bodyMarks = new Uint8Array(128);
for (const mark of "+/=\\:,;|>") bodyMarks[mark.charCodeAt(0)] = 1;

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
