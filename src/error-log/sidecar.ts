/**
 * The sidecar: one worker's own failures of tools, in one JSON file that only this worker writes.
 *
 *     {"schemaVersion":1,"errors":[{"errorType":"tool-failure","message":"…","tool":"bash","exitCode":1}, … ]}
 *
 * 1. It is there from the first failure on; a worker without failures needs none.
 * 2. Entries are only ever added, at the end: an entry's place is a part of its record's id.
 * 3. Who it was and for what is the merge's to say: an entry that brings such a field is refused.
 */
import * as v from "valibot";
import { describeError, errorCode, Refusal } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { isTruncatedJson } from "../core/truncated-json.ts";
import type { Files } from "../system/system.ts";
import { workerType } from "./error-types.ts";
import { mostAttributes } from "./field-values.ts";
import { attributes, signal, someText, time } from "./fields.ts";
import { dataRefusal, describeIssues } from "./refuse.ts";

/** What only the merge may say. */
const forbiddenFields = [
  ...["source", "recordedAt", "agent", "agentRole", "model", "taskKey"],
  ...["id", "schemaVersion", "host", "pid", "fingerprint", "truncated"],
] as const;

const orNull = <Schema extends v.GenericSchema>(schema: Schema) => v.optional(v.nullable(schema), null);
const optionalText = orNull(v.string("Give a text"));
/** A number that is written as it was read. */
const integer = (words: string, least: number) =>
  orNull(
    v.pipe(
      v.number(words),
      v.integer(words),
      v.minValue(least, words),
      v.maxValue(Number.MAX_SAFE_INTEGER, words),
    ),
  );
const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()], "Give a text"), v.transform(String));

/** What is said of a field that is not there, and of something that has no fields. */
const missing = ({ received }: { readonly received: string }) =>
  received === "undefined" ? "it is missing" : `Give an object, not ${received}`;

const entryFields = v.object(
  {
    errorType: v.literal(workerType, ({ received }) => {
      const instead = received === "undefined" ? "" : `, not ${received}`;
      return `Give "${workerType}"${instead}: a worker reports nothing else`;
    }),
    message: someText("Give a text that says what went wrong"),
    phase: optionalText,
    tool: optionalText,
    command: optionalText,
    exitCode: integer("Give a whole number, for example 1", Number.MIN_SAFE_INTEGER),
    signal: orNull(signal),
    durationMs: integer("Give a whole number of milliseconds", 0),
    stderrExcerpt: optionalText,
    /** The path of a file. */
    diagnostics: optionalText,
    occurredAt: orNull(time),
    attributes: v.optional(v.pipe(v.record(v.string(), scalar), attributes), {}),
  },
  missing,
);

export const entryFieldNames: readonly string[] = Object.keys(entryFields.entries);

/** An entry as a worker may write it. */
export type SidecarEntry = v.InferOutput<typeof entryFields>;

/** The whole file, as JSON Schema describes it. */
export const sidecarSchema = v.object({ schemaVersion: v.literal(1), errors: v.array(entryFields) });

/** A sidecar with no entries yet. */
export const emptySidecar = { schemaVersion: 1, errors: [] as readonly unknown[] } as const;

/** No worker has that much to say; reading more would cost the memory of it several times over. */
export const mostSidecarBytes = 16_000_000;
const deepestNesting = 32;

/** Reads the entries of a sidecar, each still to be checked; null when there is no file. Throws a `Refusal` with 65, or 74. */
export function readSidecar(path: string, files: Files): readonly unknown[] | null {
  const text = readText(path, files);
  if (text === null) return null;
  if (text.trim() === "") return [];
  const parsed = v.safeParse(envelope, parse(path, text));
  if (!parsed.success) throw refused(path, describeIssues(parsed.issues));
  return parsed.output.errors;
}

const envelope = v.object(
  {
    schemaVersion: v.literal(1, ({ received }) => `Give 1, not ${received}`),
    errors: v.array(v.unknown(), ({ received }) => `Give an array, not ${received}`),
  },
  missing,
);

/** An entry that was checked, or what is wrong with it and where. */
export type CheckedEntry =
  | { readonly kind: "good"; readonly entry: SidecarEntry; readonly unknownFields: readonly string[] }
  | { readonly kind: "bad"; readonly problem: string };

/** Checks one entry. A field that nobody knows becomes an attribute, so that nothing a worker wrote is lost. */
export function checkEntry(value: unknown, index: number): CheckedEntry {
  const base = `/errors/${index}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { kind: "bad", problem: `${base}: Give an object` };
  }
  const forbidden = forbiddenFields.filter((name) => Object.hasOwn(value, name));
  if (forbidden.length > 0) {
    const problems = forbidden.map(
      (name) => `${base}/${name}: a worker must not write it, the merge fills it in`,
    );
    return { kind: "bad", problem: problems.join("; ") };
  }
  const parsed = v.safeParse(entryFields, value);
  if (!parsed.success) return { kind: "bad", problem: describeIssues(parsed.issues, base) };
  return withUnknownFields(parsed.output, value, base);
}

function withUnknownFields(entry: SidecarEntry, value: object, base: string): CheckedEntry {
  const unknown = Object.entries(value).filter(([name]) => !Object.hasOwn(entryFields.entries, name));
  const texts = unknown.map(
    ([name, item]) => [name, typeof item === "string" ? item : JSON.stringify(item)] as const,
  );
  const all = v.safeParse(attributes, { ...Object.fromEntries(texts), ...entry.attributes });
  if (!all.success || holdsUnkept(value) || holdsUnkept(Reflect.get(value, "attributes")))
    return {
      kind: "bad",
      problem: `${base}: it has more than ${mostAttributes} fields of its own, or one with an odd name`,
    };
  return {
    kind: "good",
    entry: { ...entry, attributes: all.output },
    unknownFields: unknown.map(([name]) => name),
  };
}

/** Names that valibot leaves out of a record, for the safety of others: refused, since nothing a worker wrote is to be lost. */
function holdsUnkept(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ["__proto__", "prototype", "constructor"].some((name) => Object.hasOwn(value, name));
}

function readText(path: string, files: Files): string | null {
  let bytes: Uint8Array;
  try {
    const status = files.status(path);
    if (status === null) return null;
    if (status.kind === "file" && status.size > mostSidecarBytes) {
      throw refused(path, `it has ${status.size} bytes, more than ${mostSidecarBytes}`);
    }
    bytes = files.read(path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (errorCode(error) === "ENOENT") return null;
    throw new Refusal(`Cannot read sidecar "${path}": ${describeError(error)}`, ExitCode.notWritten);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused(path, "it is not UTF-8");
  }
}

function parse(path: string, text: string): unknown {
  // A parser that calls itself for each level can run out of stack.
  if (nesting(text) > deepestNesting)
    throw refused(path, `it is nested more than ${deepestNesting} levels deep`);
  try {
    return JSON.parse(text);
  } catch {
    const isLong = text.length > 1_000_000; // too long to look for what is wrong
    throw refused(path, isLong || isTruncatedJson(text) ? "it is truncated" : "it is not JSON");
  }
}

/** How deep brackets are nested, those in strings left out. A loop, since a regular expression can run out of stack too. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return deepest;
}

function refused(path: string, reason: string): Refusal {
  return dataRefusal(`Cannot read sidecar "${path}": ${reason}`);
}
