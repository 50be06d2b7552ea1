import type { PathProblem } from "../core/given-path.ts";
import { type HeaderName, headerLabels, headerMarker } from "./header-lines.ts";
import type { PromptLine } from "./prompt-lines.ts";

/** What is wrong with one header of a prompt. */
export interface HeaderProblem {
  /** In fixed words and line numbers, never the prompt's own text: a script may evaluate what it takes for paths. */
  readonly summary: string;
  /** The same with the text that is at fault, for people. */
  readonly detail: string;
}

/** A header where it stands. */
interface PlacedHeader {
  readonly line: number;
  readonly path: string;
}

/** It is not there, or only where it does not count. */
export function absentHeader(header: HeaderName, near: PromptLine | null): HeaderProblem {
  const label = headerLabels[header];
  const marker = headerMarker(header);
  const wayOut = `give it a line of its own: ${marker} <absolute path>`;
  if (near === null) return { summary: `no ${label} line`, detail: `it has no line "${marker}"; ${wayOut}` };
  const where =
    near.fencedSince === null
      ? `does not begin line ${near.number}`
      : `on line ${near.number} is in the code block of line ${near.fencedSince}`;
  return { summary: `${label} ${where}`, detail: `"${marker}" ${where}; ${wayOut}` };
}

/** It is there twice, and nobody can tell which one is meant. */
export function differentHeaders(header: HeaderName, one: PlacedHeader, other: PlacedHeader): HeaderProblem {
  const where = `differs between line ${one.line} and line ${other.line}`;
  return problemWith(header, where, `${shown(one.path)} and ${shown(other.path)}`);
}

/** Its path cannot be meant. */
export function unusableHeader(
  header: HeaderName,
  { line, path }: PlacedHeader,
  fault: PathProblem,
): HeaderProblem {
  return problemWith(header, `on line ${line} ${fault}`, shown(path));
}

function problemWith(header: HeaderName, where: string, values: string): HeaderProblem {
  return {
    summary: `${headerLabels[header]} ${where}`,
    detail: `"${headerMarker(header)}" ${where}: ${values}`,
  };
}

/** The beginning of a text on one line, whatever it holds. */
function shown(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
