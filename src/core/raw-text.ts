/**
 * Bytes as a string that gives them back: what is not UTF-8 becomes a lone surrogate, U+DC00 plus the byte, as in Python's
 * `surrogateescape`. So a file name of another century travels through us as text and arrives as it was.
 */
import { characterLength, readableBytes } from "./readable-bytes.ts";

/** The bytes as a string, which {@link encodeRaw} turns into the same bytes again, whatever they are. */
export function decodeRaw(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let clean = 0;
  for (let index = 0; index < bytes.length; ) {
    const length = characterLength(bytes, index);
    index += length || 1;
    if (length > 0) continue;
    text += decoder.decode(bytes.subarray(clean, index - 1));
    text += String.fromCharCode(0xdc00 + (bytes[index - 1] ?? 0));
    clean = index;
  }
  return text + decoder.decode(bytes.subarray(clean));
}

/** The bytes that {@link decodeRaw} read; any other text as UTF-8. */
export function encodeRaw(text: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  if (!holdsRaw(text)) return encoder.encode(text);
  const parts = text.split(rawCharacter).map((part) => {
    const code = part.charCodeAt(0) - 0xdc00;
    return part.length === 1 && code >= 0x80 && code <= 0xff ? Uint8Array.of(code) : encoder.encode(part);
  });
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Whether a text stands for bytes that are not UTF-8. */
export function holdsRaw(text: string): boolean {
  return !text.isWellFormed() && rawCharacter.test(text);
}

/** The same for people and for files of text: a byte that is not UTF-8 as `\xe9`. */
export function readableText(text: string): string {
  return holdsRaw(text) ? readableBytes(encodeRaw(text)) : text;
}

/** With `u` a surrogate that is part of a pair does not match. In brackets, so that `split` keeps it. */
const rawCharacter = /([\uDC80-\uDCFF])/u;
