/** What one stream of one attempt left behind: everything, or its beginning and its end. */
export interface StreamEvidence {
  /** Bytes the program wrote. */
  readonly seen: number;
  /** The first bytes. Overlaps `tail` when little was written. */
  readonly head: Uint8Array;
  /** The last bytes. */
  readonly tail: Uint8Array;
}

/** A result file as it was read: its state, and its text where it had one. */
export interface ResultEvidence {
  readonly state: string;
  readonly text: string | null;
  /** Why it is in that state, in words; null when there is nothing to add. */
  readonly detail: string | null;
}

/** What one attempt left behind. */
export interface AttemptEvidence {
  readonly stdout: StreamEvidence;
  readonly stderr: StreamEvidence;
  readonly result: ResultEvidence;
}
