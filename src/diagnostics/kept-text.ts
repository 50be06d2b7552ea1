import type { StreamEvidence } from "../core/evidence.ts";
import { readableBytes } from "../core/readable-bytes.ts";
import { type Redactor, type SecretSpan, unjudged } from "../core/redactor.ts";

/** How much of a stream the diagnostics hold. */
export const keptBounds = { headBytes: 20_000, tailCharacters: 200_000 } as const;

/** How many bytes must be captured for that: UTF-8 has up to 4 a character, and a cut must see a whole secret beside it. */
export function captureBounds(longestSecret: () => number): {
  readonly headBytes: number;
  readonly tailBytes: number;
} {
  return {
    get headBytes() {
      return keptBounds.headBytes + longestSecret() + 1; // one more tells whether the cut is inside a character
    },
    get tailBytes() {
      return keptBounds.tailCharacters * 4 + longestSecret();
    },
  };
}

/** A stream as the diagnostics show it: readable, redacted, and with an exact count of what is missing. */
export interface KeptText {
  /** The beginning; empty when nothing is missing. */
  readonly head: string;
  /** The end, or everything. */
  readonly tail: string;
  /** Bytes of the stream that are in neither. */
  readonly missingBytes: number;
  /** Bytes of the stream that are in one of them. */
  readonly keptBytes: number;
  /** The names of the secrets that were masked, one for each place. */
  readonly redacted: readonly string[];
}

/** Cuts and masks what was captured. A cut falls neither inside a character nor inside a secret. */
export function keptText(evidence: StreamEvidence, redactor: Redactor): KeptText {
  const { seen, tail } = evidence;
  const tailSpans = redactor.find(tail);
  // Where bytes were dropped before the tail, it may begin inside a secret: so much of it is never shown.
  const unsure = seen > tail.length ? redactor.longest : 0;
  const first = Math.max(unsure, lastCharactersStart(tail, keptBounds.tailCharacters));
  const start = outside(first, tailSpans, "start");
  const dropped = seen - (tail.length - start);
  if (dropped <= keptBounds.headBytes) return complete(evidence, redactor, dropped, start, tailSpans);
  const headSpans = redactor.find(evidence.head);
  const end = outside(characterStart(evidence.head, keptBounds.headBytes), headSpans, "end");
  const head = masked(evidence.head, 0, end, headSpans);
  const rest = masked(tail, start, tail.length, tailSpans);
  return {
    head: head.text,
    tail: rest.text,
    missingBytes: dropped - end,
    keptBytes: seen - (dropped - end),
    redacted: [...head.names, ...rest.names],
  };
}

/** Head and tail meet: nothing is missing. */
function complete(
  { seen, head, tail }: StreamEvidence,
  redactor: Redactor,
  dropped: number,
  start: number,
  tailSpans: readonly SecretSpan[],
): KeptText {
  if (dropped === 0) {
    const all = masked(tail, 0, tail.length, tailSpans);
    return { head: "", tail: all.text, missingBytes: 0, keptBytes: seen, redacted: all.names };
  }
  const whole = new Uint8Array(seen);
  whole.set(head.subarray(0, dropped));
  whole.set(tail.subarray(start), dropped);
  const all = masked(whole, 0, seen, redactor.find(whole));
  return { head: "", tail: all.text, missingBytes: 0, keptBytes: seen, redacted: all.names };
}

function masked(
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: readonly SecretSpan[],
): { readonly text: string; readonly names: readonly string[] } {
  const inside = spans.filter((span) => span.start >= from && span.end <= to);
  const pieces: string[] = [];
  let at = from;
  for (const span of inside) {
    pieces.push(readableBytes(bytes.subarray(at, span.start)), stands(span));
    at = span.end;
  }
  pieces.push(readableBytes(bytes.subarray(at, to)));
  return { text: pieces.join(""), names: inside.map((span) => span.name) };
}

/** What stands in the place of a secret, or of bytes that could not be judged. */
function stands({ start, end, name }: SecretSpan): string {
  return name === unjudged ? `[redaction failed: ${end - start} bytes withheld]` : `[REDACTED:${name}]`;
}

/** A cut moved out of the secret it fell into, so that the secret is kept whole, masked. */
function outside(cut: number, spans: readonly SecretSpan[], edge: "start" | "end"): number {
  const hit = spans.find((span) => span.start < cut && cut < span.end);
  return hit ? hit[edge] : cut;
}

/** Where the last so many characters begin; bytes that continue no character count as part of the one before. */
function lastCharactersStart(bytes: Uint8Array, count: number): number {
  let characters = 0;
  for (let index = bytes.length - 1; index >= 0; index--) {
    if (((bytes[index] ?? 0) & 0xc0) !== 0x80 && ++characters === count) return index;
  }
  return 0;
}

/** The place itself, or where the character that it falls into begins. */
function characterStart(bytes: Uint8Array, at: number): number {
  for (let back = 0; back < 4 && at - back > 0; back++) {
    if (((bytes[at - back] ?? 0) & 0xc0) !== 0x80) return at - back;
  }
  return at;
}
