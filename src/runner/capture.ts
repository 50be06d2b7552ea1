import type { StreamEvidence } from "../core/evidence.ts";
import type { StreamMemory } from "../core/witness.ts";

/** Asked when a stream says its first word. What is kept of each stream: enough bytes for 200,000 characters, and a secret's length more around each cut. */
export interface CaptureBounds {
  readonly headBytes: number;
  readonly tailBytes: number;
}

/** Keeps the beginning and the end of a stream in bounded memory. */
export interface Capture extends StreamMemory {
  push(chunk: Uint8Array): void;
  /** What is kept so far. */
  evidence(): StreamEvidence;
}

/**
 * The first `headBytes` and the last `tailBytes` of what is pushed. The ring grows with what is written, so that a
 * quiet program costs little; afterwards memory does not grow with the output.
 */
export function createCapture(bounds: CaptureBounds): Capture {
  let { head, tail: ring } = nothingCaptured;
  let largest = 0;
  let seen = 0;

  function begin(): void {
    head = new Uint8Array(bounds.headBytes);
    largest = bounds.tailBytes;
    ring = new Uint8Array(Math.min(16_384, largest));
  }

  function grow(needed: number): void {
    if (needed <= ring.length || ring.length === largest) return;
    const larger = new Uint8Array(Math.min(largest, Math.max(needed, ring.length * 2)));
    larger.set(ring.subarray(0, seen)); // it has never been full: nothing has wrapped
    ring = larger;
  }

  return {
    get seen() {
      return seen;
    },
    from(place) {
      const oldest = Math.max(0, seen - ring.length);
      if (place < oldest && place < head.length) return { place, bytes: head.slice(place, seen) };
      const start = Math.min(seen, Math.max(place, oldest));
      const at = start % ring.length;
      const length = seen - start;
      const first = ring.subarray(at, at + length);
      return { place: start, bytes: concat(first, ring.subarray(0, length - first.length)) };
    },
    push(chunk) {
      if (seen === 0) begin();
      if (seen < head.length) head.set(chunk.subarray(0, head.length - seen), seen);
      grow(seen + chunk.length);
      const last = chunk.length > ring.length ? chunk.subarray(chunk.length - ring.length) : chunk;
      const at = (seen + chunk.length - last.length) % ring.length;
      const first = last.subarray(0, ring.length - at);
      ring.set(first, at);
      ring.set(last.subarray(first.length), 0);
      seen += chunk.length;
    },
    evidence() {
      if (seen === 0) return nothingCaptured;
      const at = seen % ring.length;
      const tail =
        seen <= ring.length ? ring.slice(0, seen) : concat(ring.subarray(at), ring.subarray(0, at));
      return { seen, head: head.slice(0, Math.min(seen, head.length)), tail };
    },
  };
}

/** A stream that wrote nothing. */
export const nothingCaptured: StreamEvidence = { seen: 0, head: new Uint8Array(), tail: new Uint8Array() };

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
