import { afterEach, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { progressOf } from "../../src/job/progress.ts";
import { bunSystem } from "../../src/system/bun.ts";

const directory = fs.mkdtempSync(path.join(os.tmpdir(), "faultbox-progress-"));
const log = path.join(directory, "log");

afterEach(() => fs.rmSync(log, { force: true }));
process.on("exit", () => fs.rmSync(directory, { recursive: true, force: true }));

test.each([
  ["", null],
  ["one\ntwo\n", "two"],
  ["one\n\n \n", "one"],
  ["one\nunfinished", "unfinished"],
  [`${"x".repeat(10_000)}\nlast\n`, "last"],
])("progressOf() finds the last line that says something", (text, lastLine) => {
  fs.writeFileSync(log, text);
  const progress = progressOf(log, bunSystem.files);
  expect([progress.bytes, progress.lastLine]).toEqual([text.length, lastLine]);
  expect(progress.lastOutputAt === null).toBe(text === "");
});

test("progressOf() of no log is none, and of an endless line its end", () => {
  expect(progressOf(log, bunSystem.files)).toEqual({ bytes: 0, lastOutputAt: null, lastLine: null });
  fs.writeFileSync(log, "y".repeat(100_000));
  expect(progressOf(log, bunSystem.files).lastLine).toBe("y".repeat(4096));
});
