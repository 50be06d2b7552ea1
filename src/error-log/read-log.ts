import type { Files } from "../system/system.ts";
import { type Entry, readEntry } from "./entry.ts";
import { pieces, piecesBackwards } from "./pieces.ts";

type ReadFiles = Pick<Files, "openRead">;

/** The entries of a log, oldest first; null for each line that is bad. With `needles`, only those of lines that hold all of these texts. */
export function* entries(
  path: string,
  files: ReadFiles,
  needles: readonly string[] = [],
): Generator<Entry | null> {
  for (const { text } of pieces(path, files)) {
    for (const line of linesWith(text, needles)) yield readEntry(line);
  }
}

/** The same, newest first: the order of the appends backwards, whatever the clocks said. */
export function* entriesBackwards(
  path: string,
  files: ReadFiles,
  needles: readonly string[] = [],
): Generator<Entry | null> {
  for (const { text } of piecesBackwards(path, files)) {
    const lines = [...linesWith(text, needles)];
    for (let index = lines.length - 1; index >= 0; index--) yield readEntry(lines[index] ?? "");
  }
}

/** The lines of a piece that are not empty and hold all of the texts. Parsing a line takes ten times as long as passing it by. */
function* linesWith(piece: string, needles: readonly string[] = []): Generator<string> {
  const [first, ...others] = needles;
  for (let start = 0; start < piece.length; ) {
    if (first !== undefined) {
      const hit = piece.indexOf(first, start);
      if (hit < 0) return;
      start = piece.lastIndexOf("\n", hit) + 1;
    }
    const end = piece.indexOf("\n", start);
    const line = piece.slice(start, end);
    if (line !== "" && others.every((needle) => line.includes(needle))) yield line;
    start = end + 1;
  }
}
