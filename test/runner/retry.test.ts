import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Attempt } from "../../src/runner/attempt.ts";
import { nothingCaptured } from "../../src/runner/capture.ts";
import { judge } from "../../src/runner/judge.ts";
import type { RetryPolicy, RetryTrigger } from "../../src/runner/request.ts";
import { noResult, parseResult } from "../../src/runner/result-file.ts";
import { retryPauseMs, stdinReplay, wantsRetry } from "../../src/runner/retry.ts";
import type { StandardInput } from "../../src/system/system.ts";

function attemptOf(parts: Partial<Attempt> = {}): Attempt {
  const result = parts.result ?? noResult("absent", null);
  return {
    number: 1,
    startedAt: 0,
    endedAt: 0,
    durationMs: 0,
    stop: { kind: "ended" },
    tree: null,
    end: { kind: "exited", code: 1 },
    signalsSent: [],
    evidence: { stdout: nothingCaptured, stderr: nothingCaptured, result },
    result,
    usage: { maxMemoryBytes: null, userMs: null, systemMs: null },
    outOfMemory: false,
    leftovers: [],
    outputProblem: null,
    notes: [],
    ...parts,
  };
}

const policyOn = (...on: RetryTrigger[]): RetryPolicy => ({
  retries: 1,
  on,
  delayMs: 1000,
  backoff: "exponential",
  seed: null,
});
const wants = (attempt: Attempt, policy: RetryPolicy) =>
  wantsRetry(attempt, judge(attempt, { result: { path: "/r.json", required: false } }), policy);

const passing = parseResult(
  '{"success":false,"failure_category":"backend_error","failure_reason":"HTTP 502"}',
);
const lasting = parseResult(
  '{"success":false,"failure_category":"validation_failed","failure_reason":"HTTP 502"}',
);
const exited = (code: number) => ({ kind: "exited", code }) as const;
const timedOut = {
  stop: { kind: "timed-out", afterMs: 1 },
  end: { kind: "signaled", signal: "SIGTERM" },
} as const;

test.each([
  ["transient after a transient result", { result: passing }, policyOn("transient"), true],
  [
    "transient after exit 0 with such a result",
    { result: passing, end: exited(0) },
    policyOn("transient"),
    true,
  ],
  ["transient after another result", { result: lasting }, policyOn("transient"), false],
  ["transient without a result", {}, policyOn("transient"), false],
  ["transient after our time limit", { ...timedOut, result: passing }, policyOn("transient"), false],
  [
    "transient after a signal",
    { result: passing, end: { kind: "signaled", signal: "SIGKILL" } },
    policyOn("transient"),
    false,
  ],
  ["timeout after our time limit", timedOut, policyOn("timeout"), true],
  ["timeout after an exit", {}, policyOn("timeout"), false],
  ["an exit code that it gave", { end: exited(75) }, policyOn("transient", 75), true],
  ["an exit code that it did not give", { end: exited(74) }, policyOn("transient", 75), false],
  ["any after any failure", { end: exited(3) }, policyOn("any"), true],
  ["any after a success", { end: exited(0) }, policyOn("any"), false],
  ["any after the last retry", { number: 2 }, policyOn("any"), false],
  ["any with no retries", {}, { ...policyOn("any"), retries: 0 }, false],
  ["any after a cancel", { stop: { kind: "interrupted", signal: "SIGINT" } }, policyOn("any"), false],
] as ReadonlyArray<readonly [string, Partial<Attempt>, RetryPolicy, boolean]>)(
  "wantsRetry() on %s",
  (_, parts, policy, answer) => {
    expect(wants(attemptOf(parts), policy)).toBe(answer);
  },
);

test("wantsRetry() on any never tries again what could not start", () => {
  const failure = {
    kind: "start-failure",
    message: "no",
    exitCode: 127,
    category: "command_not_found",
  } as const;
  expect(wants(attemptOf({ stop: { kind: "not-started", failure }, end: null }), policyOn("any"))).toBe(
    false,
  );
});

test("retryPauseMs() doubles each time, with up to a quarter more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.option(fc.string()), (number, seed) => {
      const least = 1000 * 2 ** (number - 1);
      expect(retryPauseMs(number, { ...policyOn("any"), seed })).toBeWithin(least, least * 1.25 + 1);
    }),
  );
});

test("retryPauseMs() with a fixed pause does not grow", () => {
  const policy: RetryPolicy = { ...policyOn("any"), backoff: "fixed" };
  for (const number of [1, 5, 9]) expect(retryPauseMs(number, policy)).toBeWithin(1000, 1251);
});

test("retryPauseMs() is the same for the same seed, and another for another", () => {
  const pauses = (seed: string) =>
    [1, 2, 3].map((number) => retryPauseMs(number, { ...policyOn("any"), seed }));
  expect(pauses("fleet-7")).toEqual(pauses("fleet-7"));
  expect(pauses("fleet-7")).not.toEqual(pauses("fleet-8"));
});

test("retryPauseMs() of no delay is none", () => {
  expect(retryPauseMs(3, { ...policyOn("any"), delayMs: 0 })).toBe(0);
});

function stdin(kind: ReturnType<StandardInput["kind"]>, sought: number[] = []): StandardInput {
  return {
    isTerminal: () => kind === "terminal",
    kind: () => kind,
    position: () => (kind === "file" ? 7 : null),
    seek(position) {
      sought.push(position);
      return true;
    },
    inForeground: () => kind === "terminal",
    noteTerminal: () => null,
  };
}

test("stdinReplay() gives a file's input again from where reading stood", () => {
  const sought: number[] = [];
  const replay = stdinReplay({ stdin: { kind: "inherit" } }, stdin("file", sought), 7);
  expect([replay.obstacle, replay.rewind(), sought]).toEqual([null, true, [7]]);
});

test("stdinReplay() cannot give the input of a pipe again, and says what can", () => {
  const replay = stdinReplay({ stdin: { kind: "inherit" } }, stdin("stream"), 0);
  expect(replay.obstacle).toContain("--stdin FILE");
  expect(replay.rewind()).toBe(false);
});

test.each([
  ["a terminal", { kind: "inherit" }, "terminal"],
  ["/dev/null", { kind: "inherit" }, "null"],
  ["a file of its own", { kind: "file", path: "/p" }, "stream"],
  ["no input", { kind: "null" }, "stream"],
] as const)("stdinReplay() has no obstacle with %s", (_, choice, kind) => {
  expect(stdinReplay({ stdin: choice }, stdin(kind), null)).toMatchObject({ obstacle: null });
});
