/**
 * Reads a stream with the automaton twice at once: every byte, and all but gaps ({@link Gaps}).
 *
 * As long as no gap stands inside the pattern that the second is in, both are in the same node, and one is moved for both:
 * only where they are split, from such a gap to where the pattern behind it begins, there is twice the work.
 *
 * What the reader sees it notes down as {@link Sightings}; what they mean is judged later. It stops early only before what
 * may be a placeholder, or inside a pattern an escape sequence, when the bytes that would tell are not there yet.
 */
import { type Automaton, joinedCode } from "./automaton.ts";
import { escapeByte, escapeEnd } from "./escapes.ts";
import { breaksLine, Gaps } from "./gaps.ts";
import type { Knowledge } from "./knowledge.ts";
import { shortestForm } from "./needles.ts";
import { Notes } from "./notes.ts";
import { placeholderLength } from "./placeholder.ts";
import { partial, shapeCode } from "./sightings.ts";
import type { Ending } from "./trie.ts";
import { more, no, type View } from "./view.ts";
import { breakableDepth, nextNode, secretDepth } from "./walk.ts";

/** What every placeholder begins with: the reader looks closer at the second byte. */
const bracket = 0x5b;
const letter = 0x52;

const space = 0x20;

/** The two automata of a stream. */
export class Reader {
  readonly sightings: Notes;
  #automaton: Automaton;
  readonly #gaps = new Gaps();
  /** The node of the automaton that reads every byte, and the next byte. */
  readonly #every: Cursor = { node: 0, index: 0 };
  /** The node of the other one, and whether it may be somewhere else. */
  #joined = 0;
  #split = false;
  /** Whether more must be there to tell whether a placeholder or an escape sequence stands here. */
  #waiting = false;

  constructor({ automaton, shapes }: Knowledge) {
    this.#automaton = automaton;
    this.sightings = new Notes(shapes);
  }

  /** All indexes are less by this much from now on. */
  shift(by: number): void {
    this.#every.index -= by;
    this.sightings.shift(by);
  }

  /** Begins anew with another automaton, at this index. */
  restart(automaton: Automaton, index: number): void {
    this.#automaton = automaton;
    this.sightings.clear();
    this.#join(0, index);
  }

  /** Reads on to the end of what is there. */
  read(view: View): void {
    this.#waiting = false;
    while (this.#every.index < view.end && !this.#waiting) {
      if (this.#split) this.#readSplit(view);
      else this.#readTogether(view);
    }
  }

  /** The index of the first byte that may still become part of something. */
  heldFrom({ base }: View): number {
    const { wanted } = this.#automaton;
    const { node, index } = this.#every;
    const every = index - (wanted[node] as number);
    const joined = this.#split
      ? this.#gaps.patternStart(wanted[this.#joined] as number, base + index) - base
      : every;
    return this.sightings.heldFrom(Math.min(every, joined));
  }

  /** Notes what has begun of a secret, where the stream is cut. */
  noteCut(view: View): void {
    const length = secretDepth(this.#automaton, this.#every.node, 1);
    if (length >= shortestForm) this.sightings.push(partial, view.end - length, view.end);
    if (this.#split) this.#notePartial(view.base, view.end);
  }

  /** Nearly every byte of nearly every stream is read in the inner loop here, by the table alone, and nowhere else. */
  #readTogether(view: View): void {
    const automaton = this.#automaton;
    const { denseNodes, firstByte, firstChild, ending, table, shift, stoppingClass, plainPlaces } = automaton;
    const { bytes, end } = view;
    let { node, index } = this.#every;
    while (index < end) {
      if (node < denseNodes) {
        let place = node << shift;
        while (index < end) {
          const next = table[place + (stoppingClass[bytes[index] as number] as number)] as number;
          if (next >= plainPlaces) break;
          place = next;
          index++;
        }
        node = place >> shift;
        if (index === end) break;
      }
      const byte = bytes[index] as number;
      if (firstByte[node] === byte && byte > space && byte !== letter) node = firstChild[node] as number;
      else {
        if (byte === letter && bytes[index - 1] === bracket && this.#stopsAt(view, node, index)) return;
        if (byte === escapeByte) {
          const behind = escapeEnd(view, index);
          if (behind !== no) {
            this.#every.node = node;
            this.#every.index = index;
            if (this.#meetsSequence(view, behind)) return;
            node = this.#every.node;
            index = this.#every.index;
            continue;
          }
        } else if (node !== 0 && breaksLine(byte) && this.#mayGoOn(view, node, index + 1)) {
          this.#every.node = node;
          this.#every.index = index;
          this.#divide(node);
          return;
        }
        node = nextNode(automaton, node, byte);
      }
      index++;
      if (ending[node] !== 0) this.#note(view, ending[node] as number, index);
    }
    this.#every.node = node;
    this.#every.index = index;
  }

  /** Reads an escape sequence where nothing is in progress; true when the automata part at it, or it is not all there yet. */
  #meetsSequence(view: View, behind: number): boolean {
    this.#waiting = behind === more;
    if (this.#waiting) return true;
    if (this.#every.node !== 0) this.#divide(this.#every.node);
    else {
      this.#readEvery(view, behind);
      if (this.#every.node !== 0) this.#divide(0);
    }
    return this.#split;
  }

  /** The automaton that reads every byte reads on up to an index. */
  #readEvery(view: View, to: number): void {
    const { ending } = this.#automaton;
    const { bytes } = view;
    let { node, index } = this.#every;
    while (index < to) {
      node = nextNode(this.#automaton, node, bytes[index++] as number);
      if (ending[node] !== 0) this.#note(view, ending[node] as number, index);
    }
    this.#every.node = node;
    this.#every.index = index;
  }

  #readSplit(view: View): void {
    const automaton = this.#automaton;
    const { depth, ending } = automaton;
    const { bytes, end, base } = view;
    const gaps = this.#gaps;
    let { node, index } = this.#every;
    let joined = this.#joined;
    while (index < end && this.#split) {
      const byte = bytes[index] as number;
      if (byte === letter && bytes[index - 1] === bracket) {
        this.#joined = joined;
        if (this.#stopsAt(view, node, index)) return;
      }
      let inGap = false;
      if (gaps.inside || byte === escapeByte || breaksLine(byte)) {
        const sequence = byte === escapeByte && !gaps.inSequence(base + index) ? escapeEnd(view, index) : no;
        if (sequence === more) {
          this.#joined = joined;
          this.#wait(node, index);
          return;
        }
        const sequenceEnd = sequence === no ? no : base + sequence;
        inGap = gaps.take(byte, base + index, breakableDepth(automaton, joined), sequenceEnd);
      }
      node = nextNode(automaton, node, byte);
      index++;
      if (ending[node] !== 0) this.#note(view, ending[node] as number, index);
      if (!inGap) {
        joined = nextNode(automaton, joined, byte);
        const spansGap = gaps.keep(depth[joined] as number, base + index);
        this.#split = spansGap || node !== joined;
        if (spansGap && ending[joined] !== 0) this.#noteJoined(ending[joined] as number, index, base);
        continue;
      }
      const stop = Math.min(end, gaps.tooLongAt() - base);
      while (index < stop && gaps.goesOnWith(bytes[index] as number)) {
        node = nextNode(automaton, node, bytes[index++] as number);
        if (ending[node] !== 0) this.#note(view, ending[node] as number, index);
      }
      if (base + index >= gaps.tooLongAt()) {
        this.#joined = joined;
        this.#notePartial(base, index);
        gaps.forget();
        this.#split = false;
      }
    }
    this.#every.node = node;
    this.#every.index = index;
    this.#joined = joined;
  }

  /** Whether reading stops before the byte at this index: for a placeholder it goes on behind it, or it waits. */
  #stopsAt(view: View, node: number, index: number): boolean {
    const length = placeholderLength(view, index - 1);
    if (length === 0) return false;
    if (length === more) this.#wait(node, index);
    else {
      this.#join(0, index - 1 + length);
      this.sightings.noteFence(this.#every.index);
    }
    return true;
  }

  #wait(node: number, index: number): void {
    this.#waiting = true;
    this.#every.node = node;
    this.#every.index = index;
  }

  #join(node: number, index: number): void {
    this.#gaps.forget();
    this.#split = false;
    this.#every.node = node;
    this.#every.index = index;
  }

  /** Whether the pattern may go on behind a gap; mostly the byte behind it tells that it does not. */
  #mayGoOn({ bytes, end }: View, node: number, behind: number): boolean {
    if (behind >= end) return true;
    const byte = bytes[behind] as number;
    return byte <= space || (this.#automaton.depth[nextNode(this.#automaton, node, byte)] as number) > 1;
  }

  /** The next byte begins a gap: only the automaton that reads every byte reads it. */
  #divide(node: number): void {
    this.#split = true;
    this.#joined = node;
  }

  #note(view: View, code: number, end: number): void {
    this.sightings.note(view, this.#automaton.endings[code] as Ending, code, end);
  }

  /** The same for what stands on both sides of a gap. So little of a secret would be found there by chance. */
  #noteJoined(code: number, end: number, base: number): void {
    const { joined, shapes } = this.#automaton.endings[code] as Ending;
    const start = this.#gaps.startOf(joined.length, base + end) - base;
    if (joined.length >= shortestForm) this.sightings.noteForm(joinedCode(this.#automaton, code), start, end);
    for (const { shape, length, breakable } of shapes) {
      if (breakable)
        this.sightings.push(shapeCode(shape), this.#gaps.startOf(length, base + end) - base, end);
    }
  }

  /** What the second automaton has of a secret. */
  #notePartial(base: number, index: number): void {
    const length = secretDepth(this.#automaton, this.#joined, 3);
    const start = this.#gaps.patternStart(length, base + index) - base;
    const end = this.#gaps.patternEnd(base + index) - base;
    if (length >= shortestForm && start < end) this.sightings.push(partial, start, end);
  }
}

/** Where an automaton reads: the node that it is in, and the index of the next byte. */
interface Cursor {
  node: number;
  index: number;
}
