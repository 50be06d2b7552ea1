/**
 * Finds secrets in a stream, as it comes.
 *
 * The {@link Reader} sees forms of secrets and prefixes of shapes; here they are judged by what stands around them, become
 * {@link Spans}, and everything is handed on as soon as nothing that may still come can change it.
 *
 *  1. What is found depends on the bytes alone, not on how they were cut into chunks: what needs bytes that are not there yet
 *     waits, and nothing behind it is judged meanwhile.
 *  2. Only what may still become part of a match is held back.
 *  3. A placeholder of ours is passed on, and nothing is looked for across it.
 *
 * A place counts from the beginning of the stream, an index from that of the window.
 */
import { formOf } from "./automaton.ts";
import type { Knowledge } from "./knowledge.ts";
import { partialName, placeholderLength } from "./placeholder.ts";
import { Reader } from "./reader.ts";
import { RunFollower } from "./run-follower.ts";
import { matchShape, type ShapeMatch } from "./shape-match.ts";
import type { Shape } from "./shapes.ts";
import { fence, partial, shapeCode } from "./sightings.ts";
import { type Span, Spans, weakest } from "./spans.ts";
import { StreamWindow } from "./stream-window.ts";
import type { FormEnding } from "./trie.ts";
import { more, type View } from "./view.ts";

/** Where the stream goes on to: each byte is passed or masked, in order. */
export interface Outlet {
  pass(bytes: Uint8Array, from: number, to: number): void;
  /** Its end may still grow. */
  mask(span: Span): void;
}

const bracket = 0x5b;

/** More at once would only need a larger window. */
const blockBytes = 65_536;

/** One stream. */
export class Scanner {
  #knowledge: Knowledge;
  readonly #outlet: Outlet;
  readonly #window = new StreamWindow();
  readonly #reader: Reader;
  readonly #spans = new Spans();
  readonly #runs: RunFollower;
  readonly #match: ShapeMatch = { start: 0, end: 0, open: false, partial: false };
  readonly #view: { -readonly [Key in keyof View]: View[Key] };
  /** Behind the last placeholder. */
  #fence = 0;
  /** Everything before this place was handed on. */
  #done = 0;
  /** Everything behind this place may still become part of a match. */
  #held = 0;

  constructor(knowledge: Knowledge, outlet: Outlet) {
    this.#knowledge = knowledge;
    this.#outlet = outlet;
    this.#reader = new Reader(knowledge);
    this.#runs = new RunFollower(knowledge.runs);
    const { bytes, base, end } = this.#window;
    this.#view = { bytes, base, floor: 0, end, atEnd: false, cut: false, names: knowledge.placeholders };
  }

  /** Reads on. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += blockBytes) {
      this.#reader.shift(
        this.#window.append(bytes.subarray(at, at + blockBytes), Math.min(this.#held, this.#done)),
      );
      this.#read();
      this.#handOn(this.#runs.heldFrom(this.#window.base + this.#reader.heldFrom(this.#view)));
    }
  }

  /** Ends the stream. `cut` says that it may have been cut off, so that a secret which has only begun is masked. */
  finish(cut: boolean): void {
    this.#view.atEnd = true;
    this.#view.cut = cut;
    this.#read();
    this.#handOn(this.#window.base + this.#window.end);
  }

  /** Looks for something else from now on, also in what is held back. */
  adopt(knowledge: Knowledge): void {
    this.#knowledge = knowledge;
    this.#view.names = knowledge.placeholders;
    this.#reader.restart(knowledge.automaton, (this.#held - this.#window.base) | 0);
    this.#spans.forgetUnsettled();
    if (this.#spans.settledEnd() < this.#runs.heldFrom(this.#held)) this.#runs.forget();
  }

  /** How many bytes are held back. */
  heldBytes(): number {
    return this.#window.base + this.#window.end - this.#done;
  }

  #read(): void {
    const { bytes, base, end } = this.#window;
    Object.assign(this.#view, { bytes, base, end, floor: 0 });
    this.#runs.resume(this.#view, this.#stretch);
    this.#reader.read(this.#view);
    if (this.#view.cut) this.#reader.noteCut(this.#view);
    this.#reader.sightings.judge(this.#judge);
  }

  readonly #stretch = (from: number, to: number): void => this.#spans.stretch(from, to);

  /** Says what a sighting means; false when more bytes are needed to tell. */
  readonly #judge = (code: number, start: number, end: number): boolean => {
    if (code > 0) return this.#judgeSecret(formOf(this.#knowledge.automaton, code), start, end);
    const { base } = this.#window;
    if (code === fence) this.#fence = base + end;
    else if (code === partial) this.#spans.add(base + start, base + end, partialName, weakest);
    else return this.#judgeShape(shapeCode(code), start, end);
    return true;
  };

  #judgeSecret({ name, base64, length: formLength }: FormEnding, start: number, end: number): boolean {
    const { bytes, base } = this.#window;
    // What ends with the first byte of a placeholder is none: across that nothing is looked for.
    const length = bytes[end - 1] === bracket ? placeholderLength(this.#view, end - 1) : 0;
    if (length === more) return false;
    const answer = base64 ? this.#runs.end(this.#runs.kinds.base64, this.#view, end) : end;
    if (answer < 0) this.#runs.mask(this.#runs.kinds.base64);
    const last = answer < 0 ? -1 - answer : answer;
    if (length === 0)
      this.#spans.add(base + start, base + last, this.#knowledge.names[name] as string, formLength);
    return true;
  }

  #judgeShape(index: number, start: number, end: number): boolean {
    const { base } = this.#window;
    const shape = this.#knowledge.shapes[index] as Shape;
    const match = this.#match;
    this.#view.floor = this.#floorBefore(start);
    const answer = matchShape(shape, start, end, this.#view, this.#runs, match);
    if (answer < 0) return answer !== more;
    if (match.partial) this.#spans.add(base + match.start, base + match.end, partialName, weakest);
    else this.#spans.add(base + match.start, base + match.end, shape.kind, -1 - index);
    return true;
  }

  /** Behind the last placeholder or span before an index. */
  #floorBefore(index: number): number {
    const { base } = this.#window;
    const floor = Math.max(this.#fence, this.#spans.endBefore(base + index));
    return floor > base ? floor - base : 0;
  }

  /** Hands on everything before this place. */
  #handOn(place: number): void {
    // What is settled may have grown: nothing of that is passed before the next span.
    this.#done = Math.max(this.#done, this.#spans.settledEnd());
    for (let span = this.#spans.settle(place); span !== null; span = this.#spans.settle(place)) {
      this.#passUpTo(span.start);
      this.#outlet.mask(span);
      this.#done = span.end;
    }
    this.#held = place;
    this.#passUpTo(place);
  }

  #passUpTo(place: number): void {
    const { bytes, base } = this.#window;
    if (place > this.#done) this.#outlet.pass(bytes, this.#done - base, place - base);
    this.#done = Math.max(this.#done, place);
  }
}
