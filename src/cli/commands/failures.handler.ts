import { describeError, Refusal, UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { neutralize } from "../../core/neutralize.ts";
import type { Outcome } from "../../core/outcome.ts";
import { plainReason } from "../../core/reason.ts";
import { type FailureList, findFailure, listFailures, readOutcome } from "../../diagnostics/find.ts";
import type { IndexEntry } from "../../diagnostics/index-schema.ts";
import { type Recovered, recoverSpools } from "../../diagnostics/recover.ts";
import { join } from "../../system/path.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { placeOf } from "../place.ts";
import { describeEnding, lastLines, shownLines } from "../report.ts";
import { tableOf } from "../table.ts";

interface PlaceFlags {
  readonly root: string | undefined;
  readonly "failures-dir": string | undefined;
  readonly json: boolean | undefined;
}

type World = Pick<Call<PlaceFlags>, "system" | "log">;

interface ListFlags extends PlaceFlags {
  readonly limit: string;
}

export async function list({ flags, system, log }: Call<ListFlags>): Promise<Leave> {
  if (!/^\d+$/.test(flags.limit)) throw new UsageError("Give --limit as a number, for example 20");
  const { failures } = placeOf(flags, system);
  const all = (await readList(failures, { system, log })).entries;
  const entries = all.slice(0, Number(flags.limit));
  if (flags.json) system.output.line(JSON.stringify(entries));
  else if (all.length === 0) log.info(`no failures are kept in "${failures}"`);
  else for (const line of table(entries)) system.output.line(line);
  return { code: ExitCode.ok };
}

export async function show({ flags, positionals, system, log }: Call<PlaceFlags>): Promise<Leave> {
  const { failures } = placeOf(flags, system);
  const entry = await find(positionals[0], failures, { system, log });
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
  for (const line of [...head, ...lastOfLog(text), "", "The whole log:", showCommand(flags, entry)]) {
    system.output.line(line);
  }
  return { code: ExitCode.ok };
}

export async function printLog({ flags, positionals, system, log }: Call<PlaceFlags>): Promise<Leave> {
  const { failures } = placeOf(flags, system);
  const entry = await find(positionals[0], failures, { system, log });
  if (entry === null) return { code: ExitCode.no };
  const path = join(failures, `${entry.name}.log`);
  const text = readLog(entry.name, failures, system);
  if (flags.json) system.output.line(JSON.stringify({ path, text }));
  else if (system.output.stdout.isTerminal()) system.output.line(neutralize(text).replace(/\n$/, ""));
  else system.output.raw(new TextEncoder().encode(text));
  return { code: ExitCode.ok };
}

/** Whoever looks first turns what a killed faultbox left behind into failures like the others. */
async function readList(failures: string, { system, log }: World): Promise<FailureList> {
  tellRecovered(await recoverSpools(failures, system), log);
  let found: FailureList;
  try {
    found = listFailures(failures, system.files);
  } catch (error) {
    throw unreadable(failures, describeError(error));
  }
  for (const problem of found.problems) log.warn(problem);
  return found;
}

/** In a list one line has to do for all of them; `failures recover` tells of each. */
function tellRecovered(results: readonly Recovered[], log: World["log"]): void {
  const failed = results.filter(({ action }) => action === "failed");
  const foreign = results.filter(({ action }) => action === "left alone");
  for (const { executionId, reason } of failed)
    log.warn(`Cannot recover execution ${executionId}: ${reason}`);
  if (foreign.length > 0)
    log.info(`${foreign.length} left by somebody elsewhere are not listed (faultbox failures recover)`);
}

async function find(
  wanted: string | undefined,
  failures: string,
  { system, log }: World,
): Promise<IndexEntry | null> {
  const name = wanted ?? "latest";
  const found = findFailure(name, (await readList(failures, { system, log })).entries);
  if (found.kind === "one") return found.entry;
  const why = found.kind === "many" ? "several failures match" : "no failure matches";
  log.error(`${why} ${JSON.stringify(name)} in "${failures}" (faultbox failures list shows them)`);
  return null;
}

function readLog(name: string, failures: string, system: System): string {
  const path = join(failures, `${name}.log`);
  try {
    return new TextDecoder().decode(system.files.read(path));
  } catch (error) {
    throw unreadable(path, describeError(error));
  }
}

function unreadable(path: string, reason: string): Refusal {
  return new Refusal(`Cannot read "${path}": ${reason}`, ExitCode.notWritten);
}

function summary(outcome: Outcome): readonly string[] {
  const reason =
    outcome.failureReason === null ? [] : [`reason    ${clean(plainReason(outcome.failureReason))}`];
  return [
    `${outcome.role}-${outcome.shortId}  ${clean(JSON.stringify(outcome.argv[0] ?? ""))} ${describeEnding(outcome)}`,
    `execution ${outcome.executionId}`,
    `task      ${clean(outcome.task)}`,
    `ended     ${outcome.endedAt} on ${clean(outcome.host)}`,
    `category  ${clean(outcome.failureCategory ?? "none")}`,
    ...reason,
    ...causeOf(outcome),
    ...outcome.notes.map((note) => `note      ${clean(note)}`),
    "",
  ];
}

function causeOf({ cause }: Outcome): readonly string[] {
  return cause === null ? [] : [`cause     ${clean(cause.text)} (${cause.rule}, ${cause.confidence})`];
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

function showCommand(flags: PlaceFlags, entry: IndexEntry): string {
  const place = (["root", "failures-dir"] as const).flatMap((name) => {
    const value = flags[name];
    return value === undefined ? [] : [`--${name}`, shellWord(value)];
  });
  return ["faultbox", "failures", "log", entry.name, ...place].join(" ");
}

function shellWord(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function table(entries: readonly IndexEntry[]): readonly string[] {
  const rows = entries.map((entry) => [
    entry.recordedAt.replace(/\.\d+Z$/, "Z"),
    entry.name,
    entry.status,
    entry.failureCategory ?? "-",
    String(entry.signal ?? entry.exitCode ?? "-"),
    oneLine(whyOf(entry)),
  ]);
  const header = ["ENDED", "NAME", "STATUS", "CATEGORY", "CODE", "REASON"];
  return tableOf(
    header,
    rows.map((row) => row.map(clean)),
  );
}

/** A cause says more than that it failed; the executor's own reason says more than a cause. */
function whyOf({ reason, cause }: IndexEntry): string {
  return (reason === "execution failed" ? cause : null) ?? reason ?? "";
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function clean(text: string): string {
  return neutralize(text).replaceAll("\n", " ");
}
