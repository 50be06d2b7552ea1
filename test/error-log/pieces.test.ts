import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { pieces, piecesBackwards } from "../../src/error-log/pieces.ts";
import { entries, entriesBackwards } from "../../src/error-log/read-log.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { freshDirectory, recordOf, writeLog } from "./sample.ts";

const directory = freshDirectory();
const path = join(directory, "errors.jsonl");
const { files } = bunSystem;
const textOf = (all: Iterable<{ readonly text: string }>) => [...all].map(({ text }) => text);

test("pieces() put together are the whole lines of the file, from either end", () => {
  // Lines around the sizes at which reading goes on: 64 KiB and 256 KiB.
  const length = fc.oneof(
    fc.nat(100),
    fc.integer({ min: 60_000, max: 70_000 }),
    fc.integer({ min: 250_000, max: 600_000 }),
  );
  const lines = fc.array(
    length.map((count) => "ž".repeat(count / 2)),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(lines, fc.nat(70_000), (all, torn) => {
      const whole = all.map((line) => `${line}\n`).join("");
      fs.writeFileSync(path, whole + "t".repeat(torn));
      expect(textOf(pieces(path, files)).join("") === whole).toBe(true);
      expect(textOf(piecesBackwards(path, files)).toReversed().join("") === whole).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("pieces() of a file without a line are none", () => {
  for (const content of ["", "torn"]) {
    fs.writeFileSync(path, content);
    expect([...pieces(path, files), ...piecesBackwards(path, files)]).toEqual([]);
  }
});

test("entries() are those of every line, null for a bad one, and nothing for an empty or a torn one", () => {
  const [one, two] = [recordOf({ message: "ž" }), recordOf()];
  fs.writeFileSync(path, "");
  writeLog(path, [one, "", "{", "[]", "null", '{"a":1}', two]);
  fs.appendFileSync(path, Uint8Array.of(0x7b, 0xff, 0x7d, 0x0a));
  fs.appendFileSync(path, '{"id":"torn');
  const found = [...entries(path, files)].map((entry) =>
    entry?.kind === "record" ? entry.record.id : entry,
  );
  expect(found).toEqual([one.id, null, null, null, null, two.id, null]);
  expect([...entriesBackwards(path, files)].length).toBe(found.length);
});

test("entries() with needles are those of the lines that hold all of them", () => {
  const records = ["alpha beta", "beta", "alpha", "gamma alpha beta"].map((message) => recordOf({ message }));
  writeLog(path, records);
  const messages = (found: Iterable<ReturnType<typeof entries> extends Generator<infer E> ? E : never>) =>
    [...found].map((entry) => (entry?.kind === "record" ? entry.record.message : null));
  expect(messages(entries(path, files, ["alpha", "beta"]))).toEqual(["alpha beta", "gamma alpha beta"]);
  expect(messages(entriesBackwards(path, files, ["beta"]))).toEqual([
    "gamma alpha beta",
    "beta",
    "alpha beta",
  ]);
});
