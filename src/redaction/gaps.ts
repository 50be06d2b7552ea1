/**
 * The second view of a stream: without escape sequences, line breaks and the indentation that follows them, so that a secret
 * which a terminal wrapped, or which something coloured in its middle, is still one.
 *
 * A gap matters only inside something that may become a secret. So the scanner opens the first one when the automaton is
 * inside a pattern, and forgets them when the pattern that it is in began behind the last. Places count from the beginning
 * of the stream; `depth` is how many bytes of a pattern stand before a place in this view.
 */

import { escapeByte } from "./escapes.ts";

/** What began with fewer bytes before a line break is masked from the next line on: they need not be held back. */
const shortestHead = 4;

/** How far behind the beginning of a pattern a gap in it may reach: with the rest of the pattern it is under 64 KiB. */
const longestReach = 48 * 1024;

/** What the last byte belongs to. Numbers, since this is asked for every byte of a gap. */
const text = 0;
const gap = 1;
const indentation = 2;
const escaped = 3;
const intermediate = 4;
const sequence = 5;
const controlString = 6;
const stringEnd = 7;
type Inside = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

const newline = 0x0a;
const carriageReturn = 0x0d;

/** Whether a gap can begin with this byte. */
export function opensGap(byte: number): boolean {
  return byte === newline || byte === carriageReturn || byte === escapeByte;
}

/** The gaps inside the pattern that the automaton is in. */
export class Gaps {
  #inside: Inside = text;
  /** Of the gap that we are in: where it begins, and where the pattern began that it interrupts. */
  #begin = 0;
  #patternStart = 0;
  #hasBreak = false;
  /** Whether the little that stands before the gap is given up. */
  #released = false;
  /** Of each gap that is over, from `#first` to `#behind`: how many bytes of this view stand before it, and how many were removed. */
  #places: number[] = [];
  #removedBefore: number[] = [];
  #first = 0;
  #behind = 0;
  #removed = 0;
  #floor = 0;

  /** Whether the byte at this place belongs to a gap: one that goes on, or one that begins here. */
  take(byte: number, place: number, depth: number): boolean {
    if (this.#inside === text) {
      if (!opensGap(byte)) return false;
      this.#begin = place;
      // All the gaps that are kept stand in the pattern: `startOf(depth, place)` without the search.
      const removed =
        this.#first < this.#behind ? this.#removed - (this.#removedBefore[this.#first] as number) : 0;
      this.#patternStart = Math.max(place - depth - removed, this.#floor);
      this.#hasBreak = false;
      this.#released = false;
    }
    const inside = this.#next(byte, depth);
    if (inside === text) this.#close(place);
    this.#inside = inside;
    return inside !== text;
  }

  /** Whether the gap that we are in is so long that the pattern before it can wait no more. */
  isTooLong(place: number): boolean {
    return this.#inside !== text && !this.#released && place - this.#patternStart >= longestReach;
  }

  /** Forgets the gaps before the pattern; false when none is left. */
  keep(depth: number, place: number): boolean {
    if (this.#inside !== text) return true;
    const start = place - this.#removed - depth;
    while (this.#first < this.#behind && (this.#places[this.#first] as number) <= start) this.#first++;
    if (this.#first < this.#behind) return true;
    this.forget();
    return false;
  }

  forget(): void {
    this.#inside = text;
    this.#first = 0;
    this.#behind = 0;
    this.#removed = 0;
  }

  /** Where the last `length` bytes of this view begin that stand before a place outside of gaps. */
  startOf(length: number, place: number): number {
    const start = place - this.#removed - length;
    let low = this.#first;
    let high = this.#behind;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle] as number) > start) high = middle;
      else low = middle + 1;
    }
    const removed = low === this.#behind ? this.#removed : (this.#removedBefore[low] as number);
    return Math.max(start + removed, this.#floor);
  }

  /** Where the pattern begins that stands before this place, of which `depth` bytes are there; the place itself when it is given up. */
  patternStart(depth: number, place: number): number {
    if (this.#inside === text) return this.startOf(depth, place);
    return this.#released ? place : this.startOf(depth, this.#begin);
  }

  /** Where what is there of it ends. */
  patternEnd(place: number): number {
    return this.#inside === text ? place : this.#begin;
  }

  #close(place: number): void {
    if (this.#first > 1024 && 2 * this.#first > this.#behind) this.#dropFirst();
    this.#places[this.#behind] = this.#begin - this.#removed;
    this.#removedBefore[this.#behind] = this.#removed;
    this.#behind++;
    this.#removed += place - this.#begin;
    if (this.#released) this.#floor = place;
  }

  #dropFirst(): void {
    this.#places.splice(0, this.#first);
    this.#removedBefore.splice(0, this.#first);
    this.#behind -= this.#first;
    this.#first = 0;
  }

  #next(byte: number, depth: number): Inside {
    switch (this.#inside) {
      case escaped:
        return this.#afterEscape(byte, depth);
      case intermediate:
        if (byte >= 0x20 && byte <= 0x2f) return intermediate;
        return byte >= 0x30 && byte <= 0x7e ? this.#afterSequence() : this.#between(byte, depth);
      case sequence:
        if (byte >= 0x20 && byte <= 0x3f) return sequence;
        return byte >= 0x40 && byte <= 0x7e ? this.#afterSequence() : this.#between(byte, depth);
      case controlString:
        if (byte === 0x07) return this.#afterSequence();
        if (byte === escapeByte) return stringEnd;
        return byte === newline || byte === carriageReturn ? this.#between(byte, depth) : controlString;
      case stringEnd:
        return byte === 0x5c ? this.#afterSequence() : this.#afterEscape(byte, depth);
      default:
        return this.#between(byte, depth);
    }
  }

  /** ECMA-48: `[` begins a control sequence; `]`, `P`, `X`, `^` and `_` a string; the rest are of two or three bytes. */
  #afterEscape(byte: number, depth: number): Inside {
    if (byte === 0x5b) return sequence;
    if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f)
      return controlString;
    if (byte >= 0x20 && byte <= 0x2f) return intermediate;
    return byte >= 0x30 && byte <= 0x7e ? this.#afterSequence() : this.#between(byte, depth);
  }

  #afterSequence(): Inside {
    return this.#hasBreak ? indentation : gap;
  }

  #between(byte: number, depth: number): Inside {
    if (byte === escapeByte) return escaped;
    if (byte === newline || byte === carriageReturn) {
      if (!this.#hasBreak) this.#released = depth < shortestHead;
      this.#hasBreak = true;
      return indentation;
    }
    return this.#hasBreak && (byte === 0x20 || byte === 0x09) ? indentation : text;
  }
}
