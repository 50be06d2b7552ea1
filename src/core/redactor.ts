/** Where a secret stands in some bytes, and the name it is masked with. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** The one way from evidence to disk, comments and screens. `redaction/redactor.ts` makes it. */
export interface Redactor {
  /** The longest secret in bytes: what must be known around a cut so that it never falls inside one unseen. */
  readonly longest: number;
  /** Every secret in these bytes: sorted, not overlapping. */
  find(bytes: Uint8Array): readonly SecretSpan[];
  /** A filter for bytes that come piece by piece. */
  stream(): RedactingStream;
  /** The text with every secret replaced by `[REDACTED:NAME]`. */
  text(text: string): string;
  /** The same for every string in a JSON value, keys included. */
  json<Value>(value: Value): Value;
}

/** Redacts a stream while it comes; what leaves it does not depend on how it was cut. At most `longest` bytes wait inside. */
export interface RedactingStream {
  /** What can be shown by now. Only what may be the beginning of a secret is held back. */
  write(chunk: Uint8Array): Uint8Array;
  /** The rest; the beginning of a secret in it is masked. Nothing is written afterwards. */
  end(): Uint8Array;
}
