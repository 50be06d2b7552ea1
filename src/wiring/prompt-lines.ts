/** A line of a prompt. */
export interface PromptLine {
  /** From 1. */
  readonly number: number;
  /** Without its line end. */
  readonly text: string;
  /** The line that opened the code block which this one is in or ends; null outside. */
  readonly fencedSince: number | null;
}

interface Fence {
  readonly mark: string;
  readonly since: number;
}

/**
 * The lines of a Markdown text, in time that grows with its length only. A line ends with LF or CRLF; a byte order mark
 * before the first one is left out. Code blocks are those of CommonMark 0.31, 4.5: three or more backticks or tildes,
 * indented by at most three spaces, up to a line with at least as many of the same, or to the end of the text.
 */
export function* promptLines(text: string): Generator<PromptLine> {
  let fence: Fence | null = null;
  let start = text.startsWith("\uFEFF") ? 1 : 0;
  for (let number = 1; start <= text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, text[end - 1] === "\r" && end > start ? end - 1 : end);
    const opened: Fence | null = fence ?? openedBy(line, number);
    yield { number, text: line, fencedSince: opened?.since ?? null };
    fence = opened !== null && opened === fence && closes(line, opened) ? null : opened;
    start = end + 1;
  }
}

function openedBy(line: string, number: number): Fence | null {
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
  if (mark === undefined) return null;
  // Behind backticks another one makes it code inside a sentence.
  const isInline = mark.startsWith("`") && line.trimStart().slice(mark.length).includes("`");
  return isInline ? null : { mark, since: number };
}

function closes(line: string, { mark }: Fence): boolean {
  const found = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return found?.startsWith(mark) ?? false;
}
