/** Kinds of bytes. */

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** Of ASCII. */
export function isLetter(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || isCapital(byte);
}

/** A letter or digit of ASCII, or `_`. */
export function isWord(byte: number): boolean {
  return isLetter(byte) || isDigit(byte) || byte === 0x5f;
}

/** Of a header or parameter: a letter, digit, `_`, `-` or `.`. */
export function isNameByte(byte: number): boolean {
  return isWord(byte) || byte === 0x2d || byte === 0x2e;
}

/** A digit of either case. */
export function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
}

/** Whether this text stands before an index. */
export function endsWith(bytes: Uint8Array, end: number, text: string): boolean {
  const start = end - text.length;
  if (start < 0) return false;
  for (let index = 0; index < text.length; index++)
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  return true;
}
