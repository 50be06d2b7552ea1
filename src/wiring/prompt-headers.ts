/**
 * Reading the header lines of a prompt. Nothing is guessed: what is not exactly such a line with a path that can be meant
 * is a problem, and says why.
 *
 * 1. A header begins its line: `**Errors log path:** /absolute/path`. Spaces and tabs around the path do not belong to it.
 * 2. In a fenced code block it is an example, not a header.
 * 3. Twice the same is once; two that differ are a problem.
 * 4. One that stands there must be good, whether it is required or not.
 */
import { pathProblem } from "../core/given-path.ts";
import { type HeaderName, headerMarker, headerNames } from "./header-lines.ts";
import { absentHeader, differentHeaders, type HeaderProblem, unusableHeader } from "./header-problem.ts";
import { type PromptLine, promptLines } from "./prompt-lines.ts";

/** The paths that a prompt holds, as they stand there. */
export type PromptHeaders = Readonly<Record<HeaderName, string | null>>;

export type Extraction =
  | { readonly kind: "found"; readonly headers: PromptHeaders }
  | { readonly kind: "refused"; readonly problems: readonly [HeaderProblem, ...HeaderProblem[]] };

/** The headers of a prompt, or every problem with them. Those that are not required may be absent. */
export function extractHeaders(prompt: string, required: readonly HeaderName[]): Extraction {
  const mentions = mentionsIn(prompt);
  const errorsLog = judge("errorsLog", mentions, required);
  const errorsSidecar = judge("errorsSidecar", mentions, required);
  const worktree = judge("worktree", mentions, required);
  const [first, ...others] = [errorsLog, errorsSidecar, worktree].flatMap(({ problem }) => problem ?? []);
  if (first !== undefined) return { kind: "refused", problems: [first, ...others] };
  return {
    kind: "found",
    headers: { errorsLog: errorsLog.path, errorsSidecar: errorsSidecar.path, worktree: worktree.path },
  };
}

/** A line that holds a header's marker. */
interface Mention {
  readonly header: HeaderName;
  readonly line: PromptLine;
  /** Null where it is no header: inside a code block, or not at the beginning of the line. */
  readonly path: string | null;
}

function mentionsIn(prompt: string): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const line of promptLines(prompt)) {
    if (line.text.includes(":**")) mentions.push(...headerNames.flatMap((header) => mentionOf(header, line)));
  }
  return mentions;
}

function mentionOf(header: HeaderName, line: PromptLine): readonly Mention[] {
  const marker = headerMarker(header);
  if (!line.text.includes(marker)) return [];
  const isHeader = line.fencedSince === null && line.text.startsWith(marker);
  return [{ header, line, path: isHeader ? withoutBlanksAround(line.text.slice(marker.length)) : null }];
}

interface Judgement {
  readonly path: string | null;
  readonly problem?: HeaderProblem;
}

function judge(header: HeaderName, mentions: readonly Mention[], required: readonly HeaderName[]): Judgement {
  const mine = mentions.filter((mention) => mention.header === header);
  const headers = mine.flatMap(({ line, path }) => (path === null ? [] : [{ line: line.number, path }]));
  const [first] = headers;
  if (first === undefined) {
    return required.includes(header)
      ? { path: null, problem: absentHeader(header, mine[0]?.line ?? null) }
      : { path: null };
  }
  const other = headers.find(({ path }) => path !== first.path);
  if (other !== undefined) return { path: null, problem: differentHeaders(header, first, other) };
  const fault = pathProblem(first.path);
  return fault === null ? first : { path: null, problem: unusableHeader(header, first, fault) };
}

/** Not by a regular expression: one that looks for blanks at the end tries every run of blanks before it. */
function withoutBlanksAround(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
