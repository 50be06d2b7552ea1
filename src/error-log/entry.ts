import type { ErrorRecord, RepairNote } from "./record.ts";

/** A line of a log that can be read. */
export type Entry =
  | { readonly kind: "record"; readonly record: ErrorRecord }
  /** Of a later version: `record` is what we understand of it, `raw` is all of it. */
  | { readonly kind: "newer"; readonly record: ErrorRecord; readonly raw: object }
  | { readonly kind: "repair"; readonly note: RepairNote };

/**
 * Reads a line; null when it is none of ours. Not by the schema, which takes five times as long as parsing: by what the
 * reader needs.
 */
export function readEntry(line: string): Entry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isFields(value) || typeof value["id"] !== "string") return null;
  const version = value["schemaVersion"];
  if (version === 1) return readCurrent(value);
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) return null;
  return { kind: "newer", record: understood(value), raw: value };
}

type Fields = Readonly<Record<string, unknown>>;

function readCurrent(value: Fields): Entry | null {
  // Checked here, once; from here on nobody checks again.
  if (isRecord(value)) return { kind: "record", record: value as unknown as ErrorRecord };
  const { recordedAt, repair } = value;
  if (typeof recordedAt !== "string" || !isFields(repair)) return null;
  return { kind: "repair", note: value as unknown as RepairNote };
}

const texts = [
  "recordedAt",
  "occurredAt",
  "taskKey",
  "agent",
  "agentRole",
  "errorType",
  "message",
  "host",
] as const;
const nullableTexts = ["phase", "model", "tool", "command", "signal", "stderrExcerpt"] as const;
const nullableNumbers = ["exitCode", "durationMs"] as const;

function isRecord(value: Fields): boolean {
  for (const name of texts) if (typeof value[name] !== "string") return false;
  for (const name of nullableTexts) if (value[name] !== null && typeof value[name] !== "string") return false;
  for (const name of nullableNumbers)
    if (value[name] !== null && typeof value[name] !== "number") return false;
  const { fingerprint, diagnostics, attributes, truncated } = value;
  if (!isFingerprint(fingerprint)) return false;
  if (diagnostics !== null && !(isFields(diagnostics) && typeof diagnostics["path"] === "string"))
    return false;
  return isFields(attributes) && isFields(truncated);
}

function isFingerprint(value: unknown): value is ErrorRecord["fingerprint"] {
  if (!isFields(value)) return false;
  return (
    typeof value["version"] === "string" &&
    typeof value["hash"] === "string" &&
    typeof value["key"] === "string"
  );
}

/** A record of a later version as far as its fields are what ours are. */
function understood(value: Fields): ErrorRecord {
  const text = (name: string) => (typeof value[name] === "string" ? value[name] : "?");
  const textOrNull = (name: string) => (typeof value[name] === "string" ? value[name] : null);
  const numberOrNull = (name: string) => (typeof value[name] === "number" ? value[name] : null);
  const { diagnostics, fingerprint } = value;
  const hasPath = isFields(diagnostics) && typeof diagnostics["path"] === "string";
  return {
    id: text("id"),
    schemaVersion: 1,
    recordedAt: text("recordedAt"),
    occurredAt: textOrNull("occurredAt") ?? text("recordedAt"),
    source: text("source") as ErrorRecord["source"],
    taskKey: text("taskKey"),
    phase: textOrNull("phase"),
    agent: text("agent"),
    agentRole: text("agentRole"),
    model: textOrNull("model"),
    errorType: text("errorType") as ErrorRecord["errorType"],
    message: text("message"),
    tool: textOrNull("tool"),
    command: textOrNull("command"),
    exitCode: numberOrNull("exitCode"),
    signal: textOrNull("signal"),
    durationMs: numberOrNull("durationMs"),
    stderrExcerpt: textOrNull("stderrExcerpt"),
    diagnostics: hasPath ? (diagnostics as NonNullable<ErrorRecord["diagnostics"]>) : null,
    host: text("host"),
    pid: numberOrNull("pid") ?? 0,
    fingerprint: isFingerprint(fingerprint)
      ? fingerprint
      : { version: "?", hash: "?", key: "of a newer version" },
    truncated: {},
    attributes: {},
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
