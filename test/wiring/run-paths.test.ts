import { describe, expect, test } from "bun:test";
import { runPaths, sequenceOf } from "../../src/wiring/run-paths.ts";
import { workerNames } from "../../src/wiring/workers.ts";

const run = { projectRoot: "/srv/app", taskType: "review", sequence: 7 };

test("runPaths() gives every path of a run from one number", () => {
  expect(runPaths(run, ["codex", "report-writer"])).toMatchInlineSnapshot(`
    {
      "errorsLog": "/srv/app/runs/review/logs/errors-review-007.jsonl",
      "errorsLogRelative": "runs/review/logs/errors-review-007.jsonl",
      "workers": [
        {
          "errorsSidecar": "/srv/app/runs/review/worker-results/codex-worker-errors-review-007.json",
          "name": "codex",
          "result": "/srv/app/runs/review/worker-results/codex-worker-review-007.md",
        },
        {
          "errorsSidecar": "/srv/app/runs/review/worker-results/report-writer-worker-errors-review-007.json",
          "name": "report-writer",
          "result": "/srv/app/runs/review/worker-results/report-writer-worker-review-007.md",
        },
      ],
    }
  `);
});

test("runPaths() works in the root of the file system too", () => {
  expect(runPaths({ ...run, projectRoot: "/" }, []).errorsLog).toBe(
    "/runs/review/logs/errors-review-007.jsonl",
  );
});

describe("sequenceOf()", () => {
  test("finds the number in every name that runPaths() gives", () => {
    const { errorsLog, workers } = runPaths({ ...run, taskType: "a-1-b" }, workerNames);
    const paths = [errorsLog, ...workers.flatMap(({ errorsSidecar, result }) => [errorsSidecar, result])];
    const names = paths.map((path) => path.slice(path.lastIndexOf("/") + 1));
    expect(names.map((name) => sequenceOf(name, "a-1-b"))).toEqual(names.map(() => 7));
  });

  test.each([
    ["errors-review-012.jsonl.pending", 12],
    ["errors-review-012.jsonl.d", 12],
    ["errors-review-1000.jsonl", null],
    ["errors-review-12.jsonl", null],
    ["errors-other-012.jsonl", null],
    ["notes-review-999.md", null],
    ["errors-review-012-old.jsonl", null],
    ["review-012", null],
  ])("of %j is %p", (name, number) => {
    expect(sequenceOf(name, "review")).toBe(number);
  });
});
