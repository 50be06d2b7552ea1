import type { Redactor, SecretSpan } from "../core/redactor.ts";
import type { Secret } from "../core/secret-name.ts";
import { findNeedle, mergeSpans } from "./find.ts";
import { type Needle, needlesOf } from "./needles.ts";
import { redactingStream } from "./stream.ts";

/** What a redactor should know besides the secrets: `home` and the directories above it are never one. */
export interface RedactorOptions {
  readonly home?: string | null;
}

/** A redactor for these values, as they are and JSON-escaped. */
export function createRedactor(secrets: readonly Secret[], options: RedactorOptions = {}): Redactor {
  const needles = needlesOf(secrets, options.home ?? null);
  const masks = masksHolding(needles);
  const find = (bytes: Uint8Array) => findAll(bytes, needles, masks);
  const text = (original: string) => maskText(original, find);
  return {
    longest: needles.reduce((longest, { bytes }) => Math.max(longest, bytes.length), 0),
    find,
    stream: () => redactingStream({ find, needles, mask: splice }),
    text,
    json: <Value>(value: Value) => maskJson(value, text) as Value,
  };
}

/** The bytes with every secret replaced by its placeholder. */
export function redactBytes(bytes: Uint8Array, redactor: Pick<Redactor, "find">): Uint8Array {
  return splice(bytes, redactor.find(bytes));
}

/** What stands in a secret's place: ASCII, valid inside JSON, and the same for every value of that name. */
export function placeholder(name: string): string {
  return `[REDACTED:${name}]`;
}

function findAll(
  bytes: Uint8Array,
  needles: readonly Needle[],
  masks: readonly Needle[],
): readonly SecretSpan[] {
  const spans = needles.flatMap((needle) => findNeedle(bytes, needle));
  const own = spans.length === 0 ? [] : masks.flatMap((mask) => findNeedle(bytes, mask));
  return mergeSpans(
    spans.filter((span) => !own.some((mask) => mask.start <= span.start && span.end <= mask.end)),
  );
}

/** A secret such as `REDACTED` stands in every placeholder: there it is ours, and masking it again would never end. */
function masksHolding(needles: readonly Needle[]): readonly Needle[] {
  const masks = needles.map(({ name }) => ({ name, bytes: new TextEncoder().encode(placeholder(name)) }));
  return masks.filter((mask) => needles.some((needle) => findNeedle(mask.bytes, needle).length > 0));
}

function maskText(original: string, find: Redactor["find"]): string {
  const bytes = new TextEncoder().encode(original);
  const spans = find(bytes);
  // Unchanged text is returned as it came: encoding would have replaced lone surrogates.
  if (spans.length === 0) return original;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(splice(bytes, spans));
}

function splice(bytes: Uint8Array, spans: readonly SecretSpan[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, name } of spans) {
    parts.push(bytes.subarray(at, start), encoder.encode(placeholder(name)));
    at = end;
  }
  return concatenate([...parts, bytes.subarray(at)]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function maskJson(value: unknown, text: (original: string) => string): unknown {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return maskNumber(value, text);
  if (Array.isArray(value)) return value.map((item) => maskJson(item, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), maskJson(item, text)]));
}

/** A secret of digits can be written as a number; any other number stays one. */
function maskNumber(value: number, text: (original: string) => string): unknown {
  const digits = String(value);
  const masked = text(digits);
  return masked === digits ? value : masked;
}
