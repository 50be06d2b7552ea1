import { expect, test } from "bun:test";
import { faultOf } from "../../src/core/fault-of-outcome.ts";
import { failedOutcome } from "../diagnostics/sample.ts";

const cause = {
  kind: "output" as const,
  rule: "python-exception",
  confidence: "high" as const,
  line: "ValueError: x",
  text: "ValueError: x",
  name: null,
  directory: null,
  decision: null,
  fix: null,
};

test.each([
  [
    "the executor's own reason",
    { failureReason: "no route [diagnostics: /x.log]\n--- executor tail ---\ny" },
    "no route",
  ],
  ["the cause", { cause }, "ValueError: x"],
  [
    "what a verdict on the environment says",
    { cause: { ...cause, kind: "env_absent" as const, text: "KEY is not set" } },
    "KEY is not set",
  ],
  [
    "the last line that looks like an error",
    { tail: "start\nfatal: no such file\ndone\n" },
    "fatal: no such file",
  ],
  ["the last line", { tail: "one\ntwo\n\n" }, "two"],
  ["that it failed", { tail: "" }, "execution failed"],
  [
    "the time limit, and what was said last",
    { status: "timed_out" as const, failureCategory: "timeout", tail: "working" },
    "ended by a time limit: working",
  ],
  ["the signal", { failureCategory: "killed", signal: "SIGKILL", exitCode: 137 }, "ended by SIGKILL"],
  ["the category of a bad result", { failureCategory: "result_empty", exitCode: 1 }, "result_empty"],
])("faultOf() names %s", (_, changes, message) => {
  expect(faultOf(failedOutcome(changes)).message).toBe(message);
});

test("faultOf() has the signal or the exit code, not both", () => {
  expect(faultOf(failedOutcome({ exitCode: 3 }))).toMatchObject({ exitCode: 3, signal: null });
  expect(faultOf(failedOutcome({ exitCode: 137, signal: "SIGKILL" }))).toMatchObject({
    exitCode: null,
    signal: "SIGKILL",
  });
});
