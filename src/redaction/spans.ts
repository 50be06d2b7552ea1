/**
 * What is masked, in order.
 *
 * Matches that overlap become one span, under the name of the one that begins first; neighbours stay apart. A span is
 * settled once nothing that begins before or with it can still be found: then its place and its name are final, and only
 * its end may still move.
 */

/** Matches that overlap, as one. Places count from the beginning of the stream. */
export interface Span {
  start: number;
  end: number;
  name: string;
  /** Whether a value gave the name, not a shape: of two that begin together it says more. */
  known: boolean;
  /** Where the match ends that gave the name. */
  reach: number;
}

/** The spans of one stream. */
export class Spans {
  /** Those that are not settled, from `#first` on. */
  #open: Span[] = [];
  #first = 0;
  #settled: Span | null = null;

  add(start: number, end: number, name: string, known: boolean): void {
    const last = this.#last();
    if (last === null || last.end <= start) this.#open.push({ start, end, name, known, reach: end });
    else if (last.start < start) last.end = Math.max(last.end, end);
    else if (this.#settled !== null && start < this.#settled.end) this.#growSettled(end);
    else this.#insert({ start, end, name, known, reach: end });
  }

  /** The next span that nothing found from `place` on can begin before. */
  settle(place: number): Span | null {
    const next = this.#open[this.#first];
    if (next === undefined || next.start >= place) {
      if (this.#first > 0) this.#open.splice(0, this.#first);
      this.#first = 0;
      return null;
    }
    this.#first++;
    this.#settled = next;
    return next;
  }

  /** Follows the run at whose end the last span ends. */
  stretchLast(end: number): void {
    const last = this.#last();
    if (last !== null) last.end = Math.max(last.end, end);
  }

  /** The end of the last span that ends at this place or before; -1 if none does. */
  endBefore(place: number): number {
    for (let index = this.#open.length - 1; index >= this.#first; index--) {
      const { end } = this.#open[index] as Span;
      if (end <= place) return end;
    }
    return this.#settled !== null && this.#settled.end <= place ? this.#settled.end : -1;
  }

  /** Up to where everything is masked that is settled. */
  settledEnd(): number {
    return this.#settled?.end ?? 0;
  }

  /** What is not settled will be found again. */
  forgetUnsettled(): void {
    this.#open = [];
    this.#first = 0;
  }

  #last(): Span | null {
    return this.#open.length > this.#first ? (this.#open.at(-1) as Span) : this.#settled;
  }

  #growSettled(end: number): void {
    const settled = this.#settled as Span;
    settled.end = Math.max(settled.end, end);
    for (let next = this.#open[this.#first]; next !== undefined && next.start < settled.end; ) {
      settled.end = Math.max(settled.end, next.end);
      next = this.#open[++this.#first];
    }
  }

  #insert(match: Span): void {
    let behind = this.#open.length;
    while (behind > this.#first && (this.#open[behind - 1] as Span).start >= match.end) behind--;
    let first = behind;
    while (first > this.#first && (this.#open[first - 1] as Span).end > match.start) first--;
    const joined = this.#open.slice(first, behind).reduce(join, match);
    this.#open.splice(first, behind - first, joined);
  }
}

function join(one: Span, other: Span): Span {
  const named = namesBoth(one, other) ? one : other;
  return { ...named, start: Math.min(one.start, other.start), end: Math.max(one.end, other.end) };
}

function namesBoth(one: Span, other: Span): boolean {
  if (one.start !== other.start) return one.start < other.start;
  if (one.known !== other.known) return one.known;
  return one.reach >= other.reach;
}
