import { afterAll, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome } from "../../src/core/outcome.ts";
import { listFailures } from "../../src/diagnostics/find.ts";
import { groupFailures } from "../../src/diagnostics/group.ts";
import { pin, pinnedAmong, unpin } from "../../src/diagnostics/pin.ts";
import { doomedFailures, removeFailures } from "../../src/diagnostics/prune.ts";
import { reindex } from "../../src/diagnostics/reindex.ts";
import { saveDiagnostics } from "../../src/diagnostics/save.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { evidenceOf, failedOutcome, redactorOf } from "./sample.ts";

const { files } = bunSystem;
const made: string[] = [];

afterAll(() => {
  for (const directory of made) fs.rmSync(directory, { recursive: true, force: true });
});

const day = 86_400_000;
const now = Date.parse("2026-02-01T00:00:00.000Z");

/** Failures, one a day, the last one now: each says what its stderr is. */
async function keep(...stderrs: readonly string[]): Promise<string> {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-retention-"));
  made.push(directory);
  for (const [index, stderr] of stderrs.entries()) {
    const endedAt = new Date(now - (stderrs.length - 1 - index) * day).toISOString();
    await save(
      directory,
      { role: `r${index}`, executionId: `0198c000-0000-7000-8000-00000000000${index}`, endedAt },
      stderr,
    );
  }
  return directory;
}

function save(directory: string, changes: Partial<Outcome>, stderr: string): Promise<Outcome> {
  const options = { directory, redactor: redactorOf(), system: bunSystem };
  return saveDiagnostics(failedOutcome(changes), [evidenceOf("", stderr)], options);
}

const entriesOf = (directory: string) => listFailures(directory, files).entries;
const namesOf = (directory: string) => entriesOf(directory).map(({ name }) => name);
const none = { count: null, bytes: null, ageMs: null };

function doomed(
  directory: string,
  limits: Partial<typeof none> | Record<string, number>,
  at = now,
): readonly string[] {
  const world = { directory, files, now: at };
  return doomedFailures(entriesOf(directory), { ...none, ...limits }, world).map(({ entry }) => entry.name);
}

test("groupFailures() groups by fault, with count, first, last, roles and the newest as example", async () => {
  const directory = await keep(
    "cannot open /a/x.txt: 1",
    "other",
    "cannot open /b/x.txt: 2",
    "cannot open /c/x.txt: 3",
  );
  const groups = groupFailures(entriesOf(directory), directory, files);
  expect(groups).toMatchObject([
    {
      key: "cli-failure | exit 1 | cannot open <path>/x.txt: <number>",
      count: 3,
      first: new Date(now - 3 * day).toISOString(),
      last: new Date(now).toISOString(),
      roles: ["r3", "r2", "r0"],
      example: { name: "r3-1234abcd" },
    },
    { count: 1, key: "cli-failure | exit 1 | other" },
  ]);
});

test("groupFailures() works out what neither index nor outcome says, and leaves successes out", async () => {
  const directory = await keep("cannot open /a/x.txt: 1", "cannot open /b/x.txt: 2");
  const name = join(directory, "r0-1234abcd.json");
  const { fingerprint: _, ...outcome } = JSON.parse(fs.readFileSync(name, "utf8"));
  fs.writeFileSync(name, JSON.stringify(outcome));
  fs.rmSync(join(directory, "index.jsonl"));
  await save(
    directory,
    { role: "good", status: "succeeded", success: true, failureReason: null, exitCode: 0 },
    "",
  );
  expect(groupFailures(entriesOf(directory), directory, files)).toMatchObject([{ count: 2 }]);
});

test("pin() and unpin() say whether they changed something, and outlive the index", async () => {
  const directory = await keep("a", "b");
  const name = "r0-1234abcd";
  expect([pin(name, directory, files), pin(name, directory, files)]).toEqual([true, false]);
  fs.rmSync(join(directory, "index.jsonl"));
  expect([...pinnedAmong(files.names(directory))]).toEqual([name]);
  expect(namesOf(directory)).toHaveLength(2);
  expect([unpin(name, directory, files), unpin(name, directory, files)]).toEqual([true, false]);
});

test("doomedFailures() are the oldest beyond count, bytes or age, the oldest first", async () => {
  const directory = await keep("a", "b", "c", "d");
  const size =
    fs.statSync(join(directory, "r0-1234abcd.log")).size +
    fs.statSync(join(directory, "r0-1234abcd.json")).size;
  expect(doomed(directory, {})).toEqual([]);
  expect(doomed(directory, { count: 2 })).toEqual(["r0-1234abcd", "r1-1234abcd"]);
  expect(doomed(directory, { bytes: 3 * size + 100 })).toEqual(["r0-1234abcd"]);
  expect(doomed(directory, { ageMs: 1.5 * day })).toEqual(["r0-1234abcd", "r1-1234abcd"]);
});

test("doomedFailures() are never the newest, what is pinned, or what is still to come", async () => {
  const directory = await keep("a", "b", "c");
  pin("r1-1234abcd", directory, files);
  expect(doomed(directory, { count: 0, bytes: 0, ageMs: 0 })).toEqual(["r0-1234abcd"]);
  expect(doomed(directory, { ageMs: day }, now - 100 * day)).toEqual([]);
});

test("removeFailures() removes evidence and index lines, and nothing while the index is locked", async () => {
  const directory = await keep("a", "b", "c");
  const world = { directory, files, now };
  const list = doomedFailures(entriesOf(directory), { ...none, count: 1 }, world);
  const holder = files.openAppend(join(directory, "index.jsonl"), 0o600);
  expect(holder.tryLock()).toBe(true);
  let time = 0;
  const impatient = {
    ...bunSystem,
    clock: {
      ...bunSystem.clock,
      monotonic: () => time,
      sleep: async (ms: number) => {
        time += ms;
      },
    },
  };
  expect(removeFailures(list, directory, impatient)).rejects.toMatchObject({ exitCode: 75 });
  expect(namesOf(directory)).toHaveLength(3);
  holder.close();
  await removeFailures(list, directory, bunSystem);
  expect(fs.readdirSync(directory).sort()).toEqual(["index.jsonl", "r2-1234abcd.json", "r2-1234abcd.log"]);
  expect(fs.readFileSync(join(directory, "index.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(1);
});

test("reindex() makes the same index from the outcomes, oldest first", async () => {
  const directory = await keep("a", "b", "c");
  const index = join(directory, "index.jsonl");
  const before = fs.readFileSync(index, "utf8");
  fs.writeFileSync(index, "garbage\n");
  expect(await reindex(directory, bunSystem)).toBe(3);
  expect(fs.readFileSync(index, "utf8")).toBe(before);
  fs.rmSync(index);
  expect(await reindex(directory, bunSystem)).toBe(3);
  expect(fs.readFileSync(index, "utf8")).toBe(before);
});
