import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { WrongKind } from "../../src/core/locked-file.ts";
import { storeRecords } from "../../src/error-log/store.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { freshDirectory, idsOf, recordOf } from "./sample.ts";

const directory = freshDirectory();
let count = 0;
const fresh = () => join(directory, `${++count}.jsonl`);
const long = () => recordOf({ message: "x".repeat(50_000) });

test("storeRecords() keeps what a line cannot hold beside the log, for us alone", async () => {
  const path = fresh();
  const record = long();
  expect(await storeRecords(path, [record], bunSystem)).toEqual({
    appended: { kind: "appended", added: 1 },
    warnings: [],
  });
  const file = join(`${path}.d`, `${record.id}.txt`);
  expect(fs.readFileSync(file, "utf8")).toBe(`# === message ===\n${record.message}\n`);
  expect([fs.statSync(file).mode & 0o777, fs.statSync(`${path}.d`).mode & 0o777]).toEqual([0o600, 0o700]);
});

test("storeRecords() leaves nothing beside a log that it may not append to", async () => {
  const path = fresh();
  fs.mkdirSync(path);
  expect(storeRecords(path, [long()], bunSystem)).rejects.toBeInstanceOf(WrongKind);
  expect(fs.existsSync(`${path}.d`)).toBe(false);
});

test("storeRecords() takes back only what it made: a record that was stored before keeps its text", async () => {
  const path = fresh();
  const record = long();
  await storeRecords(path, [record], bunSystem);
  fs.renameSync(path, `${path}.old`);
  fs.symlinkSync(`${path}.old`, path);
  expect(storeRecords(path, [record, long()], bunSystem)).rejects.toBeInstanceOf(WrongKind);
  expect(fs.readdirSync(`${path}.d`)).toEqual([`${record.id}.txt`]);
});

test("storeRecords() appends the record all the same when its text cannot be kept, and says so in both places", async () => {
  const path = fresh();
  fs.writeFileSync(`${path}.d`, "in the way");
  const { warnings } = await storeRecords(path, [long()], bunSystem);
  expect(warnings).toEqual([expect.stringContaining("could not be kept")]);
  expect(JSON.parse(fs.readFileSync(path, "utf8")).message).toContain("they could not be kept");
});

test("storeRecords() once stores no record twice", async () => {
  const path = fresh();
  const records = [recordOf(), recordOf()];
  await storeRecords(path, records.slice(0, 1), bunSystem, { once: true });
  const { appended } = await storeRecords(path, records, bunSystem, { once: true });
  expect(appended).toEqual({ kind: "appended", added: 1 });
  expect(idsOf(path)).toEqual(records.map(({ id }) => id));
});
