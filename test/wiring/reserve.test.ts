import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../../src/core/errors.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { reserveNext } from "../../src/wiring/reserve.ts";

const { files } = bunSystem;
let root = "";

beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), "faultbox-reserve-"));
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const next = (taskType = "review") => reserveNext({ projectRoot: root, taskType }, files);

function leave(path: string, content = ""): void {
  fs.mkdirSync(join(root, path, ".."), { recursive: true });
  fs.writeFileSync(join(root, path), content);
}

describe("reserveNext()", () => {
  test("counts from 1, for each type", () => {
    expect([next(), next(), next("build"), next()]).toEqual([1, 2, 1, 3]);
  });

  test("makes the directories of the run's files", () => {
    next();
    expect(fs.readdirSync(join(root, "runs/review")).sort()).toEqual([".sequence", "logs", "worker-results"]);
    expect(fs.readdirSync(join(root, "runs/review/.sequence"))).toEqual(["001"]);
  });

  test.each([
    "logs/errors-review-041.jsonl",
    "logs/errors-review-041.jsonl.pending",
    "worker-results/gemini-worker-errors-review-041.json",
    "worker-results/report-writer-worker-review-041.md",
    ".sequence/041",
  ])("goes on after a run that nobody reserved but that left %s", (path) => {
    leave(`runs/review/${path}`);
    expect(next()).toBe(42);
  });

  test("is not misled by names that belong to no run", () => {
    for (const name of ["errors-review-1000.jsonl", "errors-build-500.jsonl", "notes-999.md", "999"]) {
      leave(`runs/review/logs/${name}`);
    }
    leave("runs/review/.sequence/notes");
    expect(next()).toBe(1);
  });

  test("gives the next one to a caller whose list of names is out of date", () => {
    const stale = { ...files, names: () => [] };
    const numbers = Array.from({ length: 5 }, () =>
      reserveNext({ projectRoot: root, taskType: "review" }, stale),
    );
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
  });

  test("never hands out a number again, not even one in a gap", () => {
    next();
    next();
    fs.rmdirSync(join(root, "runs/review/.sequence/001"));
    expect(next()).toBe(3);
  });

  test("hands out 999 and then refuses, with the way out", () => {
    leave("runs/review/logs/errors-review-998.jsonl");
    expect(next()).toBe(999);
    expect(() => next()).toThrow(Refusal);
    expect(() => next()).toThrow(`have used all up to 999; move "${root}/runs/review" away`);
  });

  test.each(["runs", "runs/review", "runs/review/.sequence", "runs/review/logs"])(
    "refuses with 74 when a file stands at %s",
    (path) => {
      leave(path, "kept");
      expect(() => next()).toThrow(Refusal);
      expect(() => next()).toThrow(`Cannot reserve a sequence number in "${root}/runs/review/.sequence"`);
      expect(fs.readFileSync(join(root, path), "utf8")).toBe("kept");
    },
  );
});
