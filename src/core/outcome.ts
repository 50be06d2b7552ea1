/**
 * The outcome: what an execution ended as, one JSON object in camelCase, and the words used in it.
 *
 * Version 1. Readers ignore fields they do not know; a field is never given another meaning.
 */
import * as v from "valibot";
import { causeSchema } from "./cause.ts";

/** How an execution stands at its end. */
export const executionStatus = v.picklist([
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  "not_started",
  "lost",
]);

/** What stood in the executor's result file; `absent` also for one that did not change since the attempt began. */
export const resultState = v.picklist(["absent", "empty", "truncated", "invalid", "not_object", "present"]);

const nullable = {
  text: v.nullable(v.string()),
  number: v.nullable(v.number()),
};

/** A limit that was in force and where its value came from, for example `--timeout` or `default`. */
const limit = v.object({ ms: v.number(), source: v.string() });

/** A limit that is no time: memory in bytes, processes by their count, processor time in percent of one. */
const resourceLimit = v.union([
  v.object({ bytes: v.number(), source: v.string() }),
  v.object({ count: v.number(), source: v.string() }),
  v.object({ percent: v.number(), source: v.string() }),
]);

/** Bytes the executor wrote to a stream, and how many of them the diagnostics hold. */
const streamBytes = v.object({ seen: v.number(), kept: v.number() });

const leftover = v.object({ pid: v.number(), command: v.string(), action: v.string() });

/** One start of the executor. `ending` is the first reason it stopped for. */
const attempt = v.object({
  number: v.number(),
  startedAt: v.string(),
  endedAt: v.string(),
  durationMs: v.number(),
  ending: v.picklist(["exited", "signaled", "timed_out", "cancelled", "not_started", "fault", "lost"]),
  exitCode: nullable.number,
  signal: nullable.text,
  /** The signals faultbox sent, in order. */
  signalsSent: v.array(v.string()),
  failureCategory: nullable.text,
  resultState,
  stdout: streamBytes,
  stderr: streamBytes,
});

const usage = v.object({
  maxMemoryBytes: nullable.number,
  userMs: nullable.number,
  systemMs: nullable.number,
});

const diagnostics = v.object({
  path: nullable.text,
  bytes: v.number(),
  sha256: nullable.text,
  /** `none` for a success; `failed` when it could not be written, and a note says why. */
  state: v.picklist(["none", "written", "failed"]),
});

const fingerprint = v.object({ version: v.string(), hash: v.string(), key: v.string() });

export const outcomeSchema = v.object({
  schemaVersion: v.literal(1),
  executionId: v.string(),
  role: v.string(),
  task: v.string(),
  shortId: v.string(),
  argv: v.array(v.string()),
  cwd: v.string(),
  host: v.string(),
  startedAt: v.string(),
  endedAt: v.string(),
  durationMs: v.number(),
  success: v.boolean(),
  status: executionStatus,
  failureCategory: nullable.text,
  failureReason: nullable.text,
  tail: nullable.text,
  /** Null for a success, and where no word of the output tells. */
  cause: v.nullable(causeSchema),
  exitCode: nullable.number,
  signal: nullable.text,
  limits: v.record(v.string(), v.union([limit, resourceLimit])),
  attempts: v.array(attempt),
  resultState,
  result: v.unknown(),
  diagnostics,
  environment: v.object({
    profile: v.string(),
    passed: v.array(v.string()),
    dropped: v.array(v.string()),
    /** Names let through with --unsafe-allow; absent when there are none. */
    unsafeAllowed: v.optional(v.array(v.string())),
  }),
  redactions: v.array(v.object({ name: v.string(), stream: v.string(), count: v.number() })),
  usage,
  leftovers: v.array(leftover),
  notes: v.array(v.string()),
  /** What groups it with others of the same fault; null for a success. Not there where no evidence could be kept. */
  fingerprint: v.optional(v.nullable(fingerprint)),
});

export type Outcome = Readonly<v.InferOutput<typeof outcomeSchema>>;
export type AttemptOutcome = Readonly<v.InferOutput<typeof attempt>>;
export type ResultState = v.InferOutput<typeof resultState>;
export type ExecutionStatus = v.InferOutput<typeof executionStatus>;
export type Leftover = Readonly<v.InferOutput<typeof leftover>>;
export type Limit = Readonly<v.InferOutput<typeof limit>>;
export type ResourceLimit = Readonly<v.InferOutput<typeof resourceLimit>>;
