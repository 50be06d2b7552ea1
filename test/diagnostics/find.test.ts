import { afterAll, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFailure, listFailures, readOutcome } from "../../src/diagnostics/find.ts";
import { saveDiagnostics } from "../../src/diagnostics/save.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { evidenceOf, failedOutcome, redactorOf } from "./sample.ts";

const { files } = bunSystem;
const made: string[] = [];

afterAll(() => {
  for (const directory of made) fs.rmSync(directory, { recursive: true, force: true });
});

const idOf = (number: number) => `0198c000-0000-7000-8000-00000000000${number}`;

/** A directory with these failures, each recorded at its second of the minute. */
async function directoryWith(...seconds: readonly number[]): Promise<string> {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-find-"));
  made.push(directory);
  for (const [index, second] of seconds.entries()) {
    const outcome = failedOutcome({
      executionId: idOf(index + 1),
      role: `r${index + 1}`,
      endedAt: `2026-01-01T00:00:${String(second).padStart(2, "0")}.000Z`,
    });
    const options = { directory, redactor: redactorOf(), system: bunSystem };
    await saveDiagnostics(outcome, [evidenceOf("", "err")], options);
  }
  return directory;
}

const list = (directory: string) => listFailures(directory, files);
const namesIn = (directory: string) => list(directory).entries.map(({ name }) => name);
const indexIn = (directory: string) => join(directory, "index.jsonl");

test("listFailures() of a directory that is missing is empty", () => {
  expect(list("/nowhere/at/all")).toEqual({ entries: [], problems: [] });
});

test("listFailures() lists newest first by recorded time and then by id, not by file time", async () => {
  const directory = await directoryWith(5, 9, 1, 9);
  fs.utimesSync(join(directory, "r3-1234abcd.log"), 4e9, 4e9);
  fs.utimesSync(join(directory, "r3-1234abcd.json"), 4e9, 4e9);
  expect(namesIn(directory)).toEqual(["r4", "r2", "r1", "r3"].map((role) => `${role}-1234abcd`));
});

test("listFailures() lists the same from the pairs when the index is lost", async () => {
  const directory = await directoryWith(5, 9, 1);
  const before = list(directory);
  fs.unlinkSync(indexIn(directory));
  expect(list(directory)).toEqual(before);
  expect(before.problems).toEqual([]);
});

test("listFailures() adds what the index lacks", async () => {
  const directory = await directoryWith(1, 2);
  const [first] = fs.readFileSync(indexIn(directory), "utf8").split("\n");
  fs.writeFileSync(indexIn(directory), `${first}\n`);
  expect(namesIn(directory)).toEqual(["r2-1234abcd", "r1-1234abcd"]);
});

test("listFailures() is silent about a torn last line", async () => {
  const directory = await directoryWith(1, 2);
  fs.appendFileSync(indexIn(directory), '{"executionId":"torn');
  const found = list(directory);
  expect([found.entries.length, found.problems]).toEqual([2, []]);
});

test("listFailures() skips bad lines in the middle, counts them and lists the rest", async () => {
  const directory = await directoryWith(1, 2);
  const lines = fs.readFileSync(indexIn(directory), "utf8");
  fs.writeFileSync(indexIn(directory), `garbage\n${lines.replace("\n", '\n{"a":1}\n')}`);
  const found = list(directory);
  expect(found.entries).toHaveLength(2);
  expect(found.problems).toEqual([`skipped 2 bad lines in "${indexIn(directory)}"`]);
});

test("listFailures() does not list what is gone from disk", async () => {
  const directory = await directoryWith(1, 2);
  fs.unlinkSync(join(directory, "r1-1234abcd.log"));
  fs.unlinkSync(join(directory, "r1-1234abcd.json"));
  expect(list(directory)).toMatchObject({ entries: [{ name: "r2-1234abcd" }], problems: [] });
});

test("listFailures() lists a log without an outcome, and says so", async () => {
  const directory = await directoryWith(1);
  const log = join(directory, "improve-ffff.log");
  fs.writeFileSync(log, "# role=improve\n");
  fs.utimesSync(log, 1, 1);
  const found = list(directory);
  expect(found.entries[1]).toMatchObject({
    name: "improve-ffff",
    role: "improve",
    shortId: "ffff",
    status: "lost",
  });
  expect(found.problems).toEqual([`"${log}" has no outcome beside it`]);
});

test("listFailures() says that a file is not an outcome, and lists the rest", async () => {
  const directory = await directoryWith(1);
  fs.writeFileSync(join(directory, "notes.json"), '{"mine": true}');
  const found = list(directory);
  expect(found.entries).toHaveLength(1);
  expect(found.problems).toEqual([`"${join(directory, "notes.json")}" is not an outcome`]);
});

test("listFailures() ignores temporary files of a write in progress", async () => {
  const directory = await directoryWith(1);
  fs.writeFileSync(join(directory, ".r2-1234abcd.json.1f.tmp"), "{");
  fs.writeFileSync(join(directory, ".gitignore"), "*\n");
  expect(list(directory)).toMatchObject({ entries: [{ name: "r1-1234abcd" }], problems: [] });
});

test("listFailures() reads an index written by a later version that has more fields", async () => {
  const directory = await directoryWith(1);
  const line = JSON.parse(fs.readFileSync(indexIn(directory), "utf8"));
  fs.writeFileSync(indexIn(directory), `${JSON.stringify({ ...line, pinned: true })}\n`);
  expect(list(directory)).toMatchObject({ entries: [{ name: "r1-1234abcd" }], problems: [] });
});

test("findFailure() finds the latest, an id, a unique prefix of one, and a name", async () => {
  const { entries } = list(await directoryWith(1, 2, 3));
  const found = (wanted: string) => {
    const answer = findFailure(wanted, entries);
    return answer.kind === "one" ? answer.entry.role : answer.kind;
  };
  expect(found("latest")).toBe("r3");
  expect(found(idOf(2))).toBe("r2");
  expect(found("r1-1234abcd")).toBe("r1");
  expect(found("0198c")).toBe("many");
  expect(found("1234abcd")).toBe("many");
  expect(found("ffff")).toBe("none");
  expect(found("")).toBe("none");
  expect(findFailure("latest", [])).toEqual({ kind: "none" });
});

test("findFailure() takes a prefix of one id only, and a short id", async () => {
  const { entries } = list(await directoryWith(1));
  expect(findFailure("0198c000-0", entries)).toMatchObject({ kind: "one" });
  expect(findFailure("1234abcd", entries)).toMatchObject({ kind: "one" });
});

test("readOutcome() gives the outcome, and none where it is missing or broken", async () => {
  const directory = await directoryWith(1);
  expect(readOutcome("r1-1234abcd", directory, files)?.executionId).toBe(idOf(1));
  fs.writeFileSync(join(directory, "bad.json"), "{");
  expect(readOutcome("bad", directory, files)).toBeNull();
  expect(readOutcome("missing", directory, files)).toBeNull();
});
