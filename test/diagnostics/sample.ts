import type { Cause } from "../../src/core/cause.ts";
import type { AttemptEvidence, StreamEvidence } from "../../src/core/evidence.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import type { Redactor } from "../../src/core/redactor.ts";
import { captureBounds } from "../../src/diagnostics/kept-text.ts";
import { createRedactor } from "../../src/redaction/redactor.ts";

/** A failed outcome as `run` hands it over to be kept. */
export function failedOutcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    schemaVersion: 1,
    executionId: "0198c000-0000-7000-8000-000000000001",
    role: "goal",
    task: "1234abcd-more",
    shortId: "1234abcd",
    argv: ["false"],
    cwd: "/project",
    host: "host",
    startedAt: "2026-01-01T00:00:00.000Z",
    endedAt: "2026-01-01T00:00:01.000Z",
    durationMs: 1000,
    success: false,
    status: "failed",
    failureCategory: "exit_nonzero",
    failureReason: "execution failed",
    tail: null,
    cause: null,
    exitCode: 1,
    signal: null,
    limits: {},
    attempts: [],
    resultState: "absent",
    result: null,
    diagnostics: { path: null, bytes: 0, sha256: null, state: "none" },
    environment: { profile: "minimal", passed: [], dropped: [] },
    redactions: [],
    usage: { maxMemoryBytes: null, userMs: null, systemMs: null },
    leftovers: [],
    notes: [],
    ...changes,
  };
}

/** A cause as the search in the output finds it. */
export const outputCause: Cause = {
  kind: "output",
  rule: "error-prefix",
  confidence: "medium",
  line: "error: no credits left",
  text: "error: no credits left",
  name: null,
  directory: null,
  decision: null,
  fix: null,
};

/** What a capture holds of the bytes when the longest secret has so many. */
export function captureOf(bytes: Uint8Array, longestSecret = 0): StreamEvidence {
  const { headBytes, tailBytes } = captureBounds(() => longestSecret);
  const tail = bytes.slice(Math.max(0, bytes.length - tailBytes));
  return { seen: bytes.length, head: bytes.slice(0, headBytes), tail };
}

/** An attempt that wrote this. */
export function evidenceOf(stdout: string, stderr: string): AttemptEvidence {
  const encode = (text: string) => captureOf(new TextEncoder().encode(text));
  return {
    stdout: encode(stdout),
    stderr: encode(stderr),
    result: { state: "absent", text: null, detail: "no result file was asked for" },
  };
}

/** A redactor that knows one secret, by the name `KEY`, or none. */
export function redactorOf(...secrets: readonly string[]): Redactor {
  return createRedactor(secrets.map((value) => ({ name: "KEY", value, marked: true })));
}
