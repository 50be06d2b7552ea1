/**
 * What was seen in a stream, in the order of the ends, until it is judged. In plain arrays, since a stream may be full of
 * it. Where something stands is told by indexes in the window.
 */

/** A placeholder of ours ends here. */
export const fence = 0;

/** A secret begins here, of which the rest will not come. */
export const partial = -1;

/** The code of a shape whose prefix stands here, and of such a code the shape. A code above 0 is an ending of the automaton. */
export function shapeCode(shape: number): number {
  return -2 - shape;
}

/** A queue of sightings. */
export class Sightings {
  #codes = new Int32Array(16);
  #starts = new Int32Array(16);
  #ends = new Int32Array(16);
  #first = 0;
  #behind = 0;

  push(code: number, start: number, end: number): void {
    if (this.#behind === this.#codes.length) this.#grow();
    this.#codes[this.#behind] = code;
    this.#starts[this.#behind] = start;
    this.#ends[this.#behind] = end;
    this.#behind++;
  }

  /** Makes the last one longer, if it has this code and ends behind `start`; false if not. */
  joinLast(code: number, start: number, end: number): boolean {
    const last = this.#behind - 1;
    if (last < this.#first || this.#codes[last] !== code || (this.#ends[last] as number) <= start)
      return false;
    this.#ends[last] = end;
    return true;
  }

  /** Hands each over until one has to wait, which then is the first again. */
  judge(judge: (code: number, start: number, end: number) => boolean): void {
    while (this.#first < this.#behind) {
      const at = this.#first;
      if (!judge(this.#codes[at] as number, this.#starts[at] as number, this.#ends[at] as number)) return;
      this.#first++;
    }
  }

  /** Where the first of them begins, if it is before this index. */
  heldFrom(index: number): number {
    let first = index;
    for (let at = this.#first; at < this.#behind; at++) first = Math.min(first, this.#starts[at] as number);
    return first;
  }

  /** All indexes are less by this much from now on. */
  shift(by: number): void {
    const left = this.#behind - this.#first;
    for (let at = 0; at < left; at++) {
      this.#codes[at] = this.#codes[this.#first + at] as number;
      this.#starts[at] = (this.#starts[this.#first + at] as number) - by;
      this.#ends[at] = (this.#ends[this.#first + at] as number) - by;
    }
    this.#first = 0;
    this.#behind = left;
  }

  clear(): void {
    this.#first = 0;
    this.#behind = 0;
  }

  #grow(): void {
    this.#codes = larger(this.#codes);
    this.#starts = larger(this.#starts);
    this.#ends = larger(this.#ends);
  }
}

function larger(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
}
