import { expect, test } from "bun:test";
import fc from "fast-check";
import { isTruncatedJson } from "../../src/core/truncated-json.ts";

test("isTruncatedJson() knows every beginning of valid JSON that is not valid by itself", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      for (let length = 1; length < text.length; length++) {
        const beginning = text.slice(0, length);
        if (!parses(beginning)) expect([beginning, isTruncatedJson(beginning)]).toEqual([beginning, true]);
      }
    }),
    { numRuns: 200 },
  );
});

test("isTruncatedJson() says no of whatever parses", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(isTruncatedJson(JSON.stringify(value))).toBe(false);
    }),
  );
});

test.each([
  ...['{"a":', '{"a":1,', "[", '["a', '"a\\', '{"success": tr', "-", "[1e", '  {"a": [1, {"b": "c'],
])("isTruncatedJson() knows %p", (text) => {
  expect(isTruncatedJson(text)).toBe(true);
});

test.each([
  ...[
    "",
    " \n",
    "{oops",
    "]",
    "}",
    '{"a" 1}',
    "nope",
    "[1 2",
    "{,",
    "[,",
    '{"a":1}}',
    "[1}",
    '{"a":1,}',
    "1 2",
  ],
  ...["{'a': 1", "Traceback (most recent call last):", "<html>", '{"a":trux', "[]]", ':"a"', "{1:"],
])("isTruncatedJson() says no of %p", (text) => {
  expect(isTruncatedJson(text)).toBe(false);
});

test.each([
  ["a word where a key must stand", "{tr"],
  ["a number where a key must stand", "{-"],
  ["a string where a comma must stand", '{"a":1 "b'],
  ["a word after the end", '{"a":1} nul'],
  ["a number with a leading zero", "[01"],
  ["an escape that JSON has not", '["\\q'],
  ["a line end inside a string", '{"a":"b\nc'],
])("isTruncatedJson() says no of %s, cut off or not", (_, text) => {
  expect(isTruncatedJson(text)).toBe(false);
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
