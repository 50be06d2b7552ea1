import { escapeByte, escapeEnd } from "./escapes.ts";
import type { RunFollower } from "./run-follower.ts";
import { ofCore } from "./runs.ts";
import type { Shape } from "./shapes.ts";
import { more, no, type View } from "./view.ts";

/** What a prefix turned out to be, as indexes. One is filled in again and again: a stream may hold millions of prefixes. */
export interface ShapeMatch {
  start: number;
  end: number;
  /** Whether the run at its end may go on. */
  open: boolean;
  /** Whether it is too short, and only counts because the stream was cut. */
  partial: boolean;
}

/** So much of a secret that was cut off is masked. */
const shortestPartial = 8;

/** Judges a prefix that stands at `start` and ends before `from`: {@link no}, {@link more}, or 0 when `match` says what it is. */
export function matchShape(
  shape: Shape,
  start: number,
  from: number,
  view: View,
  runs: RunFollower,
  match: ShapeMatch,
): number {
  const { run, least, isToken } = shape;
  if (isToken && !mayBegin(shape, view, from)) return no;
  const begin = shape.judge(view, start, from, runs);
  if (begin < 0) return begin;
  let length = follow(shape, view, begin, runs, match);
  while (length < least && !match.open && isToken) {
    const sequence = escapeEnd(view, match.end);
    if (sequence === more) return more;
    if (sequence === no) break;
    length += follow(shape, view, sequence, runs, match);
  }
  const long = length >= least;
  if (!long && match.open) return more;
  const isCut = view.cut && match.end === view.end && length >= shortestPartial && isToken;
  if (!long && !isCut) return no;
  match.start = shape.withPrefix ? start : begin;
  match.partial = !long;
  // What was asked for last is what is masked.
  if (match.open) runs.mask(run);
  return 0;
}

/** Most prefixes that are no secret are followed by something else at once. */
function mayBegin({ run }: Shape, { bytes, end }: View, from: number): boolean {
  return from >= end || run.table[bytes[from] as number] === ofCore || bytes[from] === escapeByte;
}

/** How long the run is that begins here. Colours inside of one are skipped: `grep --color` puts them behind the prefix it found. */
function follow({ run }: Shape, view: View, begin: number, runs: RunFollower, match: ShapeMatch): number {
  const answer = runs.end(run, view, begin);
  match.open = answer < 0;
  match.end = answer < 0 ? -1 - answer : answer;
  return match.end - begin;
}
