import type { Outcome, ResourceLimit } from "../core/outcome.ts";
import { readableText } from "../core/raw-text.ts";
import type { Redactor } from "../core/redactor.ts";
import { toAttemptOutcome } from "./attempt-outcome.ts";
import type { ResourceLimits } from "./cgroup-limits.ts";
import type { RunRequest } from "./request.ts";
import type { Execution } from "./run.ts";

/** What an outcome says beside what the execution itself tells. */
export interface OutcomeContext {
  readonly role: string;
  readonly task: string;
  readonly shortId: string;
  readonly host: string;
  readonly environment: Outcome["environment"];
  /** What the runtime cannot do, and what was found while preparing. */
  readonly notes: readonly string[];
}

/**
 * The outcome of an execution, before its diagnostics are written: every text from outside is redacted, the reason is
 * not enriched yet, and nothing is known of kept bytes.
 */
export function toOutcome(
  execution: Execution,
  request: RunRequest,
  context: OutcomeContext & { readonly redactor: Redactor },
): Outcome {
  const { verdict, attempts } = execution;
  const last = attempts.at(-1) ?? attempts[0];
  const { redactor } = context;
  return {
    schemaVersion: 1,
    executionId: request.executionId,
    role: context.role,
    task: context.task,
    shortId: context.shortId,
    argv: request.argv.map((word) => redactor.text(readableText(word))),
    cwd: redactor.text(request.cwd),
    host: context.host,
    startedAt: isoTime(execution.startedAt),
    endedAt: isoTime(execution.endedAt),
    durationMs: execution.durationMs,
    success: verdict.success,
    status: verdict.status,
    failureCategory: verdict.category && redactor.text(verdict.category),
    failureReason: verdict.reason && redactor.text(verdict.reason),
    tail: null,
    cause: null,
    exitCode: verdict.exitCode,
    signal: verdict.signal ?? (last.end?.kind === "signaled" ? last.end.signal : null),
    limits: { ...request.limits, ...resourceLimits(request.resources) },
    attempts: attempts.map((attempt) => toAttemptOutcome(attempt, request)),
    resultState: last.result.state,
    result: redactor.json(last.result.value),
    diagnostics: { path: null, bytes: 0, sha256: null, state: "none" },
    environment: context.environment,
    redactions: [],
    usage: last.usage,
    leftovers: attempts.flatMap((attempt) => attempt.leftovers).map((left) => redactor.json(left)),
    notes: [...context.notes, ...execution.notes, ...attempts.flatMap((attempt) => attempt.notes)].map(
      redactor.text,
    ),
  };
}

/** The limits on resources, as an outcome names them. */
export function resourceLimits({
  memoryBytes,
  pids,
  cpuPercent,
}: ResourceLimits): Record<string, ResourceLimit> {
  return {
    ...(memoryBytes === null ? {} : { memory: { bytes: memoryBytes, source: "--memory" } }),
    ...(pids === null ? {} : { pids: { count: pids, source: "--pids" } }),
    ...(cpuPercent === null ? {} : { cpu: { percent: cpuPercent, source: "--cpu" } }),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
