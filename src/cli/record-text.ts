/** A record as a person is shown it. */
import { fingerprintText } from "../core/fingerprint.ts";
import type { Entry } from "../error-log/entry.ts";
import { shortIds } from "../error-log/find-record.ts";
import type { ErrorRecord } from "../error-log/record.ts";
import type { DiagnosticsState } from "../error-log/verify.ts";
import { lastLines, shownLines } from "./report.ts";
import { cleanLine, shellWord, shortLine, table } from "./table.ts";

/** A row for each record. */
export function recordTable(records: readonly ErrorRecord[]): readonly string[] {
  const ids = shortIds(records.map(({ id }) => id));
  return table(
    ["OCCURRED", "ID", "TYPE", "AGENT", "PHASE", "CODE", "MESSAGE"],
    records.map((record, index) => [
      secondsOf(record.occurredAt),
      ids[index] ?? record.id,
      record.errorType,
      record.agent,
      record.phase ?? "-",
      String(record.signal ?? record.exitCode ?? "-"),
      shortLine(record.message),
    ]),
  );
}

/** One line, for a stream of them. */
export function recordLine(record: ErrorRecord): string {
  const code = record.signal ?? (record.exitCode === null ? "" : `exit ${record.exitCode}`);
  const words = [
    secondsOf(record.occurredAt),
    record.errorType,
    record.agent,
    code,
    shortLine(record.message, 120),
  ];
  return cleanLine(words.filter((word) => word !== "").join("  "));
}

/** What a record says of itself, a field a line. */
export function recordFields(
  entry: Entry & { readonly kind: "record" | "newer" },
  state: DiagnosticsState,
): readonly string[] {
  const { record } = entry;
  const as = record.model === null ? record.agentRole : `${record.agentRole}, model ${record.model}`;
  const fields: ReadonlyArray<readonly [string, string | null]> = [
    ["message", shortLine(record.message, 600)],
    ["task", record.phase === null ? record.taskKey : `${record.taskKey}, phase ${record.phase}`],
    ["agent", `${record.agent} as ${as}`],
    ["occurred", `${record.occurredAt} on ${record.host} (${record.source}, recorded ${record.recordedAt})`],
    ["tool", record.tool],
    ["command", record.command && shortLine(record.command, 600)],
    ["duration", record.durationMs === null ? null : `${record.durationMs} ms`],
    ...Object.entries(record.attributes).map(([name, value]) => [name, shortLine(value, 200)] as const),
    ["group", `${fingerprintText(record.fingerprint)}  ${record.fingerprint.key}`],
    ["evidence", evidence(record, state)],
    [
      "schema",
      entry.kind === "newer" ? "of a newer version: only what is known is shown; --json shows all" : null,
    ],
  ];
  return [
    cleanLine(`${record.id}  ${record.errorType}${endingOf(record)}`),
    ...fields.flatMap(([name, text]) =>
      text === null ? [] : [`${cleanLine(name).padEnd(9)} ${cleanLine(text)}`],
    ),
  ];
}

function endingOf({ signal, exitCode }: ErrorRecord): string {
  if (signal !== null) return `  ended by ${signal}`;
  return exitCode === null ? "" : `  exit code ${exitCode}`;
}

function evidence({ diagnostics }: ErrorRecord, state: DiagnosticsState): string | null {
  if (diagnostics === null) return null;
  const words: Readonly<Record<DiagnosticsState, string>> = {
    none: "",
    "as recorded": `${diagnostics.bytes} bytes, as recorded`,
    changed: `CHANGED since it was recorded: it had ${diagnostics.bytes ?? "no"} bytes and sha256 ${diagnostics.sha256 ?? "unknown"}`,
    missing: "MISSING",
    unreadable: "cannot be read",
  };
  return `${diagnostics.path} (${words[state]})`;
}

/** The last lines that the record holds of what was written. */
export function excerptLines({ stderrExcerpt }: ErrorRecord): readonly string[] {
  return lastLines(stderrExcerpt ?? "", shownLines);
}

/** The command that shows a file, harmless whatever it holds: `less` shows control characters as text. */
export function showFileCommand(path: string): string {
  return `less ${shellWord(path)}`;
}

function secondsOf(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
