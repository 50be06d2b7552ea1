/** What the commands about kept failures have in common. */
import { describeError, Refusal } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { type FailureList, findFailure, listFailures } from "../diagnostics/find.ts";
import type { IndexEntry } from "../diagnostics/index-schema.ts";
import { type Recovered, recoverSpools } from "../diagnostics/recover.ts";
import type { System } from "../system/system.ts";
import type { Log } from "./log.ts";
import { shellWord } from "./table.ts";

/** Where failures are looked for, and whether a program reads the answer. */
export interface PlaceFlags {
  readonly root: string | undefined;
  readonly "failures-dir": string | undefined;
  readonly json: boolean | undefined;
}

interface World {
  readonly system: System;
  readonly log: Log;
}

/**
 * Everything that is kept in a directory; what cannot be read there is told. Whoever looks first turns what a killed faultbox left
 * behind into failures like the others.
 */
export async function readFailures(directory: string, { system, log }: World): Promise<FailureList> {
  tellRecovered(await recoverSpools(directory, system), log);
  let found: FailureList;
  try {
    found = listFailures(directory, system.files);
  } catch (error) {
    throw unreadable(directory, describeError(error));
  }
  for (const problem of found.problems) log.warn(problem);
  return found;
}

/** In a list one line has to do for all of them; `failures recover` tells of each. */
function tellRecovered(results: readonly Recovered[], log: Log): void {
  const failed = results.filter(({ action }) => action === "failed");
  const foreign = results.filter(({ action }) => action === "left alone");
  for (const { executionId, reason } of failed)
    log.warn(`Cannot recover execution ${executionId}: ${reason}`);
  if (foreign.length > 0)
    log.info(`${foreign.length} left by somebody elsewhere are not listed (faultbox failures recover)`);
}

/** The failure that a word means, `latest` without one; null, and told, when it means none or several. */
export async function wantedFailure(
  word: string | undefined,
  directory: string,
  { system, log }: World,
): Promise<IndexEntry | null> {
  const name = word ?? "latest";
  const found = findFailure(name, (await readFailures(directory, { system, log })).entries);
  if (found.kind === "one") return found.entry;
  const why = found.kind === "many" ? "several failures match" : "no failure matches";
  log.error(`${why} ${JSON.stringify(name)} in "${directory}" (faultbox failures list shows them)`);
  return null;
}

export function unreadable(path: string, reason: string): Refusal {
  return new Refusal(`Cannot read "${path}": ${reason}`, ExitCode.notWritten);
}

/** The command that prints the whole evidence of one. */
export function logCommand(flags: PlaceFlags, { name }: Pick<IndexEntry, "name">): string {
  const place = (["root", "failures-dir"] as const).flatMap((flag) => {
    const value = flags[flag];
    return value === undefined ? [] : [`--${flag}`, shellWord(value)];
  });
  return ["faultbox", "failures", "log", name, ...place].join(" ");
}

/** A cause says more than that it failed; the executor's own reason says more than a cause. */
export function whyOf({ reason, cause }: IndexEntry): string {
  return (reason === "execution failed" ? cause : null) ?? reason ?? "";
}
