/**
 * The errors log: one JSON object a line, many writers, no daemon. The file is the truth; nothing else is needed to read
 * it. One line:
 *
 *     {"id":"0198…","schemaVersion":1,"recordedAt":"…","occurredAt":"…","source":"lead-observed","taskKey":"T-1", … }
 *
 * 1. `id` is first: it tells records apart, and shippers tell files apart by their first line.
 * 2. A line has at most 16 KiB. What is longer has head, tail and a marker in its field, and lies whole in
 *    `<log>.d/<id>.txt`.
 * 3. Every record passed the redactor. No line holds a raw control or bidirectional character.
 * 4. The order of the lines is the order of the appends, whatever the clocks said.
 * 5. A line of a newer version is shown as far as it is known, and never written again.
 * 6. One other kind of line is ours: what `repair` leaves where it took bad bytes out (see {@link RepairNote}).
 *
 * Version 1. Readers ignore fields they do not know; a field is never given another meaning.
 */
import * as v from "valibot";
import { observedTypes, workerType } from "./error-types.ts";

const text = v.string();
const nullableText = v.nullable(text);
const nullableInteger = v.nullable(v.pipe(v.number(), v.integer()));
const timestamp = v.pipe(text, v.isoTimestamp());

export const recordSchema = v.object({
  /** A UUIDv7; a UUIDv8 where it was derived from what was reported, so that reporting twice adds nothing. */
  id: v.pipe(text, v.uuid()),
  schemaVersion: v.literal(1),
  recordedAt: timestamp,
  occurredAt: timestamp,
  source: v.picklist(["lead-observed", "worker-reported", "runner-observed"]),
  taskKey: text,
  phase: nullableText,
  agent: text,
  agentRole: text,
  model: nullableText,
  errorType: v.picklist([...observedTypes, workerType]),
  message: text,
  tool: nullableText,
  command: nullableText,
  exitCode: nullableInteger,
  signal: nullableText,
  durationMs: nullableInteger,
  stderrExcerpt: nullableText,
  /** A file that was there: its size and digest at that time; both null when it was not. */
  diagnostics: v.nullable(
    v.object({
      path: text,
      bytes: nullableInteger,
      sha256: v.nullable(v.pipe(text, v.regex(/^[0-9a-f]{64}$/))),
    }),
  ),
  host: text,
  pid: v.pipe(v.number(), v.integer()),
  /** Records of the same fault have the same hash. */
  fingerprint: v.object({ version: text, hash: v.pipe(text, v.regex(/^[0-9a-f]{16}$/)), key: text }),
  /** How many bytes each field lacks. */
  truncated: v.record(text, v.number()),
  attributes: v.record(text, text),
});

export type ErrorRecord = Readonly<v.InferOutput<typeof recordSchema>>;

/** What is known before a record is made of it: checked, not redacted, of any length. */
export type ErrorDraft = Omit<
  ErrorRecord,
  "id" | "schemaVersion" | "recordedAt" | "host" | "pid" | "fingerprint" | "truncated"
>;

/** The line that `repair` leaves. */
export interface RepairNote {
  readonly id: string;
  readonly schemaVersion: 1;
  readonly recordedAt: string;
  readonly repair: {
    readonly quarantinedBytes: number;
    readonly quarantinedLines: number;
    readonly quarantine: string;
    readonly host: string;
    readonly pid: number;
  };
}
