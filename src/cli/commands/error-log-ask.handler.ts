import { ExitCode } from "../../core/exit-codes.ts";
import { jsonText } from "../../core/json-text.ts";
import type { Entry } from "../../error-log/entry.ts";
import { findRecord } from "../../error-log/find-record.ts";
import { fullTextPath } from "../../error-log/full-text.ts";
import { entriesBackwards } from "../../error-log/read-log.ts";
import type { ErrorRecord } from "../../error-log/record.ts";
import { diagnosticsState } from "../../error-log/verify.ts";
import { answers, needlesOf, type Question, readCondition, readPoint } from "../../error-log/where.ts";
import type { Files } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { countOf } from "../count-flag.ts";
import { readableLogs, reading, tellIncomplete } from "../read-logs.ts";
import { excerptLines, recordFields, recordTable, showFileCommand } from "../record-text.ts";

interface JsonFlag {
  readonly json: boolean | undefined;
}

interface ListFlags extends JsonFlag {
  readonly limit: string;
}

interface QueryFlags extends JsonFlag {
  readonly where: readonly string[];
  readonly match: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly limit: string | undefined;
}

export async function list(call: Call<ListFlags>): Promise<Leave> {
  const most = countOf("--limit", call.flags.limit);
  print(call, { conditions: [], since: null, until: null, text: null }, most);
  return { code: ExitCode.ok };
}

export async function query(call: Call<QueryFlags>): Promise<Leave> {
  const { flags, system } = call;
  const now = system.clock.now();
  const question: Question = {
    conditions: flags.where.map(readCondition),
    since: flags.since === undefined ? null : readPoint("--since", flags.since, now),
    until: flags.until === undefined ? null : readPoint("--until", flags.until, now),
    text: flags.match || null,
  };
  const found = print(call, question, countOf("--limit", flags.limit));
  return { code: found > 0 ? ExitCode.ok : ExitCode.no };
}

type Known = Entry & { readonly kind: "record" | "newer" };

/** Prints the answers, newest first, a batch at a time, and returns how many there were. */
function print(call: Call<JsonFlag>, question: Question, most: number | null): number {
  const { flags, positionals, system, log } = call;
  const paths = readableLogs(positionals, { system, log });
  const printBatch = flags.json ? jsonPrinter(call) : tablePrinter(call);
  let [shown, skipped] = [0, 0];
  let batch: Known[] = [];
  reading(paths.join(" "), () => {
    for (const answer of newestFirst(paths.map((path) => answersIn(path, question, call)))) {
      if (shown === most) break;
      if (answer === null) skipped++;
      else {
        shown++;
        if (batch.push(answer) < batchRecords) continue;
        printBatch(batch);
        batch = [];
      }
    }
  });
  printBatch(batch);
  if (flags.json) system.output.line("]");
  tellIncomplete(paths, skipped, { system, log });
  return shown;
}

const batchRecords = 1000;

/** One array, without its end. */
function jsonPrinter({ system }: Pick<Call<JsonFlag>, "system">) {
  let before = "[";
  return (batch: readonly Known[]) => {
    if (batch.length === 0 && before !== "[") return;
    const text = batch.map((entry) => jsonText(rawOf(entry))).join(",\n");
    system.output.raw(new TextEncoder().encode(before + text));
    before = ",\n";
  };
}

/** The header once; columns are as wide as the records of a batch need. */
function tablePrinter({ system }: Pick<Call<JsonFlag>, "system">) {
  let isFirst = true;
  return (batch: readonly Known[]) => {
    if (batch.length === 0) return;
    const lines = recordTable(batch.map(({ record }) => record));
    for (const line of isFirst ? lines : lines.slice(1)) system.output.line(line);
    isFirst = false;
  };
}

function rawOf(entry: Known): object {
  return entry.kind === "newer" ? entry.raw : entry.record;
}

/** Those of one log, and null for each bad line. */
function* answersIn(
  path: string,
  question: Question,
  { system }: Pick<Call<JsonFlag>, "system">,
): Generator<Known | null> {
  for (const entry of entriesBackwards(path, system.files, needlesOf(question))) {
    if (entry === null) yield null;
    else if (entry.kind !== "repair" && answers(entry.record, question)) yield entry;
  }
}

/** Within one log the order of the lines is the truth; between logs there is only the time. */
function* newestFirst(logs: readonly Iterator<Known | null>[]): Generator<Known | null> {
  const heads = logs.map((log) => ({ log, next: log.next() }));
  for (;;) {
    const open = heads.filter(({ next }) => !next.done);
    const [first] = open.toSorted((one, other) =>
      timeOf(one.next.value) < timeOf(other.next.value) ? 1 : -1,
    );
    if (first === undefined) return;
    yield first.next.value;
    first.next = first.log.next();
  }
}

/** Bad lines come at once. */
function timeOf(entry: Known | null): string {
  return entry === null ? "~" : entry.record.recordedAt;
}

export async function show(call: Call<JsonFlag>): Promise<Leave> {
  const { flags, positionals, system, log } = call;
  const wanted = positionals[1] ?? "latest";
  const [path] = readableLogs(positionals.slice(0, 1), { system, log });
  if (path === undefined) return { code: ExitCode.no };
  const found = reading(path, () => findRecord(wanted, path, system.files));
  if (found.kind !== "one") {
    const why =
      found.kind === "none" ? "no record matches" : `several records match (${found.ids.join(", ")} …)`;
    log.error(`${why} ${JSON.stringify(wanted)} in "${path}" (faultbox error-log list shows them)`);
    return { code: ExitCode.no };
  }
  const { entry } = found;
  if (entry.kind === "repair") system.output.line(jsonText(entry.note));
  else if (flags.json)
    system.output.line(
      jsonText({ ...rawOf(entry), diagnosticsState: diagnosticsState(entry.record, system.files) }),
    );
  else for (const line of details(entry, path, call)) system.output.line(line);
  return { code: ExitCode.ok };
}

function details(entry: Known, path: string, { system }: Pick<Call<JsonFlag>, "system">): readonly string[] {
  const { record } = entry;
  const state = diagnosticsState(record, system.files);
  const excerpt = excerptLines(record);
  const hasLog = record.diagnostics !== null && state !== "missing";
  return [
    ...recordFields(entry, state),
    ...(excerpt.length > 0 ? ["", ...excerpt] : []),
    ...wholeText(record, path, system.files),
    ...(hasLog ? ["", "The whole log:", showFileCommand(record.diagnostics.path)] : []),
  ];
}

/** Where the texts lie that the line could not hold. */
function wholeText(record: ErrorRecord, path: string, files: Files): readonly string[] {
  const file = fullTextPath(path, record.id);
  if (Object.keys(record.truncated).length === 0 || files.status(file) === null) return [];
  return ["", "The whole text:", showFileCommand(file)];
}
