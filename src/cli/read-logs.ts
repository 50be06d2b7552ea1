/** What the commands that read errors logs have in common. */
import { describeError, errorCode, Refusal } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { pendingPaths } from "../core/pending.ts";
import { resolve } from "../system/path.ts";
import type { System } from "../system/system.ts";
import type { Log } from "./log.ts";
import { counted } from "./table.ts";

interface World {
  readonly system: System;
  readonly log: Log;
}

/** The logs that a call names, those that are not there yet left out with a word. Throws a `Refusal` for what is no file. */
export function readableLogs(words: readonly string[], { system, log }: World): readonly string[] {
  const paths = words.map((word) => resolve(system.host.workingDirectory(), word));
  return paths.filter((path) => {
    const kind = kindOf(path, system);
    if (kind === null) log.info(`there is no "${path}": nothing was recorded in it yet`);
    else if (kind !== "file") throw unreadable(path, "it is not a regular file");
    return kind !== null;
  });
}

function kindOf(path: string, { files }: System): string | null {
  try {
    return files.status(path)?.kind ?? null;
  } catch (error) {
    throw unreadable(path, describeError(error));
  }
}

/** Does it, and tells as a `Refusal` when a log cannot be read. */
export function reading<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw asRefusal(path, error);
  }
}

/** The same where the answer comes later. */
export async function readingOn<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw asRefusal(path, error);
  }
}

/** What the system said about a path is no fault of ours; anything else is, and stays what it is. */
function asRefusal(path: string, error: unknown): unknown {
  return errorCode(error) === "UNKNOWN" ? error : unreadable(path, describeError(error));
}

function unreadable(path: string, reason: string): Refusal {
  return new Refusal(`Cannot read "${path}": ${reason}`, ExitCode.notWritten);
}

/** Says what an answer leaves out: bad lines, and records that wait to be taken in. */
export function tellIncomplete(paths: readonly string[], skipped: number, { system, log }: World): void {
  const named = paths.map((path) => JSON.stringify(path)).join(" ");
  if (skipped > 0) {
    log.warn(`skipped ${counted(skipped, "bad line")} (faultbox error-log verify ${named})`);
  }
  for (const path of paths) {
    const { length } = pendingPaths(path, system).paths;
    if (length > 0)
      log.warn(`${length} more wait to be taken in (faultbox error-log merge ${JSON.stringify(path)})`);
  }
}
