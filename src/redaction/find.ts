import type { SecretSpan } from "../core/redactor.ts";
import type { Needle } from "./needles.ts";

/** Every place where a needle stands, also where one overlaps the next. */
export function findNeedle(haystack: Uint8Array, { name, bytes }: Needle): readonly SecretSpan[] {
  const first = bytes[0];
  if (first === undefined) return [];
  const found: SecretSpan[] = [];
  const last = haystack.length - bytes.length;
  for (let at = haystack.indexOf(first); at >= 0 && at <= last; at = haystack.indexOf(first, at + 1)) {
    if (standsAt(haystack, bytes, at)) found.push({ start: at, end: at + bytes.length, name });
  }
  return found;
}

/** Spans in order, those that overlap made one under the name of the first, the longest of several. Neighbours stay apart. */
export function mergeSpans(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  const merged: SecretSpan[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const before = merged.at(-1);
    if (before === undefined || span.start >= before.end) merged.push(span);
    else if (span.end > before.end) merged[merged.length - 1] = { ...before, end: span.end };
  }
  return merged;
}

function standsAt(haystack: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let index = 1; index < bytes.length; index++) if (haystack[at + index] !== bytes[index]) return false;
  return true;
}
