import type { Redactor, SecretSpan } from "../core/redactor.ts";
import type { Secret } from "../core/secret-name.ts";
import type { Variables } from "../system/system.ts";
import { buildKnowledge, maskedSecrets } from "./build-knowledge.ts";
import { findSecrets } from "./find.ts";
import { createGlance, type Glance } from "./glance.ts";
import type { Knowledge } from "./knowledge.ts";
import { whyUnmaskable } from "./maskable.ts";
import { placeholder } from "./placeholder.ts";
import { createStream, withheld } from "./stream.ts";

/** What a redactor should know besides the secrets. */
export interface RedactorOptions {
  /** It, and the directories above it, are no secret. */
  readonly home?: string | null;
  /** Every variable: a URL in one may hold a password, and a value may look like a token. */
  readonly variables?: Variables;
}

/** A redactor for these secrets. It costs nothing until there is something to redact: what it looks for is built then. */
export function createRedactor(secrets: readonly Secret[], options: RedactorOptions = {}): Redactor {
  const known = [...secrets];
  const surroundings = { home: options.home ?? null, variables: options.variables ?? {} };
  let masked: readonly Secret[] | null = null;
  let knowledge: Knowledge | null = null;
  let glance: Glance | null = null;
  const all = () => {
    masked ??= maskedSecrets(known, surroundings);
    return masked;
  };
  const current = () => {
    knowledge ??= buildKnowledge(all());
    return knowledge;
  };
  const isClean = (original: string) => {
    glance ??= createGlance(all());
    return glance(original);
  };
  const text = (original: string) => redactText(original, current, isClean);
  return {
    longest: longestOf(secrets),
    find: (bytes) => findOrAll(bytes, current),
    text,
    json: <Value>(value: Value) => redactJson(value, text) as Value,
    stream: () => createStream(current),
    add(more) {
      known.push(...more);
      masked = null;
      knowledge = null;
      glance = null;
    },
    unmasked: () =>
      known.flatMap((secret) => {
        const reason = secret.value === "" ? null : whyUnmaskable(secret, surroundings);
        return reason === null ? [] : [{ name: secret.name, reason }];
      }),
  };
}

/** The bytes with every secret replaced by its placeholder. */
export function redactBytes(bytes: Uint8Array, redactor: Pick<Redactor, "find">): Uint8Array {
  return splice(bytes, redactor.find(bytes));
}

/** Tokens of an unknown length, and encodings that make up to six bytes of one. */
function longestOf(secrets: readonly Secret[]): number {
  let longest = 0;
  for (const { value } of secrets) longest = Math.max(longest, value.length);
  return Math.min(65_536, Math.max(4096, 6 * longest));
}

/** What cannot be judged is masked as a whole. */
function findOrAll(bytes: Uint8Array, current: () => Knowledge): readonly SecretSpan[] {
  try {
    return findSecrets(bytes, current());
  } catch {
    return [{ start: 0, end: bytes.length, name: "redaction-failed" }];
  }
}

function redactText(original: string, current: () => Knowledge, isClean: (text: string) => boolean): string {
  const bytes = new TextEncoder().encode(original);
  try {
    if (isClean(original)) return original;
    const spans = findSecrets(bytes, current());
    // Unchanged text is returned as it came: encoding would have replaced lone surrogates.
    if (spans.length === 0) return original;
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(splice(bytes, spans));
  } catch {
    return withheld(bytes.length);
  }
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

function redactJson(value: unknown, text: (original: string) => string): unknown {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return redactNumber(value, text);
  if (Array.isArray(value)) return value.map((item) => redactJson(item, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), redactJson(item, text)]));
}

/** A secret of digits can be written as a number; any other number stays one. */
function redactNumber(value: number, text: (original: string) => string): unknown {
  const digits = String(value);
  const masked = text(digits);
  return masked === digits ? value : masked;
}
