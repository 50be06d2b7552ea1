import { expect, test } from "bun:test";
import { readEntry } from "../../src/error-log/entry.ts";
import { recordOf } from "./sample.ts";

test("readEntry() reads a record, and leaves out nothing of it", () => {
  const record = recordOf({ attributes: { a: "b" } });
  expect(readEntry(JSON.stringify(record))).toEqual({ kind: "record", record });
  const more = { ...record, laterField: 1 };
  expect(readEntry(JSON.stringify(more))).toMatchObject({ kind: "record", record: { laterField: 1 } });
});

test("readEntry() reads a record of a later version as far as it is understood", () => {
  const raw = {
    id: "x",
    schemaVersion: 2,
    recordedAt: "2026-01-01T00:00:00.000Z",
    message: { text: "new" },
    agent: "codex",
  };
  const entry = readEntry(JSON.stringify(raw));
  expect(entry).toMatchObject({
    kind: "newer",
    raw,
    record: { id: "x", agent: "codex", message: "?", exitCode: null },
  });
});

test("readEntry() reads what a repair leaves", () => {
  const note = {
    id: "x",
    schemaVersion: 1,
    recordedAt: "2026-01-01T00:00:00.000Z",
    repair: { quarantinedBytes: 3 },
  };
  expect(readEntry(JSON.stringify(note))).toMatchObject({ kind: "repair" });
});

test.each([
  "",
  "{",
  "[]",
  "null",
  "1",
  '"text"',
  "{}",
  '{"id":1,"schemaVersion":1}',
  '{"id":"x"}',
  '{"id":"x","schemaVersion":0}',
  '{"id":"x","schemaVersion":"2"}',
  '{"id":"x","schemaVersion":1}',
])("readEntry(%j) is no entry", (line) => {
  expect(readEntry(line)).toBeNull();
});

test("readEntry() refuses a record whose fingerprint lacks something, and knows none of a later version's", () => {
  const fingerprint = { hash: "0123456789abcdef", version: "v1" };
  expect(readEntry(JSON.stringify({ ...recordOf(), fingerprint }))).toBeNull();
  expect(readEntry(JSON.stringify({ ...recordOf(), schemaVersion: 2, fingerprint }))).toMatchObject({
    record: { fingerprint: { key: "of a newer version" } },
  });
});

test.each(["message", "agent", "fingerprint", "attributes", "exitCode", "diagnostics"])(
  "readEntry() refuses a record whose %s is of another kind",
  (field) => {
    expect(readEntry(JSON.stringify({ ...recordOf(), [field]: ["x"] }))).toBeNull();
  },
);
