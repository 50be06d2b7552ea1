import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../src/core/errors.ts";
import { recordsFromWorker } from "../../src/error-log/from-worker.ts";
import { checkEntry, readSidecar } from "../../src/error-log/sidecar.ts";
import { addToSidecar } from "../../src/error-log/write-sidecar.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { freshDirectory, redactorOf } from "./sample.ts";

const directory = freshDirectory();
const path = join(directory, "sidecar.json");
const { files } = bunSystem;
const good = { errorType: "tool-failure", message: "it failed" };

function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return `${error.exitCode} ${error.message}`;
  }
  throw new Error("it was not refused");
}

describe("readSidecar()", () => {
  const read = (content: string | Uint8Array) => {
    fs.writeFileSync(path, content);
    return readSidecar(path, files);
  };

  test("gives the entries, none of an empty file, and null of no file", () => {
    expect(read(JSON.stringify({ schemaVersion: 1, errors: [good, 5] }))).toEqual([good, 5]);
    expect(read('\ufeff{"schemaVersion":1,"errors":[]}')).toEqual([]);
    expect(read(" \n")).toEqual([]);
    expect(readSidecar(join(directory, "missing.json"), files)).toBeNull();
  });

  const deep = `{"schemaVersion":1,"errors":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  test.each([
    ["what is not JSON", "nonsense", "it is not JSON"],
    ["what is truncated", '{"schemaVersion":1,"errors":[{"mess', "it is truncated"],
    ["another version", '{"schemaVersion":2,"errors":[]}', "/schemaVersion: Give 1, not 2"],
    ["a missing version", '{"errors":[]}', "/schemaVersion: it is missing"],
    ["errors that are no array", '{"schemaVersion":1,"errors":{}}', "/errors: Give an array, not Object"],
    ["an array", "[]", "/schemaVersion: it is missing; /errors: it is missing"],
    ["deep nesting", deep, "it is nested more than 32 levels deep"],
    ["what is not UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d), "it is not UTF-8"],
    ["50 MB", new Uint8Array(50_000_000).fill(32), "it has 50000000 bytes, more than 16000000"],
  ])("refuses %s with 65", (_, content, words) => {
    expect(refusalOf(() => read(content))).toBe(`65 Cannot read sidecar "${path}": ${words}`);
  });

  test("is not misled by brackets in a text", () => {
    const entry = { ...good, message: '[[{"\\'.repeat(100) };
    expect(read(JSON.stringify({ schemaVersion: 1, errors: [entry] }))).toEqual([entry]);
  });

  test("refuses what is no file with 74, and does not wait for it", () => {
    expect(refusalOf(() => readSidecar(directory, files))).toStartWith("74 ");
    Bun.spawnSync(["mkfifo", join(directory, "fifo")]);
    expect(refusalOf(() => readSidecar(join(directory, "fifo"), files))).toBe(
      `74 Cannot read sidecar "${join(directory, "fifo")}": it is not a regular file`,
    );
  });
});

describe("checkEntry()", () => {
  test("keeps what nobody knows as an attribute, and names it", () => {
    const checked = checkEntry({ ...good, exit_code: 3, extra: { a: [1] }, attributes: { n: 1 } }, 0);
    expect(checked).toMatchObject({
      kind: "good",
      entry: {
        message: "it failed",
        exitCode: null,
        attributes: { exit_code: "3", extra: '{"a":[1]}', n: "1" },
      },
      unknownFields: ["exit_code", "extra"],
    });
  });

  test.each(["source", "recordedAt", "agent", "agentRole", "model", "taskKey", "id", "fingerprint"])(
    "refuses an entry that brings %s",
    (field) => {
      expect(checkEntry({ ...good, [field]: "x" }, 7)).toEqual({
        kind: "bad",
        problem: `/errors/7/${field}: a worker must not write it, the merge fills it in`,
      });
    },
  );

  test.each([
    [
      { ...good, errorType: "cli-failure" },
      '/errors/2/errorType: Give "tool-failure", not "cli-failure": a worker reports nothing else',
    ],
    [{ message: "x" }, "/errors/2/errorType: it is missing"],
    [{ ...good, message: " " }, "/errors/2/message: Give a text that says what went wrong"],
    [{ errorType: "tool-failure" }, "/errors/2/message: "],
    [{ ...good, exitCode: "1" }, "/errors/2/exitCode: Give a whole number, for example 1"],
    [{ ...good, exitCode: 1.5 }, "/errors/2/exitCode: "],
    [{ ...good, exitCode: 1e20 }, "/errors/2/exitCode: "],
    [{ ...good, durationMs: -1 }, "/errors/2/durationMs: Give a whole number of milliseconds"],
    [JSON.parse('{"errorType":"tool-failure","message":"m","__proto__":1}'), "/errors/2: it has more than"],
    [{ ...good, attributes: { constructor: "x" } }, "/errors/2: it has more than"],
    [{ ...good, tool: 3 }, "/errors/2/tool: Give a text"],
    [{ ...good, occurredAt: "soon" }, "/errors/2/occurredAt: Give a time"],
    [{ ...good, attributes: { a: {} } }, "/errors/2/attributes/a: Give a text"],
    [{ ...good, "a/b~c": { deep: true }, message: 1 }, "/errors/2/message"],
    ["text", "/errors/2: Give an object"],
    [null, "/errors/2: Give an object"],
    [[], "/errors/2: Give an object"],
  ])("refuses %j with the field's pointer", (entry, problem) => {
    const checked = checkEntry(entry, 2);
    expect(checked.kind === "bad" && checked.problem).toStartWith(problem);
  });
});

describe("recordsFromWorker()", () => {
  const facts = {
    taskKey: "T-1",
    phase: null,
    agent: "codex",
    agentRole: "worker",
    model: "m",
    writtenAt: Date.parse("2026-01-06T10:12:00.000Z"),
  };
  const options = {
    redactor: redactorOf(),
    system: bunSystem,
    describeFile: (name: string) => ({ path: name, bytes: 1, sha256: null }),
  };
  const make = (entries: readonly unknown[], changes = {}) =>
    recordsFromWorker(entries, { ...facts, ...changes }, options);

  test("fills in what the worker does not say, and refuses the bad ones only", async () => {
    const { records, refused } = await make([
      { ...good, phase: "review", diagnostics: "/x.log" },
      { ...good, agent: "x" },
      good,
    ]);
    expect(records).toMatchObject([
      {
        source: "worker-reported",
        taskKey: "T-1",
        agent: "codex",
        model: "m",
        phase: "review",
        errorType: "tool-failure",
        diagnostics: { path: "/x.log" },
        occurredAt: "2026-01-06T10:12:00.000Z",
      },
      { phase: null, diagnostics: null },
    ]);
    expect(refused).toMatchObject([
      { problem: expect.stringContaining("/errors/1/agent"), entry: { agent: "x" } },
    ]);
  });

  test("makes the same ids every time, whatever the path, the time and the phase", async () => {
    const ids = async (changes = {}) => (await make([good, good], changes)).records.map(({ id }) => id);
    const first = await ids();
    expect(new Set(first).size).toBe(2);
    expect(await ids({ writtenAt: 0, phase: "x", agentRole: "y", model: "z" })).toEqual(first);
    expect(await ids({ taskKey: "T-2" })).not.toEqual(first);
    expect(await ids({ agent: "claude" })).not.toEqual(first);
  });
});

describe("addToSidecar()", () => {
  test("makes the file, adds at the end, and leaves it as it is when nothing is added", async () => {
    const file = join(directory, "new.json");
    expect(await addToSidecar(file, [], bunSystem)).toBe(0);
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual({ schemaVersion: 1, errors: [] });
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(await addToSidecar(file, [{ a: 1 }], bunSystem)).toBe(1);
    const inode = fs.statSync(file).ino;
    expect(await addToSidecar(file, [{ a: 2 }], bunSystem)).toBe(2);
    expect(JSON.parse(fs.readFileSync(file, "utf8")).errors).toEqual([{ a: 1 }, { a: 2 }]);
    const after = fs.statSync(file).ino;
    expect(await addToSidecar(file, [], bunSystem)).toBe(2);
    expect([fs.statSync(file).ino, inode === after]).toEqual([after, false]);
  });

  test("loses no entry of eight who add at once", async () => {
    const file = join(directory, "shared.json");
    await Promise.all(Array.from({ length: 8 }, (_, n) => addToSidecar(file, [{ n }], bunSystem)));
    const { errors } = JSON.parse(fs.readFileSync(file, "utf8"));
    expect(errors.map(({ n }: { n: number }) => n).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("changes nothing where the file is no sidecar, or no file", async () => {
    const file = join(directory, "bad.json");
    fs.writeFileSync(file, '{"schemaVersion":1,"err');
    const error = await addToSidecar(file, [{}], bunSystem).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ exitCode: 65 });
    expect(fs.readFileSync(file, "utf8")).toBe('{"schemaVersion":1,"err');
    fs.symlinkSync(file, join(directory, "link.json"));
    const refused = await addToSidecar(join(directory, "link.json"), [{}], bunSystem).catch(
      (reason: unknown) => reason,
    );
    expect(refused).toMatchObject({ exitCode: 74 });
  });
});
