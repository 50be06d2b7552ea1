/** What the commands that append to an errors log have in common. */
import type { Appended } from "../core/careful-append.ts";
import { describeError, UsageError } from "../core/errors.ts";
import { jsonText } from "../core/json-text.ts";
import type { ErrorDraft } from "../error-log/record.ts";
import type { Stored } from "../error-log/store.ts";
import type { System } from "../system/system.ts";
import type { Log } from "./log.ts";
import { permissionWarnings } from "./log-path.ts";

/** Does it, and when that fails prints what would have been logged, whole, on stderr: nothing is lost. */
export async function orPrint<Result>(
  unlogged: () => readonly unknown[],
  { output }: Pick<System, "output">,
  action: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    printUnlogged(unlogged(), output);
    throw error;
  }
}

/** What could not be logged, a line each, for whoever collects stderr. */
export function printUnlogged(unlogged: readonly unknown[], output: System["output"]): void {
  for (const each of unlogged) output.note(`faultbox-unlogged: ${jsonText(each)}`);
}

/** Tells what an append that succeeded still has to say. */
export function tellStored(
  path: string,
  { appended, warnings }: Stored,
  { system, log }: { readonly system: System; readonly log: Log },
): void {
  for (const warning of [
    ...warnings,
    ...pendingWarning(path, appended),
    ...permissionWarnings(path, system),
  ]) {
    log.warn(warning);
  }
}

function pendingWarning(path: string, appended: Appended): readonly string[] {
  if (appended.kind === "appended") return [];
  const [first = ""] = appended.paths;
  const what = appended.paths.length === 1 ? `it waits in "${first}"` : `they wait in "${path}.pending"`;
  return [
    `Cannot append to "${path}" now: ${appended.because}; ${what}, and the next append or faultbox error-log merge takes it in`,
  ];
}

/** How durable an append must be, from its flag. */
export function durabilityOf(word: string): "disk" | "none" {
  if (word === "disk" || word === "none") return word;
  throw new UsageError("Give --durability as disk or none");
}

/** A file as a record names it. One that cannot be read is named all the same, without size and digest, and warned of. */
export function describeDiagnostics(
  path: string,
  { files }: Pick<System, "files">,
  log: Log,
): NonNullable<ErrorDraft["diagnostics"]> {
  try {
    return { path, ...files.digest(path) };
  } catch (error) {
    log.warn(
      `Cannot read the diagnostics "${path}": ${describeError(error)}; the record names them as missing`,
    );
    return { path, bytes: null, sha256: null };
  }
}
