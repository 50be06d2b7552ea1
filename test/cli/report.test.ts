import { expect, test } from "bun:test";
import { describeEnding } from "../../src/cli/describe-ending.ts";
import { lastLines, reportLines } from "../../src/cli/report.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import { failedOutcome, outputCause } from "../diagnostics/sample.ts";

const written = { path: "/f/goal-1234abcd.log", bytes: 1, sha256: "0", state: "written" } as const;
const failed = failedOutcome({ diagnostics: written });
const asked = { wanted: true, asked: undefined };

test("reportLines() after a failure is one line with the pointer, where it is wanted", () => {
  expect(reportLines(failed, asked)).toEqual([
    '"false" failed with exit code 1 after 1 s; evidence: /f/goal-1234abcd.log',
  ]);
  expect(reportLines(failed, { wanted: false, asked: undefined })).toEqual([]);
});

test("reportLines() tells the cause before the pointer, unless it is not sure enough to be told", () => {
  const told = { text: "CL_ANCHOR was dropped\u001b[2J", confidence: "medium" } as const;
  const because = (changes: Partial<NonNullable<Outcome["cause"]>>) =>
    failedOutcome({ diagnostics: written, cause: { ...outputCause, ...changes } });
  expect(reportLines(because(told), asked)[0]).toBe("cause: CL_ANCHOR was dropped");
  expect(reportLines(because(told), asked)).toHaveLength(2);
  expect(reportLines(because({ ...told, confidence: "low" }), asked)).toHaveLength(1);
  expect(reportLines(because(told), { wanted: false, asked: undefined })).toEqual([]);
});

test("reportLines() says which secrets were printed, before the pointer", () => {
  const redactions = [
    { name: "GITHUB_TOKEN", stream: "stderr", count: 2 },
    { name: "API_KEY", stream: "stdout", count: 1 },
  ];
  expect(reportLines(failedOutcome({ diagnostics: written, redactions }), asked)[0]).toBe(
    "the program printed secrets, masked in the evidence: GITHUB_TOKEN twice on stderr, API_KEY once on stdout",
  );
});

test("reportLines() after a success is nothing", () => {
  const success = failedOutcome({ success: true, status: "succeeded", exitCode: 0 });
  expect(reportLines(success, { wanted: true, asked: true })).toEqual([]);
});

test("reportLines() tells that nothing was started and why, unless --no-report", () => {
  const notStarted = failedOutcome({
    status: "not_started",
    failureReason: 'Cannot start "x": not found [diagnostics: /f/x.log]\n--- executor tail ---\n',
    diagnostics: written,
  });
  expect(reportLines(notStarted, { wanted: false, asked: undefined })).toEqual([
    'Cannot start "x": not found',
  ]);
  expect(reportLines(notStarted, { wanted: true, asked: false })).toEqual([]);
});

test("reportLines() tells that evidence could not be kept", () => {
  const diagnostics = { path: null, bytes: 0, sha256: null, state: "failed" } as const;
  const unkept = failedOutcome({ diagnostics, notes: ["the diagnostics could not be written"] });
  expect(reportLines(unkept, { wanted: false, asked: undefined })).toEqual([
    "the diagnostics could not be written",
  ]);
});

test.each([
  [{ status: "timed_out" }, "was ended by its time limit after 1 s"],
  [{ status: "cancelled" }, "was cancelled after 1 s"],
  [{ status: "not_started" }, "was not started"],
  [{ status: "failed", signal: "SIGKILL" }, "was ended by SIGKILL after 1 s"],
  [{ status: "succeeded" }, "succeeded after 1 s"],
] as ReadonlyArray<readonly [Partial<Outcome>, string]>)("describeEnding() of %j", (changes, words) => {
  expect(describeEnding(failedOutcome(changes))).toBe(words);
});

test("lastLines() are the last ones, harmless for a terminal", () => {
  expect(lastLines("one\ntwo\n\u001b[2Jthree\n", 2)).toEqual(["two", "three"]);
  expect(lastLines("", 5)).toEqual([]);
});
