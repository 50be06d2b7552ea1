import { describeError, UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { neutralize } from "../../core/neutralize.ts";
import type { Outcome } from "../../core/outcome.ts";
import { plainReason } from "../../core/reason.ts";
import { describeRedactions } from "../../core/redactions.ts";
import { readOutcome } from "../../diagnostics/find.ts";
import type { IndexEntry } from "../../diagnostics/index-schema.ts";
import { pinnedAmong } from "../../diagnostics/pin.ts";
import { join } from "../../system/path.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { describeEnding } from "../describe-ending.ts";
import {
  logCommand,
  type PlaceFlags,
  readFailures,
  unreadable,
  wantedFailure,
  whyOf,
} from "../kept-failures.ts";
import { placeOf } from "../place.ts";
import { lastLines, shownLines } from "../report.ts";
import { cleanLine, shortLine, table } from "../table.ts";

interface ListFlags extends PlaceFlags {
  readonly limit: string;
}

export async function list({ flags, system, log }: Call<ListFlags>): Promise<Leave> {
  if (!/^\d+$/.test(flags.limit)) throw new UsageError("Give --limit as a number, for example 20");
  const { failures } = placeOf(flags, system);
  const all = (await readFailures(failures, { system, log })).entries;
  const entries = all.slice(0, Number(flags.limit));
  const pinned = pinnedAmong(system.files.names(failures));
  const rowsOfJson = entries.map((entry) => ({ ...entry, pinned: pinned.has(entry.name) }));
  if (flags.json) system.output.line(JSON.stringify(rowsOfJson));
  else if (all.length === 0) log.info(`no failures are kept in "${failures}"`);
  else for (const line of rows(entries)) system.output.line(line);
  return { code: ExitCode.ok };
}

export async function show({ flags, positionals, system, log }: Call<PlaceFlags>): Promise<Leave> {
  const { failures } = placeOf(flags, system);
  const entry = await wantedFailure(positionals[0], failures, { system, log });
  if (entry === null) return { code: ExitCode.no };
  const outcome = readOutcome(entry.name, failures, system.files);
  if (flags.json) {
    if (outcome === null) throw unreadable(join(failures, `${entry.name}.json`), "it is not an outcome");
    system.output.line(JSON.stringify(outcome));
    return { code: ExitCode.ok };
  }
  if (outcome === null) log.warn(`"${join(failures, `${entry.name}.json`)}" is missing or not an outcome`);
  const text = readLog(entry.name, failures, system);
  const head = outcome === null ? [] : summary(outcome);
  for (const line of [...head, ...lastOfLog(text), "", "The whole log:", logCommand(flags, entry)]) {
    system.output.line(line);
  }
  return { code: ExitCode.ok };
}

export async function printLog({ flags, positionals, system, log }: Call<PlaceFlags>): Promise<Leave> {
  const { failures } = placeOf(flags, system);
  const entry = await wantedFailure(positionals[0], failures, { system, log });
  if (entry === null) return { code: ExitCode.no };
  const path = join(failures, `${entry.name}.log`);
  const text = readLog(entry.name, failures, system);
  if (flags.json) system.output.line(JSON.stringify({ path, text }));
  else if (system.output.stdout.isTerminal()) system.output.line(neutralize(text).replace(/\n$/, ""));
  else system.output.raw(new TextEncoder().encode(text));
  return { code: ExitCode.ok };
}

function readLog(name: string, failures: string, system: System): string {
  const path = join(failures, `${name}.log`);
  try {
    return new TextDecoder().decode(system.files.read(path));
  } catch (error) {
    throw unreadable(path, describeError(error));
  }
}

function summary(outcome: Outcome): readonly string[] {
  const reason =
    outcome.failureReason === null ? [] : [`reason    ${cleanLine(plainReason(outcome.failureReason))}`];
  return [
    `${outcome.role}-${outcome.shortId}  ${cleanLine(JSON.stringify(outcome.argv[0] ?? ""))} ${describeEnding(outcome)}`,
    `execution ${outcome.executionId}`,
    `task      ${cleanLine(outcome.task)}`,
    `ended     ${outcome.endedAt} on ${cleanLine(outcome.host)}`,
    `category  ${cleanLine(outcome.failureCategory ?? "none")}`,
    ...reason,
    ...causeOf(outcome),
    ...redactionsOf(outcome),
    ...outcome.notes.map((note) => `note      ${cleanLine(note)}`),
    "",
  ];
}

function redactionsOf({ redactions }: Outcome): readonly string[] {
  return redactions.length === 0 ? [] : [`redacted  ${cleanLine(describeRedactions(redactions))}`];
}

function causeOf({ cause }: Outcome): readonly string[] {
  return cause === null ? [] : [`cause     ${cleanLine(cause.text)} (${cause.rule}, ${cause.confidence})`];
}

/** The last lines of the last attempt: stderr as far as it goes, and before it as much of stdout as there is room for. */
function lastOfLog(text: string): readonly string[] {
  const [, attempt] = cutAtLast(text, "\n# === attempt ");
  const [, sections] = cutAtFirst(attempt, "\n# === stderr ===\n");
  const [streams] = cutAtLast(sections, "\n# === result.json ===\n");
  const [stderr, stdout] = cutAtLast(`\n${streams}\n`, "\n# === stdout ===\n");
  const errors = lastLines(stderr.slice(1), shownLines);
  const room = shownLines - errors.length;
  return [...(room > 0 ? lastLines(stdout, room) : []), ...errors];
}

/** What stands before and after a mark; everything is after it where there is none. */
function cutAtFirst(text: string, mark: string): readonly [string, string] {
  return cutAt(text, text.indexOf(mark), mark);
}

function cutAtLast(text: string, mark: string): readonly [string, string] {
  return cutAt(text, text.lastIndexOf(mark), mark);
}

function cutAt(text: string, at: number, mark: string): readonly [string, string] {
  return at < 0 ? ["", text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function rows(entries: readonly IndexEntry[]): readonly string[] {
  const header = ["ENDED", "NAME", "STATUS", "CATEGORY", "CODE", "REASON"];
  return table(
    header,
    entries.map((entry) => [
      entry.recordedAt.replace(/\.\d+Z$/, "Z"),
      entry.name,
      entry.status,
      entry.failureCategory ?? "-",
      String(entry.signal ?? entry.exitCode ?? "-"),
      shortLine(whyOf(entry)),
    ]),
  );
}
