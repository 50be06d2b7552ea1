import * as v from "valibot";
import { type ByteLine, byteLines, isClosed, lineText } from "../core/byte-lines.ts";
import { pendingPaths } from "../core/pending.ts";
import type { System } from "../system/system.ts";
import { type Entry, readEntry } from "./entry.ts";
import { type ErrorRecord, recordSchema } from "./record.ts";
import { describeIssues } from "./refuse.ts";

/** What was found in a log. */
export interface Verdict {
  readonly path: string;
  readonly records: number;
  /** Of a later version: shown, never written again. */
  readonly newer: number;
  readonly repairs: number;
  /** Lines that cannot be read. `repair` takes them out. */
  readonly badLines: number;
  /** The last bytes are no whole line. */
  readonly torn: boolean;
  /** Lines that can be read and are not what the schema says. */
  readonly violations: number;
  readonly duplicateIds: number;
  /** How many records wait in the pending folder. */
  readonly pending: number;
  readonly missingDiagnostics: number;
  readonly changedDiagnostics: number;
  /** The first of what is wrong, in words. */
  readonly problems: readonly Problem[];
}

export interface Problem {
  /** From 1; null for what is not about a line. */
  readonly line: number | null;
  /** Where it begins, in bytes. */
  readonly offset: number | null;
  readonly what: string;
}

const mostProblems = 20;

/** Whether there is nothing to do about a log. What waits is no fault of it. */
export function isSound(verdict: Verdict): boolean {
  const { badLines, torn, violations, duplicateIds, missingDiagnostics, changedDiagnostics, problems } =
    verdict;
  const counts = [
    badLines,
    violations,
    duplicateIds,
    missingDiagnostics,
    changedDiagnostics,
    problems.length,
  ];
  return !torn && counts.every((count) => count === 0);
}

/** Looks at every byte of a log, and if asked at the diagnostics that its records name. Changes nothing. */
export function verifyLog(
  path: string,
  { files, host }: Pick<System, "files" | "host">,
  options: { readonly diagnostics: boolean },
): Verdict {
  const counts = {
    record: 0,
    newer: 0,
    repair: 0,
    bad: 0,
    torn: 0,
    violation: 0,
    duplicate: 0,
    missing: 0,
    changed: 0,
  };
  const problems: Problem[] = [];
  for (const { count, what, line, offset } of findings(path, files, options.diagnostics)) {
    counts[count]++;
    if (what !== null && problems.length < mostProblems) problems.push({ line, offset, what });
  }
  const waiting = pendingPaths(path, { files, host });
  if (waiting.problem !== null) problems.push({ line: null, offset: null, what: waiting.problem });
  return {
    path,
    records: counts.record,
    newer: counts.newer,
    repairs: counts.repair,
    badLines: counts.bad,
    torn: counts.torn > 0,
    violations: counts.violation,
    duplicateIds: counts.duplicate,
    pending: waiting.paths.length,
    missingDiagnostics: counts.missing,
    changedDiagnostics: counts.changed,
    problems,
  };
}

/** Something to count about a line, and to tell if it is wrong. */
interface Finding {
  readonly count: Entry["kind"] | "bad" | "torn" | "violation" | "duplicate" | "missing" | "changed";
  readonly what: string | null;
}

function* findings(
  path: string,
  files: System["files"],
  diagnostics: boolean,
): Generator<Finding & Omit<Problem, "what">> {
  const file = files.openRead(path);
  const ids = new Set<string>();
  try {
    let number = 0;
    for (const line of byteLines(file)) {
      number++;
      for (const finding of lookAt(line, ids)) yield { ...finding, line: number, offset: line.start };
      const state = diagnostics ? diagnosticsOfLine(line, files) : null;
      if (state !== null) yield { ...state, line: number, offset: line.start };
    }
  } finally {
    file.close();
  }
}

function* lookAt(line: ByteLine, ids: Set<string>): Generator<Finding> {
  const text = lineText(line);
  if (!isClosed(line))
    return yield { count: "torn", what: "it has no newline: torn, or an append in progress" };
  if (text === null) return yield { count: "bad", what: "it is not UTF-8" };
  if (text === "") return;
  const entry = readEntry(text);
  if (entry === null) return yield { count: "bad", what: "it is no record" };
  yield { count: entry.kind, what: null };
  const id = entry.kind === "repair" ? entry.note.id : entry.record.id;
  if (ids.has(id)) yield { count: "duplicate", what: `its id "${id}" stands in an earlier line` };
  ids.add(id);
  if (entry.kind !== "record") return;
  const parsed = v.safeParse(recordSchema, entry.record);
  if (!parsed.success) yield { count: "violation", what: describeIssues(parsed.issues) };
}

function diagnosticsOfLine(line: ByteLine, files: System["files"]): Finding | null {
  const entry = readEntry(lineText(line) ?? "");
  if (entry?.kind !== "record") return null;
  const state = diagnosticsState(entry.record, files);
  if (state !== "missing" && state !== "changed") return null;
  return { count: state, what: `its diagnostics are ${state}: "${entry.record.diagnostics?.path}"` };
}

/** What became of the file that a record names. */
export type DiagnosticsState = "none" | "as recorded" | "changed" | "missing" | "unreadable";

/** Compares the file that a record names with what it was when the record was made. */
export function diagnosticsState(
  { diagnostics }: Pick<ErrorRecord, "diagnostics">,
  files: Pick<System["files"], "digest" | "status">,
): DiagnosticsState {
  if (diagnostics === null) return "none";
  try {
    if (files.status(diagnostics.path) === null) return "missing";
    const now = files.digest(diagnostics.path);
    return now.sha256 === diagnostics.sha256 ? "as recorded" : "changed";
  } catch {
    return "unreadable";
  }
}
