import { afterAll, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { keysPresent, lineKey } from "../../src/core/line-keys.ts";
import { bunSystem } from "../../src/system/bun.ts";

const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-keys-"));
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

/** The keys found in a text, read in pieces of so many bytes. */
function found(text: string, wanted: readonly string[], pieceBytes = 1 << 20): readonly string[] {
  const path = join(directory, "file");
  fs.writeFileSync(path, text);
  const file = bunSystem.files.openRead(path);
  const inPieces = {
    ...file,
    readAt: (at: number, length: number) => file.readAt(at, Math.min(length, pieceBytes)),
  };
  const keys = keysPresent(inPieces, new Set(wanted));
  file.close();
  return [...keys].sort();
}

test.each([
  ['{"id":"0198"}', '{"id":"0198"'],
  ['{"executionId":"a","name":"b"}', '{"executionId":"a"'],
  ['{"id":1}', null],
  ['{"id":"a\\"b"}', null],
  ["[1]", null],
  ["", null],
])("lineKey(%j) is %j", (line, key) => {
  expect(lineKey(line)).toBe(key);
});

test("keysPresent() finds the keys of whole lines only", () => {
  const text = '{"id":"a"}\n\n{"id":"b","torn\n{"id":"c"}\n[]\nx{"id":"d"}\n{"id":"e"}';
  const wanted = ["a", "b", "c", "d", "e", "f"].map((id) => `{"id":"${id}"`);
  expect(found(text, wanted)).toEqual(['{"id":"a"', '{"id":"c"', '{"id":"e"']);
  expect(found("", wanted)).toEqual([]);
});

test("keysPresent() finds the same however the file is cut into pieces", () => {
  const line = fc.record({ id: fc.stringMatching(/^[a-d]$/), text: fc.string({ maxLength: 300 }) });
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.integer({ min: 1, max: 400 }),
      fc.boolean(),
      (lines, piece, end) => {
        const text = lines.map((each) => JSON.stringify(each)).join("\n") + (end ? "\n" : "");
        const wanted = ["a", "b"].map((id) => `{"id":"${id}"`);
        const expected = wanted.filter((key) => lines.some((each) => JSON.stringify(each).startsWith(key)));
        expect(found(text, wanted, piece)).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});
