import { neutralize } from "./neutralize.ts";

/** What an executor said, line by line, harmless for a terminal. */
export interface Said {
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** How much of a line is looked at: what names a fault stands near the beginning. */
const lineCharacters = 1000;

/** How many lines are looked at: the first thousand, and the last nine. */
const headLines = 1000;
const tailLines = 9000;

/** A text as the lines that are worth looking at. Bounded, whatever the text is. */
export function saidLines(text: string): readonly string[] {
  const lines = neutralize(text).split("\n");
  const kept =
    lines.length <= headLines + tailLines
      ? lines
      : [...lines.slice(0, headLines), ...lines.slice(-tailLines)];
  return kept.map((line) => (line.length > lineCharacters ? line.slice(0, lineCharacters) : line));
}

/** The longest line that a cause holds. */
const shownCharacters = 400;

/** A part of a line as a cause shows it: without the white space around it, and never half a character. */
export function shownLine(line: string): string {
  return line
    .trim()
    .slice(0, shownCharacters)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd();
}
