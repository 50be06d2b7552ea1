import * as v from "valibot";
import { describeError } from "../core/errors.ts";
import { type Outcome, outcomeSchema } from "../core/outcome.ts";
import { join } from "../system/path.ts";
import type { Files } from "../system/system.ts";
import { toIndexEntry } from "./index-line.ts";
import { type IndexEntry, indexEntrySchema } from "./index-schema.ts";

/** The kept executions of a directory, and what could not be read there, in words. */
export interface FailureList {
  /** Newest first, by recorded time and then by id. */
  readonly entries: readonly IndexEntry[];
  readonly problems: readonly string[];
}

/** Lists from the index, and from the pairs what the index lacks. What is gone from disk is not listed. */
export function listFailures(directory: string, files: Files): FailureList {
  const names = new Set(files.names(directory));
  const index = names.has("index.jsonl") ? readIndex(join(directory, "index.jsonl"), files) : noIndex;
  const present = index.entries.filter(({ name }) => names.has(`${name}.log`) || names.has(`${name}.json`));
  const listed = new Set(present.map(({ name }) => name));
  const strays = [...names]
    .filter((file) => /^[^.].*\.(log|json)$/.test(file))
    .map((file) => file.replace(/\.(log|json)$/, ""))
    .filter((name, position, all) => all.indexOf(name) === position && !listed.has(name))
    .map((name) => readStray(name, directory, files));
  const entries = [...present, ...strays.flatMap((stray) => stray.entry ?? [])];
  return {
    entries: entries.sort(newestFirst),
    problems: [...index.problems, ...strays.flatMap((stray) => stray.problem ?? [])],
  };
}

/** The entry that an id, a prefix of one, a file name or `latest` means; `many` when a prefix fits several. */
export function findFailure(
  wanted: string,
  entries: readonly IndexEntry[],
): { readonly kind: "one"; readonly entry: IndexEntry } | { readonly kind: "none" | "many" } {
  const newest = entries[0];
  if (wanted === "latest") return newest ? { kind: "one", entry: newest } : { kind: "none" };
  const exact = entries.find(({ executionId, name }) => executionId === wanted || name === wanted);
  if (exact) return { kind: "one", entry: exact };
  const matches = entries.filter(
    ({ executionId, shortId }) => executionId.startsWith(wanted) || shortId === wanted,
  );
  const only = matches[0];
  if (only === undefined || wanted === "") return { kind: "none" };
  return matches.length === 1 ? { kind: "one", entry: only } : { kind: "many" };
}

/** The outcome beside a log; null when it is missing or not one. */
export function readOutcome(name: string, directory: string, files: Files): Outcome | null {
  try {
    const text = new TextDecoder().decode(files.read(join(directory, `${name}.json`)));
    const parsed = v.safeParse(outcomeSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

const noIndex: FailureList = { entries: [], problems: [] };

function readIndex(path: string, files: Files): FailureList {
  let text: string;
  try {
    text = new TextDecoder().decode(files.read(path));
  } catch (error) {
    return { entries: [], problems: [`cannot read "${path}": ${describeError(error)}`] };
  }
  const lines = text.split("\n");
  const torn = lines.pop(); // after the last newline stands nothing, or an append in progress
  const parsed = lines.filter((line) => line !== "").map(parseEntry);
  const bad = parsed.filter((entry) => entry === null).length;
  const last = torn === undefined || torn === "" ? null : parseEntry(torn);
  return {
    entries: [...parsed, last].filter((entry) => entry !== null),
    problems: bad === 0 ? [] : [`skipped ${bad} bad ${bad === 1 ? "line" : "lines"} in "${path}"`],
  };
}

/** A line of the index; null when it is none. */
export function parseEntry(line: string): IndexEntry | null {
  try {
    const parsed = v.safeParse(indexEntrySchema, JSON.parse(line));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** A pair that the index does not know: its outcome tells the same, or only its name is known. */
function readStray(
  name: string,
  directory: string,
  files: Files,
): { readonly entry?: IndexEntry; readonly problem?: string } {
  const outcome = readOutcome(name, directory, files);
  if (outcome !== null) return { entry: toIndexEntry(name, outcome) };
  const log = join(directory, `${name}.log`);
  const status = files.status(log);
  if (status === null) return { problem: `"${join(directory, `${name}.json`)}" is not an outcome` };
  const present = files.status(join(directory, `${name}.json`)) !== null;
  return {
    entry: logAlone(name, status.modifiedAt),
    problem: `"${log}" has ${present ? "an unreadable" : "no"} outcome beside it`,
  };
}

/** All that is known of a log without an outcome. */
function logAlone(name: string, modifiedAt: number): IndexEntry {
  const dash = name.indexOf("-");
  return {
    executionId: name,
    name,
    schemaVersion: 1,
    recordedAt: new Date(modifiedAt).toISOString(),
    role: dash > 0 ? name.slice(0, dash) : name,
    task: "?",
    shortId: name.slice(dash + 1),
    host: "?",
    program: "?",
    status: "lost",
    failureCategory: null,
    exitCode: null,
    signal: null,
    attempts: 0,
    durationMs: 0,
    reason: null,
    cause: null,
    fingerprint: null,
  };
}

function newestFirst(a: IndexEntry, b: IndexEntry): number {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? 1 : -1;
  if (a.executionId === b.executionId) return 0;
  return a.executionId < b.executionId ? 1 : -1;
}
