import { parseDuration } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import { jsonText } from "../core/json-text.ts";
import { nearest } from "../core/nearest.ts";
import type { ErrorRecord } from "./record.ts";

/** What a query asks for. Every part that is given must hold. */
export interface Question {
  readonly conditions: readonly Condition[];
  /** Milliseconds since the epoch; by the time at which a thing happened. */
  readonly since: number | null;
  readonly until: number | null;
  /** Stands in the message, the excerpt, the command, the tool or an attribute. */
  readonly text: string | null;
}

/** `errorType=cli-failure`: a field, perhaps of a field, and what it must be. */
export interface Condition {
  readonly path: readonly string[];
  readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=" | "~";
  readonly value: string;
}

const fields = [
  ...["id", "schemaVersion", "recordedAt", "occurredAt", "source", "taskKey", "phase", "agent", "agentRole"],
  ...[
    "model",
    "errorType",
    "message",
    "tool",
    "command",
    "exitCode",
    "signal",
    "durationMs",
    "stderrExcerpt",
  ],
  ...["diagnostics", "host", "pid", "fingerprint", "truncated", "attributes"],
];

/** Reads a condition. Throws `UsageError` for one that no record can be asked. */
export function readCondition(word: string): Condition {
  const parts = /^\s*([A-Za-z][\w.-]*)\s*(!=|<=|>=|=|<|>|~)\s*(.*?)\s*$/s.exec(word);
  if (parts === null) {
    throw new UsageError(
      `Cannot read --where "${word}": give FIELD=VALUE, for example errorType=cli-failure`,
    );
  }
  const [, name = "", operator = "=", value = ""] = parts;
  const path = name.split(".");
  const field = path[0] ?? "";
  if (!fields.includes(field)) {
    const close = nearest(field, fields);
    const hint = close === null ? `known are ${fields.join(", ")}` : `did you mean "${close}"?`;
    throw new UsageError(`Cannot read --where "${word}": no record has a field "${field}"; ${hint}`);
  }
  return { path, operator: operator as Condition["operator"], value };
}

/** A point in time: `2h` is two hours ago, `2026-01-05` the beginning of that day, in UTC. Throws `UsageError` for junk. */
export function readPoint(flag: string, word: string, now: number): number {
  const ago = /^\d+$/.test(word) ? null : parseDuration(word);
  if (ago !== null) return now - ago;
  const time = /^\d{4}-\d\d-\d\d/.test(word) ? Date.parse(word.replace(" ", "T")) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError(
    `Give ${flag} as a duration or a time, for example 2h or 2026-01-05T12:00:00Z; not "${word}"`,
  );
}

/** Texts that the line of every answer holds: a line without them need not be parsed. */
export function needlesOf({ conditions, text }: Question): readonly string[] {
  const needles = text === null ? [] : [inJson(text)];
  for (const { operator, value } of conditions) {
    const isText = operator === "~" || (operator === "=" && Number.isNaN(Number(value)));
    if (isText && value !== "" && value !== "null") needles.push(inJson(value));
  }
  // The longest is the rarest.
  return needles.sort((one, other) => other.length - one.length);
}

/** Whether a record is an answer. */
export function answers(record: ErrorRecord, { conditions, since, until, text }: Question): boolean {
  if (since !== null || until !== null) {
    const time = Date.parse(record.occurredAt);
    if (since !== null && !(time >= since)) return false;
    if (until !== null && !(time < until)) return false;
  }
  return (
    conditions.every((condition) => holds(record, condition)) && (text === null || mentions(record, text))
  );
}

function holds(record: ErrorRecord, { path, operator, value }: Condition): boolean {
  const actual = path.reduce<unknown>(
    (at, name) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined),
    record,
  );
  const text = actual === undefined ? "null" : typeof actual === "string" ? actual : JSON.stringify(actual);
  switch (operator) {
    case "=":
      return text === value;
    case "!=":
      return text !== value;
    case "~":
      return text.includes(value);
    case "<":
      return compare(text, value) < 0;
    case "<=":
      return compare(text, value) <= 0;
    case ">":
      return compare(text, value) > 0;
    case ">=":
      return compare(text, value) >= 0;
  }
}

/** As numbers where both are; nothing is greater or smaller than null. */
function compare(text: string, value: string): number {
  if (text === "null") return Number.NaN;
  const [one, other] = [Number(text), Number(value)];
  if (!Number.isNaN(one) && !Number.isNaN(other)) return one - other;
  return text < value ? -1 : text > value ? 1 : 0;
}

function mentions(record: ErrorRecord, text: string): boolean {
  const { message, stderrExcerpt, command, tool, attributes } = record;
  return [message, stderrExcerpt, command, tool, ...Object.values(attributes)].some((each) =>
    each?.includes(text),
  );
}

function inJson(text: string): string {
  return jsonText(text).slice(1, -1);
}
