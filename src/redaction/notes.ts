import { goesOn, isCertainlyAlone, isHopeless } from "./hopeless.ts";
import type { Shape } from "./shapes.ts";
import { fence, Sightings, shapeCode } from "./sightings.ts";
import type { Ending } from "./trie.ts";
import type { View } from "./view.ts";

/** The sightings of a stream, without the prefixes of which a glance tells that they are none: floods are full of them. */
export class Notes extends Sightings {
  readonly #shapes: readonly Shape[];
  /** Of each shape, behind the last prefix that stood alone. */
  readonly #followedTo: number[];
  /** Behind the last form of a secret or placeholder that was seen. */
  #spanEnd = 0;

  constructor(shapes: readonly Shape[]) {
    super();
    this.#shapes = shapes;
    this.#followedTo = shapes.map(() => 0);
  }

  /** What ends at a node of this code. */
  note(view: View, { length, plain, shapes }: Ending, code: number, end: number): void {
    if (length > 0) {
      this.#spanEnd = end;
      if (!(plain && this.joinLast(code, end - length, end))) this.push(code, end - length, end);
    }
    for (let index = 0; index < shapes.length; index++) {
      const { shape, length } = shapes[index] as Ending["shapes"][number];
      this.#noteShape(view, shape, end - length, end);
    }
  }

  /** But for one that certainly is none, or certainly stands in the run of one of its kind that was noted. */
  #noteShape(view: View, index: number, start: number, end: number): void {
    const shape = this.#shapes[index] as Shape;
    if (isHopeless(shape, view, start, end, this.#spanEnd)) return;
    const followedTo = this.#followedTo[index] as number;
    if (shape.isToken && isCertainlyAlone(view, start)) {
      this.#followedTo[index] = end;
      if (followedTo > 0 && goesOn(shape, view, followedTo, end)) return;
    }
    this.push(shapeCode(index), start, end);
  }

  noteFence(index: number): void {
    this.push(fence, index, index);
    this.#spanEnd = index;
  }

  /** A secret that gaps break. */
  noteForm(code: number, start: number, end: number): void {
    this.push(code, start, end);
    this.#spanEnd = end;
  }

  override shift(by: number): void {
    super.shift(by);
    this.#spanEnd -= by;
    for (let shape = 0; by > 0 && shape < this.#followedTo.length; shape++)
      this.#followedTo[shape] = (this.#followedTo[shape] as number) - by;
  }

  override clear(): void {
    super.clear();
    this.#followedTo.fill(0);
  }
}
