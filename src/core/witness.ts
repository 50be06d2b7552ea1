/**
 * Those who have to know what a program says while it is still running: the spool, the mirror, the watchdog. The runner tells
 * them; nothing comes back, and none of them ever throws: what one could not do, it says in its notes.
 */
import type { AttemptOutcome } from "./outcome.ts";

export type StreamName = "stdout" | "stderr";

/** An execution's listener. */
export interface Witness {
  /** The program is about to be started. */
  prepare?(): void;
  attempt(started: StartedAttempt): AttemptWitness;
  /** How an attempt ended. */
  ended?(describe: () => AttemptOutcome): void;
  /** What could not be done, in words. */
  notes(): readonly string[];
}

/** An attempt whose program runs. */
export interface StartedAttempt {
  readonly number: number;
  readonly startedAt: number;
  readonly pid: number;
  /** Whether the program leads a session of its own. */
  readonly ownSession: boolean;
  /** The directories of a control group of its own; none where it has none. */
  readonly controlGroups: readonly string[];
}

export interface AttemptWitness {
  /** Bytes that just came, before anybody else gets them. `memory` holds them too. */
  said?(stream: StreamName, chunk: Uint8Array, memory: StreamMemory): void;
  /** Nothing of it is left that could say more, or that is ours to end. */
  over?(): void;
}

/** What is remembered of a stream. */
export interface StreamMemory {
  /** How many bytes were said in all. */
  readonly seen: number;
  /** What is remembered from this place on, or from the first place behind it that is. Empty at the end. */
  from(place: number): { readonly place: number; readonly bytes: Uint8Array };
}
