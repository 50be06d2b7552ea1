/**
 * The result file: what the executor says of itself.
 *
 * Six states, never confused: `absent` (also one that did not change since the attempt began), `empty` (white space
 * included), `truncated`, `invalid`, `not_object`, `present`. Reading it never throws.
 */
import { describeError } from "../core/errors.ts";
import type { ResultEvidence } from "../core/evidence.ts";
import type { ResultState } from "../core/outcome.ts";
import { plainReason } from "../core/reason.ts";
import { isTruncatedJson } from "../core/truncated-json.ts";
import type { Files } from "../system/system.ts";

/** A result file larger than this is not one. */
const maxBytes = 16 * 1024 * 1024;

/** What was read: the evidence, and the inner object where there is one. */
export interface ResultFile extends ResultEvidence {
  readonly state: ResultState;
  /** The inner object; null in every state but `present`. */
  readonly value: Readonly<Record<string, unknown>> | null;
}

/** The four fields that are read, each null when it is not there or of another type. */
export interface ResultFields {
  readonly success: boolean | null;
  readonly status: string | null;
  readonly failureCategory: string | null;
  /** Without what an earlier run appended to it. */
  readonly failureReason: string | null;
}

/** What stood at the path before an attempt, so that a stale file is not taken for this attempt's. */
export interface ResultBaseline {
  readonly identity: string;
  readonly text: string | null;
}

/** Takes the baseline; null when nothing is there. */
export function resultBaseline(path: string, files: Files): ResultBaseline | null {
  try {
    const status = files.status(path);
    if (status === null) return null;
    return { identity: status.identity, text: status.kind === "file" ? readText(path, files) : null };
  } catch {
    return null;
  }
}

/** Reads the result file of an attempt that began when `baseline` stood there. */
export function readResultFile(path: string, baseline: ResultBaseline | null, files: Files): ResultFile {
  try {
    const status = files.status(path);
    if (status === null) return noResult("absent", null);
    if (status.kind !== "file")
      return noResult(
        "invalid",
        `it is not a regular file but a ${status.kind === "other" ? "device, pipe or socket" : status.kind}`,
      );
    if (status.size > maxBytes)
      return noResult("invalid", `it has ${status.size} bytes, more than ${maxBytes}`);
    const text = readText(path, files);
    if (baseline?.identity === status.identity && baseline.text === text) {
      return noResult("absent", "it has not changed since before the attempt");
    }
    return parseResult(text);
  } catch (error) {
    return noResult("invalid", `it cannot be read: ${describeError(error)}`);
  }
}

/** The state and the inner object of a result file's text. */
export function parseResult(text: string): ResultFile {
  if (text.trim() === "") return { ...noResult("empty", null), text };
  const parsed = parseJson(text);
  if (parsed === null) return { ...noResult(isTruncatedJson(text) ? "truncated" : "invalid", null), text };
  const value = innerObject(parsed.value);
  if (value === null) return { ...noResult("not_object", null), text };
  return { state: "present", text, detail: null, value };
}

/** The fields of a result, whatever else it holds. */
export function resultFields(value: Readonly<Record<string, unknown>> | null): ResultFields {
  const text = (key: string) => (typeof value?.[key] === "string" && value[key] !== "" ? value[key] : null);
  const success = value?.["success"];
  const reason = text("failure_reason");
  return {
    success: typeof success === "boolean" ? success : null,
    status: text("status"),
    failureCategory: text("failure_category"),
    failureReason: reason === null ? null : plainReason(reason),
  };
}

/** The file's text with another failure reason, everything else kept; null when there is no object to put it in. */
export function withFailureReason(text: string, reason: string): string | null {
  const parsed = parseJson(text);
  const inner = parsed && innerObject(parsed.value);
  if (!parsed || !inner) return null;
  const changed = { ...inner, failure_reason: reason };
  const whole = inner === parsed.value ? changed : { ...(parsed.value as object), result: changed };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** No result file was asked for, or none can be had. */
export function noResult(state: ResultState, detail: string | null): ResultFile {
  return { state, text: null, detail, value: null };
}

/** Bytes that are not UTF-8 become U+FFFD: a result is still a result. A byte order mark is not part of it. */
function readText(path: string, files: Files): string {
  return new TextDecoder().decode(files.read(path));
}

function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** `{"result": {…}}` gives the inner object; an object without a `result` object stands for itself. */
function innerObject(value: unknown): Readonly<Record<string, unknown>> | null {
  if (!isObject(value)) return null;
  if (isObject(value["result"])) return value["result"];
  return "result" in value && typeof value["success"] !== "boolean" ? null : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
