/**
 * `index.jsonl`: one line per kept execution, so that a list need not open every outcome. It can be lost, torn or
 * behind: the pairs `<name>.log` and `<name>.json` are the truth, and what the index lacks is read from them.
 *
 *     {"executionId":"…","name":"goal-1234abcd","schemaVersion":1,"recordedAt":"…","role":"goal", …}
 */
import * as v from "valibot";
import { executionStatus } from "../core/outcome.ts";

export const indexEntrySchema = v.object({
  executionId: v.string(),
  /** The file name of the pair without its ending. */
  name: v.string(),
  schemaVersion: v.literal(1),
  recordedAt: v.string(),
  role: v.string(),
  task: v.string(),
  shortId: v.string(),
  host: v.string(),
  program: v.string(),
  status: executionStatus,
  failureCategory: v.nullable(v.string()),
  exitCode: v.nullable(v.number()),
  signal: v.nullable(v.string()),
  attempts: v.number(),
  durationMs: v.number(),
  reason: v.nullable(v.string()),
  /** What a person is told of the cause; null where the confidence in it is low. */
  cause: v.optional(v.nullable(v.string()), null),
  /** What groups it with others of the same fault; null for a success, and where nobody worked it out yet. */
  fingerprint: v.optional(
    v.nullable(v.object({ version: v.string(), hash: v.string(), key: v.string() })),
    null,
  ),
});

export type IndexEntry = Readonly<v.InferOutput<typeof indexEntrySchema>>;
