const escapeByte = (byte: number) => `\\x${byte.toString(16).padStart(2, "0")}`;

/** Bytes as text: valid UTF-8 as it is, any other byte and NUL as `\xe9`, so that the file stays text and nothing is lost. */
export function readableBytes(bytes: Uint8Array): string {
  return decodeStrictly(bytes)?.replaceAll("\0", escapeByte(0)) ?? decodePiecewise(bytes);
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function decodePiecewise(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let clean = 0;
  for (let index = 0; index < bytes.length; ) {
    const length = characterLength(bytes, index);
    if (length > 0 && bytes[index] !== 0) {
      index += length;
      continue;
    }
    pieces.push(decodeStrictly(bytes.subarray(clean, index)) ?? "", escapeByte(bytes[index] ?? 0));
    index += 1;
    clean = index;
  }
  pieces.push(decodeStrictly(bytes.subarray(clean)) ?? "");
  return pieces.join("");
}

/** How many bytes the UTF-8 character at this place has; 0 when it is none (Unicode 15, table 3-7). */
export function characterLength(bytes: Uint8Array, index: number): number {
  const lead = bytes[index] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  const second = bytes[index + 1] ?? 0;
  if (lead === 0xe0 && second < 0xa0) return 0;
  if (lead === 0xed && second > 0x9f) return 0;
  if (lead === 0xf0 && second < 0x90) return 0;
  if (lead === 0xf4 && second > 0x8f) return 0;
  for (let offset = 1; offset < length; offset++) {
    const byte = bytes[index + offset];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return 0;
  }
  return length;
}
