import type { RedactingStream, Redactor, SecretSpan } from "../core/redactor.ts";
import type { Needle } from "./needles.ts";

/** So few bytes of a secret say nothing, and stand at the end of many a text. */
const shortestPart = 4;

/** Redacts by looking at each chunk together with what was held back before it. */
export function redactingStream(parts: {
  readonly find: Redactor["find"];
  readonly needles: readonly Needle[];
  readonly mask: (bytes: Uint8Array, spans: readonly SecretSpan[]) => Uint8Array;
}): RedactingStream {
  let held: Uint8Array = new Uint8Array();
  return {
    write(chunk) {
      const bytes = held.length === 0 ? chunk : joined(held, chunk);
      const spans = parts.find(bytes);
      const begun = beginningAtEnd(bytes, parts.needles);
      // A secret that is already whole may go on into one that overlaps it.
      const cut = spans.find((span) => span.start < begun && begun < span.end)?.start ?? begun;
      held = bytes.slice(cut);
      const known = spans.filter((span) => span.end <= cut);
      return known.length === 0 ? bytes.subarray(0, cut) : parts.mask(bytes.subarray(0, cut), known);
    },
    end() {
      const spans = parts.find(held);
      const begun = beginningAtEnd(held, parts.needles);
      const unfinished =
        held.length - begun >= shortestPart && !spans.some((span) => span.end > begun)
          ? [{ start: begun, end: held.length, name: "partial" }]
          : [];
      return parts.mask(held, [...spans, ...unfinished]);
    },
  };
}

/** Where the longest end of the bytes starts that is the beginning of a secret; their length when there is none. */
function beginningAtEnd(bytes: Uint8Array, needles: readonly Needle[]): number {
  let earliest = bytes.length;
  for (const needle of needles) {
    for (let at = Math.max(0, bytes.length - needle.bytes.length + 1); at < earliest; at++) {
      if (continues(bytes, at, needle.bytes)) earliest = at;
    }
  }
  return earliest;
}

function continues(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  for (let index = at; index < bytes.length; index++) if (bytes[index] !== needle[index - at]) return false;
  return true;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
