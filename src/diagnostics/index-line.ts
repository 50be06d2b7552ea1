import type { Outcome } from "../core/outcome.ts";
import { lastCharacters, plainReason } from "../core/reason.ts";
import type { IndexEntry } from "./index-schema.ts";

/** The entry for an outcome that is kept under this name. */
export function toIndexEntry(name: string, outcome: Outcome): IndexEntry {
  return {
    executionId: outcome.executionId,
    name,
    schemaVersion: 1,
    recordedAt: outcome.endedAt,
    role: outcome.role,
    task: outcome.task,
    shortId: outcome.shortId,
    host: outcome.host,
    program: lastCharacters(outcome.argv[0] ?? "", 200),
    status: outcome.status,
    failureCategory: outcome.failureCategory?.slice(0, 200) ?? null,
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    attempts: outcome.attempts.length,
    durationMs: outcome.durationMs,
    reason: outcome.failureReason === null ? null : plainReason(outcome.failureReason).slice(0, 300),
    cause: sureCause(outcome),
    fingerprint: outcome.fingerprint ?? null,
  };
}

/** What only may be the cause is in the outcome; in a list it would say more than is known. */
function sureCause({ cause }: Outcome): string | null {
  return cause === null || cause.confidence === "low" ? null : cause.text.slice(0, 300);
}
