/**
 * What is masked, in order.
 *
 * Matches that overlap become one span, under the name of the one that begins first; neighbours stay apart. Of two that
 * begin together the one of the higher rank gives the name: what that is does not depend on how far either was followed yet.
 * A span is settled once nothing that begins before or with it can still be found: then its place and its name are final,
 * and only its end may still move.
 */

/** Matches that overlap, as one. Places count from the beginning of the stream. */
export interface Span {
  start: number;
  end: number;
  name: string;
  /** Of what gave the name: above 0 for a value, where a longer form says more, and below for a shape, where an earlier one does. */
  rank: number;
}

/** Any name says more than one of this rank. */
export const weakest = Number.MIN_SAFE_INTEGER;

/** The spans of one stream. */
export class Spans {
  /** Those that are not settled, from `#first` on. */
  #open: Span[] = [];
  #first = 0;
  #settled: Span | null = null;

  add(start: number, end: number, name: string, rank: number): void {
    const last = this.#last();
    if (last === null || last.end <= start) this.#open.push({ start, end, name, rank });
    else if (last.start < start) last.end = Math.max(last.end, end);
    else if (this.#settled !== null && start < this.#settled.end) this.#growSettled(end);
    else this.#insert({ start, end, name, rank });
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

  /** Makes the span that ends at `from` or covers it reach up to `to`, over those that begin before. */
  stretch(from: number, to: number): void {
    if (to > from) this.add(from - 1, to, "", weakest);
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
  return one.start === other.start ? one.rank >= other.rank : one.start < other.start;
}
