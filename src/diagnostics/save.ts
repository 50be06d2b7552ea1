import { appendLine } from "../core/careful-append.ts";
import { replaceFile, writeNew, writeOnce } from "../core/careful-write.ts";
import type { Cause } from "../core/cause.ts";
import { describeError, errorCode } from "../core/errors.ts";
import type { AttemptEvidence } from "../core/evidence.ts";
import { faultOf } from "../core/fault-of-outcome.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import { neutralize } from "../core/neutralize.ts";
import type { Outcome } from "../core/outcome.ts";
import { enrichReason, executorTail, lastCharacters } from "../core/reason.ts";
import type { Redactor } from "../core/redactor.ts";
import { join } from "../system/path.ts";
import type { System } from "../system/system.ts";
import { forgetMakers, placeIn } from "./failures-directory.ts";
import { toIndexEntry } from "./index-line.ts";
import { countRedactions, withheldNotes } from "./kept-redactions.ts";
import { keptText } from "./kept-text.ts";
import { maskedResult } from "./masked-result.ts";
import { type KeptAttempt, renderReport } from "./report.ts";

/** How the note begins that says that no evidence could be kept. */
export const unkeptNote = "the diagnostics could not be written";

/** What saving needs beside the outcome. */
export interface SaveOptions {
  readonly directory: string;
  readonly redactor: Redactor;
  readonly system: Pick<System, "files" | "clock" | "host">;
  /** Looks for the cause of a failure in what is kept of its last attempt. Without it none is named. */
  readonly findCause?: (attempt: KeptAttempt, outcome: Outcome) => Cause | null;
}

/**
 * Describes an outcome with its evidence and saves both: `<role>-<short id>.log`, the outcome beside it, a line in the
 * index. Returns the outcome as it was saved: with path, tail and enriched reason. If nothing could be written the
 * reason stays as it was and a note says why: this never throws.
 */
export async function saveDiagnostics(
  draft: Outcome,
  evidence: readonly AttemptEvidence[],
  options: SaveOptions,
): Promise<Outcome> {
  let described = draft;
  try {
    const kept = evidence.map((attempt) => keepAttempt(attempt, options.redactor));
    described = withCause(withEvidence(draft, kept), kept.at(-1), options);
    return await savePair(described, renderReport(described, kept), options);
  } catch (error) {
    const note = `${unkeptNote} to "${options.directory}": ${describeError(error)}`;
    const diagnostics = { path: null, bytes: 0, sha256: null, state: "failed" as const };
    return { ...described, diagnostics, notes: [...described.notes, note] };
  }
}

function keepAttempt(evidence: AttemptEvidence, redactor: Redactor): KeptAttempt {
  const { text } = evidence.result;
  return {
    stdout: keptText(evidence.stdout, redactor),
    stderr: keptText(evidence.stderr, redactor),
    result: { ...evidence.result, text: text === null ? null : maskedResult(text, redactor) },
  };
}

/** The outcome with what its evidence adds: the tail, the counts of kept bytes, the secrets that were masked. */
function withEvidence(draft: Outcome, kept: readonly KeptAttempt[]): Outcome {
  const last = kept.at(-1);
  const tail = last ? executorTail(tailOf(last.stdout.tail), tailOf(last.stderr.tail)) : "";
  return {
    ...draft,
    tail: draft.success ? null : tail,
    attempts: draft.attempts.map((attempt, index) => ({
      ...attempt,
      stdout: { ...attempt.stdout, kept: kept[index]?.stdout.keptBytes ?? 0 },
      stderr: { ...attempt.stderr, kept: kept[index]?.stderr.keptBytes ?? 0 },
    })),
    redactions: countRedactions(kept),
    notes: [...draft.notes, ...withheldNotes(kept)],
  };
}

/** A failure with its cause. The evidence counts more: a search that breaks down leaves a note. */
function withCause(
  described: Outcome,
  last: KeptAttempt | undefined,
  { findCause }: Pick<SaveOptions, "findCause">,
): Outcome {
  if (described.success || last === undefined || findCause === undefined) return described;
  try {
    return { ...described, cause: findCause(last, described) };
  } catch (error) {
    const note = `the search for the cause broke down: ${describeError(error)}`;
    return { ...described, notes: [...described.notes, note] };
  }
}

/** Only the end can appear in a tail: what is neutralized need not be the whole text. */
function tailOf(text: string): string {
  return neutralize(lastCharacters(text, 20_000));
}

async function savePair(described: Outcome, report: string, options: SaveOptions): Promise<Outcome> {
  const { directory } = options;
  const { files } = options.system;
  const bytes = new TextEncoder().encode(report);
  const { value: name } = placeIn(directory, files, () => writeLog(described, bytes, options));
  forgetMakers(directory, files);
  const path = join(directory, `${name}.log`);
  const saved: Outcome = {
    ...described,
    failureReason:
      described.failureReason && enrichReason(described.failureReason, path, described.tail ?? ""),
    diagnostics: { path, bytes: bytes.length, sha256: options.system.files.sha256(bytes), state: "written" },
    fingerprint: described.success ? null : fingerprintOf(faultOf(described), options.system.files),
  };
  const notes = await saveBeside(name, saved, options);
  return { ...saved, notes: [...saved.notes, ...notes] };
}

/**
 * A later failure of the same name never overwrites an earlier one: it becomes `.2`, and so on. The log gets its name when
 * it is whole and durable, so that whoever is killed here leaves no half of one behind.
 */
function writeLog(
  { role, shortId, executionId }: Outcome,
  bytes: Uint8Array,
  { directory, system }: SaveOptions,
): string {
  const { files } = system;
  const draft = join(directory, draftName(executionId));
  files.remove(draft); // of somebody who was killed in here
  writeNew(draft, bytes, files);
  try {
    for (let number = 1; ; number++) {
      const name = number === 1 ? `${role}-${shortId}` : `${role}-${shortId}.${number}`;
      if (files.linkStatus(join(directory, `${name}.json`)) !== null) continue;
      if (takeName(draft, join(directory, `${name}.log`), bytes, files)) return name;
    }
  } finally {
    files.remove(draft);
    files.syncDirectory(directory);
  }
}

/** Where the log of an execution is written before it has a name. */
export function draftName(executionId: string): string {
  return `.${executionId}.log`;
}

function takeName(draft: string, path: string, bytes: Uint8Array, files: System["files"]): boolean {
  try {
    files.link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    return writeOnce(path, bytes, files); // a file system without hard links
  }
}

/** The outcome and the index line. The log is safe already: what fails here is a note. */
async function saveBeside(
  name: string,
  saved: Outcome,
  { directory, system }: SaveOptions,
): Promise<readonly string[]> {
  const notes: string[] = [];
  try {
    replaceFile(join(directory, `${name}.json`), `${JSON.stringify(saved, null, 2)}\n`, system.files);
  } catch (error) {
    notes.push(describeError(error));
  }
  try {
    const index = join(directory, "index.jsonl");
    const appended = await appendLine(index, JSON.stringify(toIndexEntry(name, saved)), system);
    if (appended.kind === "pending") {
      notes.push(`The line of the index waits in "${appended.paths[0]}": ${appended.because}`);
    }
  } catch (error) {
    notes.push(describeError(error));
  }
  return notes;
}
