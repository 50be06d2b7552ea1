import { type Appended, type AppendOptions, type AppendSystem, appendLines } from "../core/careful-append.ts";
import { describeError } from "../core/errors.ts";
import { fitLine } from "./fit-line.ts";
import { removeFullText, writeFullText } from "./full-text.ts";
import type { ErrorRecord } from "./record.ts";

/** What became of some records, and what was less than perfect about it, in words. */
export interface Stored {
  readonly appended: Appended;
  readonly warnings: readonly string[];
}

/**
 * Appends records to a log in one go, and keeps beside it what their lines cannot hold. Throws a `Refusal` when neither
 * the log nor its pending folder could take them; then nothing is left of them.
 */
export async function storeRecords(
  log: string,
  records: readonly ErrorRecord[],
  system: AppendSystem,
  options: AppendOptions = {},
): Promise<Stored> {
  const lines: string[] = [];
  const warnings: string[] = [];
  const made: string[] = [];
  for (const record of records) {
    const { line, isMade, warning } = keepWhole(log, record, system);
    lines.push(line);
    if (isMade) made.push(record.id);
    if (warning !== null) warnings.push(warning);
  }
  try {
    return { appended: await appendLines(log, lines, system, options), warnings };
  } catch (error) {
    for (const id of made) removeFullText(log, id, system);
    throw error;
  }
}

/** The line, once what it lacks is on disk: a pointer never points at nothing. */
function keepWhole(
  log: string,
  record: ErrorRecord,
  system: AppendSystem,
): { readonly line: string; readonly isMade: boolean; readonly warning: string | null } {
  const { line, fullText } = fitLine(record, `${record.id}.txt`);
  if (fullText === null) return { line, isMade: false, warning: null };
  try {
    return { line, isMade: writeFullText(log, record.id, fullText, system), warning: null };
  } catch (error) {
    const warning = `the whole text of record ${record.id} could not be kept: ${describeError(error)}`;
    return { line: fitLine(record, null).line, isMade: false, warning };
  }
}
