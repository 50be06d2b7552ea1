/**
 * The laws of redaction, and the cases that try them:
 *
 *  1. No registered form of a secret survives, as it is or broken by a terminal.
 *  2. What comes out does not depend on how the input was cut.
 *  3. Bytes that are not secret come out unchanged.
 *  4. Redacting twice is redacting once.
 *
 * Secrets overlap themselves, begin each other, hold quotes, regular expressions, line breaks and letters of several bytes;
 * texts hold them in every encoding, whole, cut and broken, among tokens, placeholders and bytes that are no text.
 */
import fc from "fast-check";
import type { Secret } from "../../src/core/secret-name.ts";
import { maskedSecrets } from "../../src/redaction/build-knowledge.ts";
import { mayHoldShape } from "../../src/redaction/glance.ts";
import { type Needle, needlesOf } from "../../src/redaction/needles.ts";
import { createRedactor } from "../../src/redaction/redactor.ts";
import { free, judgeBytes, secret } from "./oracle.ts";

/** Texts that hold some of these secrets, each to be cut at its own places. */
export interface Trial {
  readonly values: readonly string[];
  readonly texts: readonly Text[];
}

interface Text {
  readonly bytes: Uint8Array;
  readonly cuts: readonly number[];
}

/** So many cases, each a text with its own cuts, share their secrets: to build an automaton takes longer than to try a text. */
export const textsPerSecrets = 4;

/** Throws what is wrong when a law does not hold. */
export function checkLaws({ values, texts }: Trial): void {
  const secrets = values.map((value, index): Secret => ({ name: `N${index}`, value, marked: false }));
  const redactor = createRedactor(secrets);
  const needles = maskedSecrets(secrets, { home: null, variables: {} }).flatMap(needlesOf);
  const names = values.map((_, index) => `N${index}`);
  for (const { bytes, cuts } of texts) {
    const whole = redact(redactor, bytes, []);
    isSame("cut into chunks", redact(redactor, bytes, cuts), whole);
    isSame("redacted twice", redact(redactor, whole, []), whole);
    isSame("redacted twice, and cut", redact(redactor, whole, cuts), whole);
    const spans = redactor.find(bytes);
    holdsNothing(unmasked(bytes, spans), needles);
    isInOrder(whole, bytes);
    if (!mayHoldShape(latin1(bytes)) && !names.some((name) => latin1(bytes).includes(`[REDACTED:${name}]`)))
      masksExactly(bytes, spans, needles);
  }
}

type Redactor = ReturnType<typeof createRedactor>;
type Spans = ReturnType<Redactor["find"]>;

function redact(redactor: Redactor, bytes: Uint8Array, cuts: readonly number[]): Uint8Array {
  const stream = redactor.stream();
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const parts = places.slice(1).map((end, index) => stream.write(bytes.slice(places[index], end)));
  const all = Buffer.concat([...parts, stream.end()]);
  if (stream.failures() > 0) throw new Error("the stream failed");
  return all;
}

function isSame(law: string, one: Uint8Array, other: Uint8Array): void {
  if (Buffer.compare(one, other) === 0) return;
  throw new Error(`${law}: ${JSON.stringify(latin1(one))} is not ${JSON.stringify(latin1(other))}`);
}

/** Everything between the spans. */
function unmasked(bytes: Uint8Array, spans: Spans): readonly Uint8Array[] {
  const edges = [0, ...spans.flatMap(({ start, end }) => [start, end]), bytes.length];
  return edges.flatMap((edge, index) => (index % 2 === 0 ? [bytes.subarray(edge, edges[index + 1])] : []));
}

function holdsNothing(parts: readonly Uint8Array[], needles: readonly Needle[]): void {
  for (const part of parts)
    for (const each of latin1(part).split(placeholders))
      for (const { bytes } of needles)
        if (each.includes(latin1(bytes)))
          throw new Error(`survived: ${JSON.stringify(latin1(bytes))} in ${JSON.stringify(each)}`);
}

const placeholders = /\[REDACTED:[A-Za-z0-9_.-]+\]/;

/** What comes out is the input, but for placeholders. */
function isInOrder(output: Uint8Array, input: Uint8Array): void {
  const parts = latin1(output).split(placeholders);
  const original = latin1(input);
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? 0 : original.indexOf(part, at);
    if (found < 0 || !original.startsWith(part, found)) throw new Error(`changed: ${JSON.stringify(part)}`);
    at = found + part.length;
  }
  if (!original.endsWith(parts.at(-1) as string)) throw new Error("changed: the end");
}

function masksExactly(bytes: Uint8Array, spans: Spans, needles: readonly Needle[]): void {
  const verdict = judgeBytes(bytes, needles);
  const masked = new Uint8Array(bytes.length);
  for (const { start, end } of spans) masked.fill(1, start, end);
  for (let index = 0; index < bytes.length; index++) {
    if (verdict[index] === secret && masked[index] === 0) throw new Error(`not masked: the byte at ${index}`);
    if (verdict[index] === free && masked[index] === 1) throw new Error(`masked: the byte at ${index}`);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

const alphabets = [
  ["a", "b"],
  ["a", "b", "c", '"', "\\"],
  [..."aZ9.*+?^${}()|[]\\'\"`!&;<>%/= -_~#"],
  ["ä", "ö", "€", "𝄞", "a", "="],
  ["ab", "line", "x9", " ", "\n", "\r\n", "\n  "],
  ["REDACTED", "[", "]", ":", "N0", "P]"],
  [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"],
];

const freshValue = fc
  .constantFrom(...alphabets)
  .chain((alphabet) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 8, maxLength: 18 }));

/** Some begin or hold another one, or go on where it ends. */
const secretValues = fc
  .array(fc.tuple(fc.constantFrom("fresh", "longer", "shorter", "overlapping", "twice"), freshValue), {
    minLength: 1,
    maxLength: 4,
  })
  .map((choices) => {
    const values: string[] = [];
    for (const [kind, fresh] of choices) {
      const last = values.at(-1);
      values.push(last === undefined ? fresh : related(kind, last, fresh));
    }
    return values;
  });

function related(kind: string, last: string, fresh: string): string {
  if (kind === "longer") return last + fresh.slice(0, 3);
  if (kind === "shorter") return [...last].slice(0, 9).join("");
  if (kind === "overlapping") return [...last].slice(4).join("") + fresh;
  return kind === "twice" ? last + last : fresh;
}

const json = (value: string) => JSON.stringify(value).slice(1, -1);

/** How programs write a value, in their own words: nothing here comes from the encodings that are looked for. */
const encoders: readonly ((value: string) => string)[] = [
  (value) => value,
  json,
  (value) => json(json(value)),
  (value) => encodeURIComponent(value.toWellFormed()),
  (value) => encodeURIComponent(value.toWellFormed()).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  (value) => new URLSearchParams({ k: value }).toString().slice(2),
  (value) => value.replaceAll("'", "'\\''"),
  (value) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (value) => Buffer.from(value).toString("hex"),
  (value) => Buffer.from(value).toString("hex").toUpperCase(),
  ...["", "u", "u:"].flatMap((before) => [
    (value: string) => Buffer.from(before + value).toString("base64"),
    (value: string) => Buffer.from(`${before + value}!`).toString("base64url"),
  ]),
  (value) => value.replaceAll("\n", "\r\n"),
  (value) => value.replaceAll("\n", "\n    "),
  (value) => value.split("\n").at(-1) as string,
];

const breaks = [
  "\n",
  "\r\n",
  "\r\r\n",
  "\n  \t",
  "\u001b[31m",
  "\u001b[0m",
  "\u001b]0;t\u0007",
  "\n\u001b[2K  ",
];

/** A secret as it is printed: encoded, perhaps cut short, perhaps broken by a terminal. */
const printed = (values: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...values),
      fc.constantFrom(...encoders),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
      ),
      fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(fc.tuple(fc.nat(40), fc.constantFrom(...breaks)), { maxLength: 3 }),
        },
      ),
    )
    .map(([value, encode, share, places]) => {
      const text = encode(value);
      return broken(text.slice(0, Math.ceil(share * text.length)), places);
    });

function broken(text: string, places: readonly (readonly [number, string])[]): string {
  let result = text;
  for (const [place, with_] of places) {
    const at = place % (result.length + 1);
    result = result.slice(0, at) + with_ + result.slice(at);
  }
  return result;
}

const body = "0123456789abcdefABCDEF0123456789abcdefgh";

const shapes = [
  ...[
    "ghp_",
    `ghp_${body}`,
    "ghs_1.",
    "sk-ant-",
    `sk-ant-api03-${body}`,
    "sk-",
    "AKIA",
    "AKIAIOSFODNN7EXAMPLE",
  ],
  ...["-----BEGIN ", "-----BEGIN RSA PRIVATE KEY-----\n", "-----END RSA PRIVATE KEY-----", body],
  ...["Authorization: Bearer ", "authorization=", "Bearer ", "Basic ", "?access_token=", "&sig=", "token="],
  ...["postgres://app:", "https://x:", "@host/", "://", "eyJhbGciOiJIUzI1NiJ9", ".", ":", "@"],
];

const crumbs = [
  ...[
    " ",
    "\n",
    "  ",
    "\r\n",
    "a",
    "ab",
    "aab",
    "\t",
    '"',
    ",",
    "=",
    "\\n",
    "%20",
    "x",
    "_",
    "\u001b",
    "\u001b[",
  ],
  ...[
    "[",
    "[R",
    "[REDACTED",
    "[REDACTED:",
    "[REDACTED:N0",
    "[REDACTED:N0]",
    "[REDACTED:partial]",
    "[REDACTED:other]",
  ],
  ...["\u001b]", "\u001b[1m", "\u001b]8;;", "\u0007", "\u001b(B", "m", "ä", "]"],
];

const pieceOf = (values: readonly string[]) =>
  fc.oneof(
    { weight: 5, arbitrary: printed(values).map((text) => Buffer.from(text)) },
    { weight: 4, arbitrary: fc.constantFrom(...crumbs).map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }) },
  );

const shapePiece = fc.constantFrom(...shapes).map((text) => Buffer.from(text));

/** Half of the texts hold tokens; the others can be compared with what is found the slow way. */
const textOf = (values: readonly string[]): fc.Arbitrary<Text> =>
  fc
    .tuple(
      fc.oneof(
        fc.array(pieceOf(values), { maxLength: 8 }),
        fc.array(fc.oneof({ weight: 2, arbitrary: pieceOf(values) }, { weight: 1, arbitrary: shapePiece }), {
          maxLength: 10,
        }),
      ),
      fc.array(fc.nat(400), { maxLength: 6 }),
    )
    .map(([pieces, cuts]) => ({ bytes: new Uint8Array(Buffer.concat(pieces)), cuts }));

export const trials: fc.Arbitrary<Trial> = secretValues.chain((values) =>
  fc.record({
    values: fc.constant(values),
    texts: fc.array(textOf(values), { minLength: textsPerSecrets, maxLength: textsPerSecrets }),
  }),
);
