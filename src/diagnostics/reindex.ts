import { replaceFile } from "../core/careful-write.ts";
import { describeError, Refusal } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { faultOf } from "../core/fault-of-outcome.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import { type LockSystem, LockTimeout, openLocked } from "../core/locked-file.ts";
import type { Outcome } from "../core/outcome.ts";
import { join } from "../system/path.ts";
import type { Files } from "../system/system.ts";
import { readOutcome } from "./find.ts";
import { toIndexEntry } from "./index-line.ts";
import type { IndexEntry } from "./index-schema.ts";

/**
 * Makes the index anew from the outcomes, oldest first, and returns how many it has. Throws a `Refusal`: with 75 when
 * another writer holds the index.
 */
export async function reindex(directory: string, system: LockSystem): Promise<number> {
  const index = join(directory, "index.jsonl");
  const lock = await openLocked(index, system).catch((error: unknown) => {
    const code = error instanceof LockTimeout ? ExitCode.tryAgain : ExitCode.notWritten;
    throw error instanceof Refusal
      ? error
      : new Refusal(`Cannot make "${index}" anew: ${describeError(error)}`, code);
  });
  try {
    const entries = entriesFromOutcomes(directory, system);
    replaceFile(index, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""), system.files);
    return entries.length;
  } finally {
    lock.close();
  }
}

function entriesFromOutcomes(directory: string, { files }: LockSystem): readonly IndexEntry[] {
  const names = files.names(directory).filter((name) => /^[^.].*\.json$/.test(name));
  const entries: IndexEntry[] = [];
  for (const file of names) {
    const name = file.slice(0, -".json".length);
    const outcome = readOutcome(name, directory, files);
    if (outcome !== null) entries.push(toIndexEntry(name, withFingerprint(outcome, files)));
  }
  return entries.sort((one, other) => (orderKey(one) < orderKey(other) ? -1 : 1));
}

/** An outcome that was written before there were fingerprints gets one here. */
function withFingerprint(outcome: Outcome, files: Files): Outcome {
  if (outcome.success || outcome.fingerprint) return outcome;
  return { ...outcome, fingerprint: fingerprintOf(faultOf(outcome), files) };
}

function orderKey({ recordedAt, executionId }: IndexEntry): string {
  return `${recordedAt} ${executionId}`;
}
