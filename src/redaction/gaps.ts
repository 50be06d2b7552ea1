/**
 * The second view of a stream: without escape sequences, line breaks and the indentation that follows them, so that a secret
 * which a terminal wrapped, or which something coloured in its middle, is still one.
 *
 * A gap matters only inside something that may become a secret. So the scanner opens the first one when the automaton is
 * inside a pattern, and forgets them when the pattern that it is in began behind the last. Places count from the beginning
 * of the stream; `depth` is how many bytes of a pattern stand before a place in this view.
 */

import { escapeEnd } from "./escapes.ts";

/** What began with fewer bytes before a line break is masked from the next line on: they need not be held back. */
const shortestHead = 4;

/** How far behind the beginning of a pattern a gap in it may reach: with the rest of the pattern it is under 64 KiB. */
const longestReach = 48 * 1024;

const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

/** Whether this byte ends a line. */
export function breaksLine(byte: number): boolean {
  return byte === newline || byte === carriageReturn;
}

/** A whole text in this view. */
export function withoutGaps(text: string): string {
  if (!/[\r\n\u001b]/.test(text)) return text;
  const bytes = new TextEncoder().encode(text);
  const view = { bytes, end: bytes.length, atEnd: true };
  let hasBreak = false;
  let length = 0;
  for (let index = 0; index < bytes.length; ) {
    const byte = bytes[index] as number;
    const behind = escapeEnd(view, index);
    const isBreak = breaksLine(byte);
    hasBreak = isBreak || (hasBreak && (behind >= 0 || isBlank(byte)));
    if (behind < 0 && !hasBreak) bytes[length++] = byte;
    index = Math.max(behind, index + 1);
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, length));
}

function isBlank(byte: number): boolean {
  return byte === space || byte === tab;
}

/** The gaps inside the pattern that the automaton is in. */
export class Gaps {
  /** Whether the last byte belongs to a gap. */
  inside = false;
  /** The escape sequence that we are in ends before this place. */
  #sequenceEnd = 0;
  /** Of the gap that we are in: where it begins, and where the pattern began that it interrupts. */
  #begin = 0;
  #patternStart = 0;
  #hasBreak = false;
  /** Whether the little that stands before the gap is given up. */
  #released = false;
  /** Of each gap that is over, from `#first` to `#behind`: how many bytes of this view stand before it, and how many were removed. */
  #places = new Float64Array(16);
  #removedBefore = new Float64Array(16);
  #first = 0;
  #behind = 0;
  #removed = 0;
  #floor = 0;

  /** Whether this place lies inside an escape sequence that was taken. */
  inSequence(place: number): boolean {
    return this.inside && place < this.#sequenceEnd;
  }

  /**
   * Whether the byte at this place belongs to a gap: one that goes on, or one that begins here. `sequenceEnd` is the place
   * behind the escape sequence that begins with it, or negative.
   */
  take(byte: number, place: number, depth: number, sequenceEnd: number): boolean {
    if (this.inSequence(place)) return true;
    const isBreak = breaksLine(byte);
    if (isBreak || sequenceEnd >= 0) {
      if (!this.inside) this.#open(place, depth);
      if (isBreak && !this.#hasBreak) this.#released = depth < shortestHead;
      this.#hasBreak ||= isBreak;
      if (sequenceEnd >= 0) this.#sequenceEnd = sequenceEnd;
      return true;
    }
    if (!this.inside || (this.#hasBreak && isBlank(byte))) return this.inside;
    this.#close(place);
    return false;
  }

  /** Whether this byte is certainly one of the gap that we are in. */
  goesOnWith(byte: number): boolean {
    return this.#hasBreak && (isBlank(byte) || breaksLine(byte));
  }

  /** At which place the gap that we are in is so long that the pattern before it can wait no more. */
  tooLongAt(): number {
    return this.#released ? Number.POSITIVE_INFINITY : this.#patternStart + longestReach;
  }

  /** Forgets the gaps before the pattern; false when none is left. */
  keep(depth: number, place: number): boolean {
    if (this.inside) return true;
    const start = place - this.#removed - depth;
    while (this.#first < this.#behind && (this.#places[this.#first] as number) <= start) this.#first++;
    if (this.#first < this.#behind) return true;
    this.forget();
    return false;
  }

  forget(): void {
    this.inside = false;
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
    if (!this.inside) return this.startOf(depth, place);
    return this.#released || depth === 0 ? place : this.startOf(depth, this.#begin);
  }

  /** Where what is there of it ends. */
  patternEnd(place: number): number {
    return this.inside ? this.#begin : place;
  }

  #open(place: number, depth: number): void {
    this.inside = true;
    this.#begin = place;
    // All the gaps that are kept stand in the pattern: `startOf(depth, place)` without the search.
    const removed =
      this.#first < this.#behind ? this.#removed - (this.#removedBefore[this.#first] as number) : 0;
    this.#patternStart = Math.max(place - depth - removed, this.#floor);
    this.#hasBreak = false;
    this.#released = false;
  }

  #close(place: number): void {
    this.inside = false;
    if (this.#behind === this.#places.length) this.#makeRoom();
    this.#places[this.#behind] = this.#begin - this.#removed;
    this.#removedBefore[this.#behind] = this.#removed;
    this.#behind++;
    this.#removed += place - this.#begin;
    if (this.#released) this.#floor = place;
  }

  #makeRoom(): void {
    const left = this.#behind - this.#first;
    this.#places = movedToFront(this.#places, this.#first, left);
    this.#removedBefore = movedToFront(this.#removedBefore, this.#first, left);
    this.#first = 0;
    this.#behind = left;
  }
}

/** These at the front, in twice the room when they need more than half of it. */
function movedToFront(
  values: Float64Array<ArrayBuffer>,
  first: number,
  count: number,
): Float64Array<ArrayBuffer> {
  const to = 2 * count > values.length ? new Float64Array(2 * values.length) : values;
  to.set(values.subarray(first, first + count));
  return to;
}
