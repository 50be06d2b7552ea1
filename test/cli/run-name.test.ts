import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import fc from "fast-check";
import { readRunName } from "../../src/cli/run-name.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { FileStatus } from "../../src/system/system.ts";
import { runPaths } from "../../src/wiring/run-paths.ts";
import { workerNames } from "../../src/wiring/workers.ts";

/** A file system in which every path is a directory. */
const files = { status: () => ({ kind: "directory" }) as FileStatus };

const flags = { "project-root": "/srv/app", "task-type": "review", seq: "7" };

describe("readRunName()", () => {
  test.each(["7", "07", "007"])("takes %j for the number 7", (seq) => {
    expect(readRunName({ ...flags, seq }, files)).toEqual({
      projectRoot: "/srv/app",
      taskType: "review",
      sequence: 7,
    });
  });

  test.each([
    ["/srv/app/", "/srv/app"],
    ["/srv//app/./x/..", "/srv/app"],
    ["/", "/"],
  ])("takes the root %j for %j", (root, meant) => {
    expect(readRunName({ ...flags, "project-root": root }, files).projectRoot).toBe(meant);
  });

  const long = "x".repeat(300);
  test.each(["", ".", "..", "a/b", "../a", "a..b", "a\0b", "a\nb", "-a", ".a", " a", "a b", "<type>", long])(
    "refuses the task type %j",
    (type) => {
      expect(() => readRunName({ ...flags, "task-type": type }, files)).toThrow(UsageError);
      expect(() => readRunName({ ...flags, "task-type": type }, files)).toThrow("--task-type");
    },
  );

  test.each([
    "",
    "0",
    "000",
    "-1",
    "+1",
    "1.5",
    "1e2",
    "1000",
    " 7",
    "7 ",
    "٣",
    "../7",
    "seven",
    "0x7",
    "7\0",
  ])("refuses the number %j", (seq) => {
    expect(() => readRunName({ ...flags, seq }, files)).toThrow("Give --seq as a number from 1 to 999");
  });

  test.each([
    "",
    "srv/app",
    "./app",
    "~/app",
    "<root>",
    "/srv/{{root}}",
    "/srv/a\nb",
    "/srv/a\0",
    `/${"x".repeat(3800)}`,
  ])("refuses the root %j", (root) => {
    expect(() => readRunName({ ...flags, "project-root": root }, files)).toThrow(UsageError);
    expect(() => readRunName({ ...flags, "project-root": root }, files)).toThrow("--project-root");
  });
});

test("a path of a run never leaves the project's root, whatever the words are", () => {
  const hostile = fc.constantFrom(
    "..",
    "/",
    "\0",
    "-",
    ".",
    "~",
    "runs",
    "é",
    "𝒳".repeat(48),
    "x".repeat(300),
  );
  const word = fc.oneof(
    fc.array(hostile).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }),
  );
  const seq = fc.oneof(fc.integer({ min: -5, max: 1200 }).map(String), word);
  fc.assert(
    fc.property(word, seq, word, (type, number, root) => {
      for (const projectRoot of ["/srv/app", `/${root}`]) {
        for (const path of pathsOf({ "project-root": projectRoot, "task-type": type, seq: number })) {
          expect(resolve(path)).toBe(path);
          expect(path.startsWith(`${resolve(projectRoot).replace(/\/$/, "")}/runs/`)).toBe(true);
          expect(Math.max(...path.split("/").map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(
            Buffer.byteLength(root) > 200 ? Number.POSITIVE_INFINITY : 255,
          );
        }
      }
    }),
    { numRuns: 2000 },
  );
});

/** Every path of the run, or none when the words are refused. */
function pathsOf(words: Parameters<typeof readRunName>[0]): readonly string[] {
  try {
    const { errorsLog, workers } = runPaths(readRunName(words, files), workerNames);
    return [errorsLog, ...workers.flatMap(({ errorsSidecar, result }) => [errorsSidecar, result])];
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}
