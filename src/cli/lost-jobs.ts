/** The end of a job whose supervisor died. Loaded where there is one: all others are spared the time. */
import { replaceFile } from "../core/careful-write.ts";
import { describeError } from "../core/errors.ts";
import type { Outcome } from "../core/outcome.ts";
import { readOutcome as readKeptOutcome } from "../diagnostics/find.ts";
import { lostOutcome } from "../diagnostics/lost-outcome.ts";
import { presentPair } from "../diagnostics/present-pair.ts";
import { recoverSpools } from "../diagnostics/recover.ts";
import { type Job, readOutcome } from "../job/job.ts";
import type { JobRecord } from "../job/job-record.ts";
import type { Files, OpenFile, System } from "../system/system.ts";

/** Somebody else who does it is waited for so long. */
const patienceMs = 5000;

/** How a lost job ended, and why that could not be written down, if it could not. */
interface Settled {
  readonly outcome: Outcome;
  readonly problem: string | null;
}

/**
 * Turns what a dead supervisor left behind into diagnostics, and writes the job's outcome: how it ended where the supervisor could
 * still say so, else that it is lost.
 */
export async function settleLostJob({ place, record }: Job, system: System): Promise<Settled> {
  const { files } = system;
  const file = files.openPresent(place.record);
  try {
    if (record.owner.locked) await takeLock(file, system);
    const present = readOutcome(place, files);
    const outcome = present ?? (await findOutcome(record, system));
    const problem = present === null ? write(outcome, place.outcome, files) : null;
    if (problem === null) files.remove(place.marker);
    return { outcome, problem };
  } finally {
    file.close();
  }
}

function write(outcome: Outcome, path: string, files: Files): string | null {
  try {
    replaceFile(path, `${JSON.stringify(outcome, null, 2)}\n`, files);
    return null;
  } catch (error) {
    return describeError(error);
  }
}

async function takeLock(file: OpenFile, { clock }: System): Promise<void> {
  const until = clock.monotonic() + patienceMs;
  while (!file.tryLock()) {
    if (clock.monotonic() > until) throw new Error("somebody else holds its lock");
    await clock.sleep(10);
  }
}

async function findOutcome(record: JobRecord, system: System): Promise<Outcome> {
  const { execution, failures } = record;
  const results = await recoverSpools(failures, system, { only: execution.executionId });
  const name = await presentPair(execution, failures, system);
  const kept = name === null ? null : readKeptOutcome(name, failures, system.files);
  if (kept !== null) return kept;
  const left = results.flatMap(({ reason }) =>
    reason === null ? [] : [`its spool was left alone: ${reason}`],
  );
  return withoutEvidence(record, [`its supervisor, process ${record.owner.pid}, was killed`, ...left]);
}

/** It said nothing, or nobody can know here what it said. */
function withoutEvidence({ owner, execution }: JobRecord, notes: readonly string[]): Outcome {
  const { argv, ...rest } = execution;
  const header = { spool: 1 as const, owner, execution: { ...rest, argv: [...argv] } };
  return lostOutcome({ header, lines: [] }, [], { endedAt: execution.startedAt, leftovers: [], notes });
}
