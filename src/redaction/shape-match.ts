import { escapeByte, escapeEnd } from "./escapes.ts";
import type { RunFollower } from "./run-follower.ts";
import type { Shape } from "./shapes.ts";
import { more, no, type View } from "./view.ts";

/** What a prefix turned out to be, as indexes. */
export interface ShapeMatch {
  readonly start: number;
  readonly end: number;
  /** Whether the run at its end may go on. */
  readonly open: boolean;
  /** Whether it is too short, and only counts because the stream was cut. */
  readonly partial: boolean;
}

/** So much of a secret that was cut off is masked. */
const shortestPartial = 8;

/** Judges a prefix that stands at `start` and ends before `from`. */
export function matchShape(
  shape: Shape,
  start: number,
  from: number,
  view: View,
  runs: RunFollower,
): ShapeMatch | typeof no | typeof more {
  if (shape.isToken && !mayBegin(shape, view, from)) return no;
  const begin = shape.judge(view, start, from, runs);
  if (begin < 0) return begin === more ? more : no;
  const run = followRun(shape, view, begin, runs);
  if (run === more) return more;
  const long = run.length >= shape.least;
  if (!long && run.open) return more;
  const isCut = view.cut && run.end === view.end && run.length >= shortestPartial && shape.isToken;
  if (!long && !isCut) return no;
  return { start: shape.withPrefix ? start : begin, end: run.end, open: run.open, partial: !long };
}

/** Most prefixes that are no secret are followed by something else at once. */
function mayBegin({ run }: Shape, { bytes, end }: View, from: number): boolean {
  return from >= end || run.accepts(bytes[from] as number) || bytes[from] === escapeByte;
}

interface Run {
  readonly end: number;
  readonly length: number;
  readonly open: boolean;
}

/** Colours inside of what is still too short are skipped: `grep --color` puts them behind the prefix it found. */
function followRun(
  { run, least, isToken }: Shape,
  view: View,
  from: number,
  runs: RunFollower,
): Run | typeof more {
  let length = 0;
  for (let begin = from; ; ) {
    const answer = runs.end(run, view, begin);
    const end = answer < 0 ? -1 - answer : answer;
    length += end - begin;
    const sequence = length < least && answer >= 0 && isToken ? escapeEnd(view, end) : no;
    if (sequence === more) return more;
    if (sequence === no) return { end, length, open: answer < 0 };
    begin = sequence;
  }
}
