import { expect, test } from "bun:test";
import { Refusal } from "../../src/core/errors.ts";
import { checkObserved, type ObservedWords } from "../../src/error-log/observed.ts";

const words: ObservedWords = {
  taskKey: "T-1",
  phase: "build",
  agent: "codex",
  agentRole: "worker",
  model: undefined,
  errorType: "cli-failure",
  message: "it failed",
  tool: undefined,
  command: undefined,
  exitCode: "3",
  signal: undefined,
  durationMs: "1500",
  stderrExcerpt: "",
  occurredAt: undefined,
  attributes: {},
};
const facts = { now: Date.parse("2026-01-06T10:12:00.000Z"), diagnostics: null };

function refusalOf(changes: Partial<ObservedWords>): Refusal {
  try {
    checkObserved({ ...words, ...changes }, facts);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("it was not refused");
}

test("checkObserved() makes numbers of numbers, null of what is not said, and now of no time", () => {
  expect(checkObserved(words, facts)).toMatchObject({
    source: "lead-observed",
    exitCode: 3,
    durationMs: 1500,
    model: null,
    stderrExcerpt: null,
    occurredAt: "2026-01-06T10:12:00.000Z",
  });
});

test.each([
  [{ message: undefined }, "failed with exit code 3"],
  [{ message: " ", signal: "kill" }, "ended by SIGKILL"],
  [{ message: undefined, exitCode: undefined }, "cli-failure"],
] as const)("checkObserved(%j) says %j when nobody gives a message", (changes, message) => {
  expect(checkObserved({ ...words, ...changes }, facts).message).toBe(message);
});

test.each([
  ["2026-01-05T12:33:44Z", "2026-01-05T12:33:44.000Z"],
  ["2026-01-05T12:33:44.5+01:00", "2026-01-05T11:33:44.500Z"],
  ["2026-01-05 12:33:44,123 +0200", "2026-01-05T10:33:44.123Z"],
  ["2026-01-05", "2026-01-05T00:00:00.000Z"],
])("checkObserved() reads the time %s", (word, time) => {
  expect(checkObserved({ ...words, occurredAt: word }, facts).occurredAt).toBe(time);
});

test.each([
  [
    { errorType: "tool-failure" },
    '/errorType: Give --error-type as cli-failure or contract-violation, not "tool-failure"',
  ],
  [{ errorType: undefined }, "/errorType: Give --error-type as cli-failure or contract-violation"],
  [{ taskKey: undefined }, "/taskKey: Give --task-key"],
  [{ taskKey: "  " }, "/taskKey: Give --task-key"],
  [{ phase: "" }, "/phase: Give --phase"],
  [{ agent: undefined }, "/agent: Give --agent"],
  [{ agentRole: undefined }, "/agentRole: Give --agent-role"],
  [{ exitCode: "three" }, "/exitCode: Give --exit-code as a number"],
  [{ durationMs: "-1" }, "/durationMs: Give --duration-ms"],
  [{ signal: "SIGNONE" }, "/signal: Give a signal"],
  [{ occurredAt: "yesterday" }, "/occurredAt: Give a time in ISO 8601"],
  [{ occurredAt: "2026-13-45" }, "/occurredAt: Give a time in ISO 8601"],
  [{ attributes: { "a b": "" } }, "/attributes: Give at most 32 attributes"],
  [
    { attributes: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, ""])) },
    "/attributes: Give at most 32",
  ],
] as ReadonlyArray<readonly [Partial<ObservedWords>, string]>)(
  "checkObserved() refuses %j with 65 and the field's pointer",
  (changes, message) => {
    const refusal = refusalOf(changes);
    expect(refusal.exitCode).toBe(65);
    expect(refusal.message).toContain(message);
  },
);

test("checkObserved() names every field that is wrong at once", () => {
  expect(refusalOf({ taskKey: undefined, exitCode: "x" }).message).toMatch(/\/taskKey: .*; \/exitCode: /);
});
