/**
 * A log in pieces of whole lines, from either end, a few at a time: it may be larger than memory. What follows the last
 * newline is an append in progress, and left out.
 */
import type { Files, OpenFile } from "../system/system.ts";

const newline = 10;
/** Larger pieces are hardly faster, and wait in memory for the garbage collector: 210 MB with 1 MiB, 117 with this. */
const forwardBytes = 1 << 18;
/** The newest lines are asked for most: the first step back is a small one. */
const firstStepBack = 1 << 16;

/** Some whole lines, the last with its newline, and where they stand in the file. A line that is not UTF-8 is {@link notText}. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type ReadFiles = Pick<Files, "openRead">;

/** The lines of a file in order. */
export function* pieces(path: string, files: ReadFiles): Generator<Piece> {
  const file = files.openRead(path);
  try {
    yield* piecesFrom(file, 0);
  } finally {
    file.close();
  }
}

/** The lines of an open file from a place on, as far as it goes now. */
export function* piecesFrom(file: OpenFile, place: number): Generator<Piece> {
  let step = forwardBytes;
  for (let start = place; ; ) {
    const bytes = file.readAt(start, step);
    const length = bytes.lastIndexOf(newline) + 1;
    if (length === 0 && bytes.length < step) return;
    if (length === 0) {
      step *= 2; // all of it belongs to one long line
      continue;
    }
    yield { text: decode(bytes.subarray(0, length)), start, end: start + length };
    start += length;
    step = forwardBytes;
  }
}

/** The lines of a file from the end: the last piece first, the lines of each still in order. */
export function* piecesBackwards(path: string, files: ReadFiles): Generator<Piece> {
  const file = files.openRead(path);
  try {
    yield* piecesBackwardsOf(file);
  } finally {
    file.close();
  }
}

/** The same of an open file. */
export function* piecesBackwardsOf(file: OpenFile): Generator<Piece> {
  let end = endOfLastLine(file);
  for (let step = firstStepBack; end > 0; ) {
    const from = Math.max(0, end - step);
    const bytes = file.readAt(from, end - from);
    const first = from === 0 ? 0 : bytes.indexOf(newline) + 1;
    if (first === bytes.length) {
      step *= 2;
      continue;
    }
    yield { text: decode(bytes.subarray(first)), start: from + first, end };
    end = from + first;
    step = Math.min(step * 4, forwardBytes);
  }
}

/** A piece that was seen before, read again; empty when the file has become shorter. */
export function readPiece(
  path: string,
  files: ReadFiles,
  { start, end }: Pick<Piece, "start" | "end">,
): string {
  const file = files.openRead(path);
  try {
    return decode(file.readAt(start, end - start));
  } finally {
    file.close();
  }
}

/** What stands in the place of a line that is not UTF-8: no JSON. */
export const notText = "\u0000";

function decode(bytes: Uint8Array): string {
  try {
    return decodeStrictly(bytes);
  } catch {
    const lines: string[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(newline, start) + 1 || bytes.length;
      lines.push(decodeLine(bytes.subarray(start, end)));
      start = end;
    }
    return lines.join("");
  }
}

function decodeLine(bytes: Uint8Array): string {
  try {
    return decodeStrictly(bytes);
  } catch {
    return `${notText}\n`;
  }
}

function decodeStrictly(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

function endOfLastLine(file: OpenFile): number {
  for (let end = file.status().size; end > 0; ) {
    const start = Math.max(0, end - firstStepBack);
    const last = file.readAt(start, end - start).lastIndexOf(newline);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}
