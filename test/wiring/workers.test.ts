import { expect, test } from "bun:test";
import { UsageError } from "../../src/core/errors.ts";
import { rosterOf, workerNamed } from "../../src/wiring/workers.ts";

test.each([
  [[], ["claude", "codex", "report-writer"]],
  [["gemini"], ["claude", "codex", "gemini", "report-writer"]],
  [
    ["report-writer, gemini,codex", "gemini"],
    ["claude", "codex", "gemini", "report-writer"],
  ],
  [["codex"], ["claude", "codex", "report-writer"]],
])("rosterOf(%j) is %j", (asked, roster) => {
  expect<readonly string[]>(rosterOf(asked)).toEqual(roster);
});

test.each(["Gemini", "gemnii", "aider", "", "gemini,", "../codex", "constructor"])(
  "rosterOf() refuses %j and lists the known workers",
  (word) => {
    expect(() => rosterOf([word])).toThrow(UsageError);
    expect(() => rosterOf([word])).toThrow("known are claude, codex, gemini, report-writer");
  },
);

test("workerNamed() proposes the name that was meant", () => {
  expect(() => workerNamed("codx", "--worker")).toThrow('Unknown worker "codx" in --worker');
  expect(() => workerNamed("codx", "--worker")).toThrow('did you mean "codex"?');
});
