import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { jsonText } from "../../src/core/json-text.ts";
import { setAside } from "../../src/core/pending.ts";
import { mergePending } from "../../src/error-log/merge.ts";
import { pruneLog } from "../../src/error-log/prune.ts";
import { repairLog } from "../../src/error-log/repair.ts";
import { isSound, verifyLog } from "../../src/error-log/verify.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { System } from "../../src/system/system.ts";
import { freshDirectory, idsOf, recordOf, worldAt, writeLog } from "./sample.ts";

const directory = freshDirectory();
let count = 0;
const fresh = () => join(directory, `${++count}.jsonl`);
const read = (path: string) => fs.readFileSync(path, "utf8");
const verify = (path: string) => verifyLog(path, bunSystem, { diagnostics: false });

/** Somebody else holds the lock for ever, and time flies. */
function lockedWorld(): System {
  let now = 0;
  const openAppend = (path: string, mode: number) => ({
    ...bunSystem.files.openAppend(path, mode),
    tryLock: () => false,
  });
  const sleep = async (ms: number) => {
    now += ms;
  };
  return {
    ...bunSystem,
    files: { ...bunSystem.files, openAppend },
    clock: { ...bunSystem.clock, monotonic: () => now, sleep },
  };
}

describe("repairLog()", () => {
  test("moves bad bytes to the quarantine, keeps every good byte, and leaves a line that says so", async () => {
    const path = fresh();
    const newer = '{"id":"n",  "schemaVersion":2, "odd spacing":true}';
    const [one, two] = [recordOf(), recordOf()];
    const good = [jsonText(one), newer, jsonText(two)];
    const bad = ['{"id":"torn', "null", "\0\0\0", '{"id":"x"}'];
    fs.writeFileSync(
      path,
      `${good[0]}\n${bad[0]}\n${bad[1]}\n${good[1]}\n\n${bad[2]}\n${good[2]}\n${bad[3]}`,
      { mode: 0o640 },
    );
    fs.chmodSync(path, 0o640);
    const repair = await repairLog(path, bunSystem);
    expect(repair).toEqual({
      path,
      changed: true,
      quarantinedLines: 4,
      quarantinedBytes: 11 + 4 + 3 + 10 + 3,
      quarantine: `${path}.quarantine`,
    });
    expect(read(`${path}.quarantine`)).toBe(`${bad.join("\n")}\n`);
    const lines = read(path).trimEnd().split("\n");
    expect(lines.slice(0, -1)).toEqual([good[0] ?? "", good[1] ?? "", "", good[2] ?? ""]);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      schemaVersion: 1,
      repair: { quarantinedLines: 4 },
    });
    expect(fs.statSync(path).mode & 0o777).toBe(0o640);
    expect(fs.statSync(`${path}.quarantine`).mode & 0o777).toBe(0o600);
    const before = fs.statSync(path).ino;
    expect(await repairLog(path, bunSystem)).toMatchObject({ changed: false });
    expect([fs.statSync(path).ino, read(path).trimEnd().split("\n")]).toEqual([before, lines]);
  });

  test("ends a last line that is whole but for its newline, and says nothing", async () => {
    const path = fresh();
    fs.writeFileSync(path, jsonText(recordOf()));
    expect(await repairLog(path, bunSystem)).toMatchObject({ changed: true, quarantinedLines: 0 });
    expect(read(path)).toEndWith("}\n");
    expect(fs.existsSync(`${path}.quarantine`)).toBe(false);
  });

  test("leaves a log of nothing, of newlines, and a sound one as they are", async () => {
    for (const content of ["", "\n\n\n", `${jsonText(recordOf())}\n`]) {
      const path = fresh();
      fs.writeFileSync(path, content);
      expect(await repairLog(path, bunSystem)).toMatchObject({ changed: false });
      expect(read(path)).toBe(content);
      expect(isSound(verify(path))).toBe(true);
    }
  });

  test("makes every line readable, loses no byte, and changes nothing the second time, whatever the file holds", async () => {
    const good = fc.constantFrom("a", "ž".repeat(200)).map((message) => jsonText(recordOf({ message })));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      good.map((line) => new TextEncoder().encode(line)),
      good.map((line) => new TextEncoder().encode(line.slice(0, -1))),
      fc.constant(new TextEncoder().encode("null")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 8 }), fc.boolean(), async (lines, isTorn) => {
        const path = fresh();
        const content = Buffer.concat(
          lines.flatMap((line, index) =>
            isTorn && index === lines.length - 1 ? [line] : [line, Uint8Array.of(10)],
          ),
        );
        fs.writeFileSync(path, content);
        const repair = await repairLog(path, bunSystem);
        expect(verify(path)).toMatchObject({ badLines: 0, torn: false });
        const after = fs.readFileSync(path);
        const quarantine = repair.quarantine === null ? Buffer.alloc(0) : fs.readFileSync(repair.quarantine);
        const sorted = (text: Buffer) =>
          text
            .toString("latin1")
            .split("\n")
            .filter((line) => line !== "")
            .sort();
        const kept = sorted(after).filter((line) => !line.includes('"repair":{"quarantinedBytes"'));
        expect([...kept, ...sorted(quarantine)].sort()).toEqual(sorted(content));
        await repairLog(path, bunSystem);
        expect(fs.readFileSync(path).equals(after)).toBe(true);
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  test("leaves the log as it was when the quarantine or the new file cannot be written", async () => {
    const path = fresh();
    fs.writeFileSync(path, "{\n");
    fs.mkdirSync(`${path}.quarantine`);
    expect(repairLog(path, bunSystem)).rejects.toThrow(
      `Cannot append to "${path}.quarantine": it is a directory`,
    );
    expect(read(path)).toBe("{\n");
    fs.rmdirSync(`${path}.quarantine`);
    const rename = () => {
      throw Object.assign(new Error("lost"), { code: "EIO" });
    };
    const broken = { ...bunSystem, files: { ...bunSystem.files, rename } };
    expect(repairLog(path, broken)).rejects.toThrow("input/output error (EIO)");
    expect(read(path)).toBe("{\n");
    expect(fs.readdirSync(directory).filter((name) => name.includes(".rewrite."))).toEqual([]);
  });

  test("refuses with 75 while somebody holds the lock, and what is no regular file with 74", async () => {
    const path = fresh();
    fs.writeFileSync(path, "{\n");
    expect(repairLog(path, lockedWorld())).rejects.toMatchObject({ exitCode: 75 });
    fs.symlinkSync(path, `${path}.link`);
    expect(repairLog(`${path}.link`, bunSystem)).rejects.toMatchObject({ exitCode: 74 });
    expect(repairLog(`${path}.missing`, bunSystem)).rejects.toMatchObject({ exitCode: 74 });
    expect(fs.existsSync(`${path}.missing`)).toBe(false);
  });
});

describe("pruneLog()", () => {
  const day = 86_400_000;
  const now = Date.parse("2026-02-01T00:00:00.000Z");
  const records = Array.from({ length: 5 }, (_, age) =>
    recordOf({ recordedAt: new Date(now - (4 - age) * day).toISOString(), message: "x".repeat(100) }),
  );
  const world = worldAt(now);
  const none = { records: null, bytes: null, ageMs: null };
  const size = jsonText(records[0]).length + 1;

  test.each([
    ["by count", { ...none, records: 2 }, 2],
    ["by bytes", { ...none, bytes: 3 * size }, 3],
    ["by age", { ...none, ageMs: 1.5 * day }, 2],
    ["by the strictest of them", { records: 4, bytes: 2 * size, ageMs: 3.5 * day }, 2],
    ["but never the newest", { records: 0, bytes: 0, ageMs: 0 }, 1],
    ["and nothing where nothing is too much", { ...none, records: 5 }, 5],
  ])("removes the oldest %s", async (_, retention, kept) => {
    const path = fresh();
    writeLog(path, records);
    const dry = await pruneLog(path, retention, world, { dryRun: true });
    expect(idsOf(path)).toHaveLength(5);
    const pruned = await pruneLog(path, retention, world, { dryRun: false });
    expect(pruned).toEqual(dry);
    expect(pruned).toMatchObject({ removed: 5 - kept, removedBytes: (5 - kept) * size, kept });
    expect(idsOf(path)).toEqual(records.slice(5 - kept).map(({ id }) => id));
  });

  test("treats a time that is still to come as now, and goes by the order of the lines", async () => {
    const path = fresh();
    const future = recordOf({ recordedAt: "2036-01-01T00:00:00.000Z" });
    const past = recordOf({ recordedAt: "2016-01-01T00:00:00.000Z" });
    const last = recordOf({ recordedAt: "2026-01-01T00:00:00.000Z" });
    writeLog(path, [future, past, last]);
    await pruneLog(path, { ...none, ageMs: day }, world, { dryRun: false });
    expect(idsOf(path)).toEqual([future.id, last.id]);
  });

  test("keeps bad lines and those of a later version as they are, and removes long texts with their records", async () => {
    const path = fresh();
    const newer = '{"schemaVersion":9, "id":"n","recordedAt":"2000-01-01T00:00:00.000Z"}';
    writeLog(path, ["garbage", newer, ...records]);
    fs.mkdirSync(`${path}.d`);
    for (const { id } of records) fs.writeFileSync(join(`${path}.d`, `${id}.txt`), "long");
    await pruneLog(path, { ...none, records: 1 }, world, { dryRun: false });
    expect(read(path).split("\n").slice(0, 2)).toEqual(["garbage", newer]);
    expect(fs.readdirSync(`${path}.d`)).toEqual([`${records.at(-1)?.id}.txt`]);
  });

  test("refuses with 75 while somebody holds the lock", () => {
    const path = fresh();
    writeLog(path, records);
    expect(pruneLog(path, { ...none, records: 1 }, lockedWorld(), { dryRun: false })).rejects.toMatchObject({
      exitCode: 75,
    });
  });
});

describe("mergePending()", () => {
  test("takes in what waits, once, also for a log that is not there yet", async () => {
    const path = fresh();
    const lines = [recordOf(), recordOf()].map(jsonText);
    setAside(path, lines, bunSystem);
    expect(await mergePending(path, bunSystem)).toEqual({ path, taken: 2, refused: [] });
    expect(read(path)).toBe(lines.map((line) => `${line}\n`).join(""));
    expect(await mergePending(path, bunSystem)).toEqual({ path, taken: 0, refused: [] });
    expect(await mergePending(fresh(), bunSystem)).toMatchObject({ taken: 0 });
  });

  test("leaves what is no record, and says so", async () => {
    const path = fresh();
    setAside(path, ['{"id":"1"}'], bunSystem);
    const bad = join(`${path}.pending`, "000000000000-0000-bad.json");
    fs.writeFileSync(bad, "{");
    expect(await mergePending(path, bunSystem)).toEqual({
      path,
      taken: 1,
      refused: [`"${bad}" is not one whole line of JSON`],
    });
    expect(read(bad)).toBe("{");
  });

  test("refuses with 75 while somebody holds the lock, and loses nothing", async () => {
    const path = fresh();
    fs.writeFileSync(path, "");
    setAside(path, ['{"id":"1"}'], bunSystem);
    expect(mergePending(path, lockedWorld())).rejects.toMatchObject({ exitCode: 75 });
    expect(fs.readdirSync(`${path}.pending`)).toHaveLength(1);
  });
});

describe("verifyLog()", () => {
  test("tells bad lines, torn ends, violations and ids that stand twice, each with its place", () => {
    const path = fresh();
    const record = recordOf();
    const wrong = { ...recordOf(), errorType: "other" };
    fs.writeFileSync(path, `${jsonText(record)}\n{\n${jsonText(record)}\n${jsonText(wrong)}\n{"id":"torn`);
    const offset = jsonText(record).length + 1;
    expect(verify(path)).toMatchObject({
      records: 3,
      badLines: 1,
      violations: 1,
      duplicateIds: 1,
      torn: true,
      problems: [
        { line: 2, offset, what: "it is no record" },
        { line: 3, what: `its id "${record.id}" stands in an earlier line` },
        { line: 4, what: expect.stringContaining("/errorType: ") },
        { line: 5, what: expect.stringContaining("torn") },
      ],
    });
    expect(isSound(verify(path))).toBe(false);
  });

  test("tells diagnostics that are missing or changed, when asked", () => {
    const path = fresh();
    const log = join(directory, "x.log");
    fs.writeFileSync(log, "as it was");
    const digest = bunSystem.files.digest(log);
    const missing = { path: join(directory, "missing.log"), bytes: 1, sha256: null };
    writeLog(path, [recordOf({ diagnostics: { path: log, ...digest } }), recordOf({ diagnostics: missing })]);
    const asked = () => verifyLog(path, bunSystem, { diagnostics: true });
    expect(asked()).toMatchObject({ missingDiagnostics: 1, changedDiagnostics: 0 });
    fs.writeFileSync(log, "AS IT WAS");
    expect(asked()).toMatchObject({ missingDiagnostics: 1, changedDiagnostics: 1 });
    expect(isSound(verify(path))).toBe(true);
  });
});
