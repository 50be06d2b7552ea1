/** The bytes that can be looked at around a place, as indexes into `bytes`. */
export interface View {
  readonly bytes: Uint8Array;
  /** The place of the first of them in the stream. */
  readonly base: number;
  /** The first byte that may be looked back at: what stands before was masked, or is gone. */
  readonly floor: number;
  /** Behind the last byte that is there. */
  readonly end: number;
  /** Whether nothing follows after `end`. */
  readonly atEnd: boolean;
  /** Whether it ends because it was cut: then a secret that has only begun counts too. */
  readonly cut: boolean;
  /** The names of our own placeholders. */
  readonly names: readonly Uint8Array[];
}

/** The answer of who looks ahead: there is none of it here. */
export const no = -1;

/** The answer of who looks ahead: more bytes must be there to tell. */
export const more = -2;
