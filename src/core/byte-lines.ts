import type { OpenFile } from "../system/system.ts";

const newline = 10;
const chunkBytes = 1 << 18;

/** A line as it stands in a file, with its newline if it has one. */
export interface ByteLine {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly start: number;
}

/** The lines of a file, byte for byte: put together they are the file. The bytes of one are good until the next is asked for. */
export function* byteLines(file: OpenFile): Generator<ByteLine> {
  let step = chunkBytes;
  for (let position = 0; ; ) {
    const chunk = file.readAt(position, step);
    if (chunk.length === 0) return;
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      yield { bytes: chunk.subarray(start, end + 1), start: position + start };
      start = end + 1;
    }
    const isLast = chunk.length < step;
    if (isLast && start < chunk.length) {
      yield { bytes: chunk.subarray(start), start: position + start };
      return;
    }
    step = start === 0 ? step * 2 : chunkBytes;
    position += start;
  }
}

/** The text of a line without its newline; null when it is not UTF-8. */
export function lineText({ bytes }: ByteLine): string | null {
  const end = bytes.at(-1) === newline ? bytes.length - 1 : bytes.length;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end));
  } catch {
    return null;
  }
}

/** Whether a newline ends the line: the last one of a file may have been torn. */
export function isClosed({ bytes }: ByteLine): boolean {
  return bytes.at(-1) === newline;
}
