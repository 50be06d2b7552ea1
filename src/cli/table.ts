import { neutralize } from "../core/neutralize.ts";

/** Rows under a header, each cell harmless for a terminal and on one line. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map(cleanLine));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...clean.map((row) => row[column]?.length ?? 0)),
  );
  return [header, ...clean].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Somebody else's text as one line, harmless for a terminal. */
export function cleanLine(text: string): string {
  return neutralize(text).replaceAll("\n", " ");
}

/** The beginning of a text as one line of at most so many characters. */
export function shortLine(text: string, most = 80): string {
  const line = text
    .slice(0, 4 * most)
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** A word as a shell reads it back, harmless for a terminal: one with control or bidirectional characters as Bash's `$'\x1b'`. */
export function shellWord(word: string): string {
  if (/^[\w./:@%+=-]+$/.test(word)) return word;
  if (neutralize(word) === word) return `'${word.replaceAll("'", "'\\''")}'`;
  const bytes = Array.from(new TextEncoder().encode(word));
  return `$'${bytes.map(bashByte).join("")}'`;
}

/** As it is where it is a plain character. */
function bashByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[\w./:@%+=, -]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** `1 record`, `2 records`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
