import { expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { jsonText } from "../../src/core/json-text.ts";
import { groupRecords } from "../../src/error-log/groups.ts";
import { quickFields } from "../../src/error-log/quick-fields.ts";
import { countRecords } from "../../src/error-log/stats.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { freshDirectory, recordOf, writeLog } from "./sample.ts";

const directory = freshDirectory();
const path = join(directory, "errors.jsonl");
const { files } = bunSystem;
const always = { since: null, until: null };
const fault = (hash: string) => ({ version: "v1", hash: hash.repeat(16), key: `fault ${hash}` });
const at = (minute: number) => `2026-01-06T10:${String(minute).padStart(2, "0")}:00.000Z`;
const log = { path: "/x.log", bytes: 1, sha256: null };

test("groupRecords() counts, with first, last, agents and the newest example that has diagnostics", () => {
  const records = [
    recordOf({ fingerprint: fault("a"), occurredAt: at(5), agent: "codex" }),
    recordOf({ fingerprint: fault("b"), occurredAt: at(6) }),
    recordOf({ fingerprint: fault("a"), occurredAt: at(1), agent: "claude", diagnostics: log }),
    recordOf({ fingerprint: fault("a"), occurredAt: at(9), agent: "codex" }),
  ];
  writeLog(path, ["garbage", ...records]);
  const { groups, skipped } = groupRecords([path], files, always);
  expect(skipped).toBe(1);
  expect(groups).toMatchObject([
    {
      fingerprint: "v1:aaaaaaaaaaaaaaaa",
      key: "fault a",
      count: 3,
      first: at(1),
      last: at(9),
      agents: ["codex", "claude"],
      example: { id: records[2]?.id },
    },
    { fingerprint: "v1:bbbbbbbbbbbbbbbb", count: 1, example: { id: records[1]?.id } },
  ]);
  const since = Date.parse(at(5));
  expect(groupRecords([path], files, { since, until: null }).groups.map(({ count }) => count)).toEqual([
    2, 1,
  ]);
  expect(groupRecords([path], files, { since: null, until: since }).groups.map(({ count }) => count)).toEqual(
    [1],
  );
});

test("groupRecords() groups over several logs, lines of another form, and versions", () => {
  const other = join(directory, "other.jsonl");
  const { id, schemaVersion: _, ...rest } = recordOf({ fingerprint: fault("a"), occurredAt: at(7) });
  writeLog(path, [recordOf({ fingerprint: fault("a"), occurredAt: at(1) })]);
  writeLog(other, [
    { schemaVersion: 1 as const, id, ...rest },
    { ...rest, id: "newer", schemaVersion: 2 },
    { id: "r", schemaVersion: 1, recordedAt: at(1), repair: {} },
  ]);
  expect(groupRecords([path, other], files, always)).toMatchObject({
    skipped: 0,
    groups: [{ count: 3, log: other }],
  });
});

test("groupRecords() takes a record without a time that can be read for an old one", () => {
  const shaped = "2026-01-06T10:12:00,000Z";
  writeLog(path, [
    recordOf({ occurredAt: "never" }),
    recordOf({ occurredAt: shaped, recordedAt: "never" }),
    recordOf({ occurredAt: "x".repeat(24), recordedAt: "y".repeat(24) }),
  ]);
  expect(groupRecords([path], files, { since: null, until: null })).toMatchObject({
    groups: [{ count: 3, first: "1970-01-01T00:00:00.000Z", last: "2026-01-06T10:12:00.000Z" }],
  });
});

test("quickFields() reads of a line what parsing it reads, whatever its texts hold", () => {
  const text = fc.string({
    unit: fc.constantFrom(
      '"',
      "\\",
      ',"agent":"',
      '"fingerprint":{"version":"v1","hash":"',
      "}}",
      "ž",
      "\u202e",
      "\n",
    ),
  });
  const record = fc
    .record({
      taskKey: text,
      agent: text,
      message: text,
      stderrExcerpt: fc.option(text),
      diagnostics: fc.option(fc.constant(log)),
      attributes: fc.dictionary(text, text, { maxKeys: 3 }),
      occurredAt: fc
        .date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true })
        .map((time) => time.toISOString()),
    })
    .map((changes) => recordOf(changes));
  fc.assert(
    fc.property(record, fc.nat(50), fc.nat(50), (one, before, after) => {
      const line = jsonText(one);
      const fields = quickFields(
        `${"x".repeat(before)}${line}\n${"y".repeat(after)}`,
        before,
        before + line.length,
      );
      const isEscaped =
        JSON.stringify(one.agent) !== jsonText(one.agent) || JSON.stringify(one.agent) !== `"${one.agent}"`;
      const expected = {
        fingerprint: one.fingerprint.hash,
        time: Date.parse(one.occurredAt),
        agent: one.agent,
        hasDiagnostics: one.diagnostics !== null,
      };
      expect(fields).toEqual(isEscaped ? null : expected);
    }),
    { numRuns: 300 },
  );
});

test("quickFields() reads nothing of a torn line", () => {
  const line = jsonText(recordOf({ message: "a }} b", diagnostics: log }));
  for (let length = 0; length < line.length; length++)
    expect(quickFields(`${line.slice(0, length)}\n`, 0, length)).toBeNull();
});

test("countRecords() counts by type, agent, phase and hour", () => {
  writeLog(path, [
    recordOf({ agent: "codex", occurredAt: at(1) }),
    recordOf({
      agent: "claude",
      phase: null,
      errorType: "tool-failure",
      occurredAt: "2026-01-06T09:59:00.000Z",
    }),
    recordOf({ agent: "codex", occurredAt: at(59) }),
    { id: "r", schemaVersion: 1, recordedAt: at(1), repair: {} },
    "{",
  ]);
  expect(countRecords([path], files)).toEqual({
    records: 3,
    first: "2026-01-06T09:59:00.000Z",
    last: at(59),
    byType: { "cli-failure": 2, "tool-failure": 1 },
    byAgent: { codex: 2, claude: 1 },
    byPhase: { build: 2, none: 1 },
    byHour: { "2026-01-06T09": 1, "2026-01-06T10": 2 },
    newer: 0,
    repairs: 1,
    skipped: 1,
  });
});
