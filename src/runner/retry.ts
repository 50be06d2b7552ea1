import type { StandardInput } from "../system/system.ts";
import type { Attempt } from "./attempt.ts";
import type { Verdict } from "./judge.ts";
import type { RetryPolicy, RunRequest } from "./request.ts";
import { resultFields } from "./result-file.ts";
import { classifyTransient } from "./transient.ts";

/** Whether the policy asks for another attempt after this one. A program that could not start, or was cancelled, never gets one. */
export function wantsRetry(attempt: Attempt, verdict: Verdict, policy: RetryPolicy): boolean {
  if (attempt.number > policy.retries || verdict.success) return false;
  if (verdict.status === "not_started" || verdict.status === "cancelled") return false;
  if (attempt.stop.kind === "fault") return false;
  if (attempt.stop.kind === "timed-out" && attempt.stop.limit === "totalTimeout") return false;
  return policy.on.some((trigger) => {
    if (trigger === "any") return true;
    if (trigger === "timeout") return attempt.stop.kind === "timed-out";
    if (trigger === "transient") return isTransient(attempt);
    return attempt.stop.kind === "ended" && attempt.end?.kind === "exited" && attempt.end.code === trigger;
  });
}

/** An ending by one of our own limits, or by a signal, is never transient by itself. */
function isTransient(attempt: Attempt): boolean {
  if (attempt.stop.kind !== "ended" || attempt.end?.kind !== "exited") return false;
  const fields = resultFields(attempt.result.value);
  if (attempt.end.code !== 0) return classifyTransient({ ...fields, success: null }).transient;
  return classifyTransient(fields).transient;
}

/** The pause before the retry that follows an attempt, with up to a quarter more, so that a fleet does not come back as one. */
export function retryPauseMs(attemptNumber: number, policy: RetryPolicy): number {
  const factor = policy.backoff === "fixed" ? 1 : 2 ** (attemptNumber - 1);
  return policy.delayMs * factor * (1 + jitter(attemptNumber, policy.seed) / 4);
}

/** In [0, 1): by chance, or for a seed always the same (FNV-1a of seed and attempt). */
function jitter(attemptNumber: number, seed: string | null): number {
  if (seed === null) return Math.random();
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}:${attemptNumber}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash / 2 ** 32;
}

/** How a later attempt gets the input that the first one got. */
export interface StdinReplay {
  /** Null when it can be given again; else why not, in words. */
  readonly obstacle: string | null;
  /** Puts the input back to where it was. */
  rewind(): boolean;
}

/**
 * How our stdin is given again. `position` is where it stood before the first attempt: a file can be read from there
 * once more, and of a pipe nobody knows what was taken from it.
 */
export function stdinReplay(
  request: Pick<RunRequest, "stdin">,
  stdin: StandardInput,
  position: number | null,
): StdinReplay {
  const free: StdinReplay = { obstacle: null, rewind: () => true };
  if (request.stdin.kind !== "inherit") return free;
  const kind = stdin.kind();
  if (kind === "terminal" || kind === "null") return free;
  if (kind === "file" && position !== null) return { obstacle: null, rewind: () => stdin.seek(position) };
  return {
    obstacle:
      "not retried: stdin is a pipe, and what the attempt took from it cannot be given again (use --stdin FILE)",
    rewind: () => false,
  };
}
