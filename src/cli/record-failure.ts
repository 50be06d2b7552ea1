import { describeError } from "../core/errors.ts";
import { faultOf } from "../core/fault-of-outcome.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Redactor } from "../core/redactor.ts";
import { makeRecord } from "../error-log/make-record.ts";
import type { ErrorDraft } from "../error-log/record.ts";
import { storeRecords } from "../error-log/store.ts";
import type { System } from "../system/system.ts";
import type { ErrorsLog } from "./commands/run.errors-log.ts";
import { printUnlogged, tellStored } from "./errors-log.ts";
import type { Log } from "./log.ts";
import { shellWord } from "./table.ts";

/**
 * Appends a failed execution to an errors log. Never throws: what cannot be logged is printed, and the outcome that
 * comes back has a note. Logging never changes what `run` exits with.
 */
export async function recordFailure(
  outcome: Outcome,
  errorsLog: ErrorsLog,
  world: { readonly system: System; readonly log: Log; readonly redactor: Redactor },
): Promise<Outcome> {
  const { system, log } = world;
  const record = makeRecord(draftOf(outcome, errorsLog), world);
  try {
    tellStored(errorsLog.path, await storeRecords(errorsLog.path, [record], system), { system, log });
    return outcome;
  } catch (error) {
    printUnlogged([record], system.output);
    log.error(describeError(error));
    return { ...outcome, notes: [...outcome.notes, describeError(error)] };
  }
}

function draftOf(outcome: Outcome, { path: _, ...who }: ErrorsLog): ErrorDraft {
  const { diagnostics, executionId, role, task, status, failureCategory } = outcome;
  const fault = faultOf(outcome);
  return {
    ...who,
    occurredAt: outcome.endedAt,
    source: "runner-observed",
    errorType: "cli-failure",
    message: fault.message,
    tool: null,
    command: outcome.argv.map(shellWord).join(" "),
    exitCode: fault.exitCode,
    signal: fault.signal,
    durationMs: outcome.durationMs,
    stderrExcerpt: fault.excerpt || null,
    diagnostics: diagnosticsOf(diagnostics),
    attributes: {
      executionId,
      role,
      task,
      status,
      ...(failureCategory === null ? {} : { category: failureCategory }),
    },
  };
}

function diagnosticsOf({ path, bytes, sha256 }: Outcome["diagnostics"]): ErrorDraft["diagnostics"] {
  return path === null ? null : { path, bytes, sha256 };
}
