import { afterAll } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonText } from "../../src/core/json-text.ts";
import type { Redactor } from "../../src/core/redactor.ts";
import type { ErrorDraft, ErrorRecord } from "../../src/error-log/record.ts";
import { createRedactor } from "../../src/redaction/redactor.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { System } from "../../src/system/system.ts";

/** A fresh directory, gone after the test file. */
export function freshDirectory(): string {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "faultbox-log-")));
  afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export const draft: ErrorDraft = {
  occurredAt: "2026-01-06T10:12:00.000Z",
  source: "lead-observed",
  taskKey: "T-1",
  phase: "build",
  agent: "codex",
  agentRole: "worker",
  model: null,
  errorType: "cli-failure",
  message: "it failed",
  tool: null,
  command: null,
  exitCode: 1,
  signal: null,
  durationMs: null,
  stderrExcerpt: null,
  diagnostics: null,
  attributes: {},
};

let count = 0;

/** A record with an id of its own. */
export function recordOf(changes: Partial<ErrorRecord> = {}): ErrorRecord {
  const number = (++count).toString(16).padStart(12, "0");
  return {
    id: `0198c000-0000-7000-8000-${number}`,
    schemaVersion: 1,
    recordedAt: "2026-01-06T10:12:00.000Z",
    occurredAt: "2026-01-06T10:12:00.000Z",
    source: "lead-observed",
    taskKey: "T-1",
    phase: "build",
    agent: "codex",
    agentRole: "worker",
    model: null,
    errorType: "cli-failure",
    message: "it failed",
    tool: null,
    command: null,
    exitCode: 1,
    signal: null,
    durationMs: null,
    stderrExcerpt: null,
    diagnostics: null,
    host: "host",
    pid: 1,
    fingerprint: { version: "v1", hash: "0123456789abcdef", key: "cli-failure | exit 1 | it failed" },
    truncated: {},
    attributes: {},
    ...changes,
  };
}

/** A log of these lines: records, or texts as they are. */
export function writeLog(path: string, lines: readonly (ErrorRecord | object | string)[]): void {
  const texts = lines.map((line) => (typeof line === "string" ? line : jsonText(line)));
  fs.writeFileSync(path, texts.map((text) => `${text}\n`).join(""));
}

/** The ids of a log's lines, in order. */
export function idsOf(path: string): readonly string[] {
  return fs
    .readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).id);
}

/** A redactor that knows one secret by the name KEY, or none. */
export function redactorOf(...secrets: readonly string[]): Redactor {
  return createRedactor(secrets.map((value) => ({ name: "KEY", value, marked: true })));
}

/** The real world at another time. */
export function worldAt(now: number): System {
  return { ...bunSystem, clock: { ...bunSystem.clock, now: () => now } };
}
