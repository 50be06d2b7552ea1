import type { Secret } from "./secret-name.ts";

/** Where a secret stands in some bytes, and the name it is masked with. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** The name of a span that is no secret: what went wrong is that nobody could tell, so that all of it is withheld. */
export const unjudged = "redaction-failed";

/**
 * A stream on its way to a sink. What comes out does not depend on how the input was cut into chunks; at most 64 KiB are
 * held back, and only bytes that may still begin a secret.
 */
export interface RedactingStream {
  /** What of the bytes so far can be passed on by now. Never throws: a chunk that cannot be judged is withheld and says so. */
  write(chunk: Uint8Array): Uint8Array;
  /** The rest, after the last chunk: a secret that has only begun is masked. */
  end(): Uint8Array;
  /** How many times each name was masked so far. */
  counts(): ReadonlyMap<string, number>;
  /** How many chunks could not be judged and were withheld. */
  failures(): number;
}

/** A secret that is not looked for, and why. */
export interface UnmaskedSecret {
  readonly name: string;
  /** For example `value too short to mask (4)`. */
  readonly reason: string;
}

/** The one way from evidence to disk, comments and screens. `redaction/redactor.ts` makes it. */
export interface Redactor {
  /** The most bytes a secret should need: what must be known around a cut so that it never falls inside one unseen. */
  readonly longest: number;
  /** Every secret in these bytes: sorted, not overlapping. The bytes are complete: their end is no cut. */
  find(bytes: Uint8Array): readonly SecretSpan[];
  /** The text with every secret replaced by `[REDACTED:NAME]`. */
  text(text: string): string;
  /** The same for every string in a JSON value, keys included. */
  json<Value>(value: Value): Value;
  /** A new stream. Secrets that are added later are masked in it from then on. */
  stream(): RedactingStream;
  /** Makes these secret too, from now on. */
  add(secrets: readonly Secret[]): void;
  /** The secrets that are too short or too common to be masked. */
  unmasked(): readonly UnmaskedSecret[];
}
