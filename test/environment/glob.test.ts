import { expect, test } from "bun:test";
import fc from "fast-check";
import { isGlob, literalPrefixLength, matchesGlob } from "../../src/environment/glob.ts";

test.each([
  ["A", "A", true],
  ["A", "AB", false],
  ["A*", "A", true],
  ["*", "", true],
  ["A?", "A", false],
  ["A?C", "ABC", true],
  ["*_PROXY", "HTTP_PROXY", true],
  ["*_PROXY", "HTTP_PROXY_2", false],
  ["A*B*C", "AxBxBxC", true],
  ["a_*", "A_B", false],
  ["A[0]", "A[0]", true],
  ["A[0]", "A0", false],
  ["{A,B}", "A", false],
  ["!A", "B", false],
  ["A.B", "AxB", false],
  ["A\\*", "A*", true],
  ["A\\*", "AB", false],
  ["A\\B", "A\\B", true],
  ["?", "ä", true],
  ["?", "😀", true],
])("matchesGlob() says of %j and %j: %p", (pattern, name, expected) => {
  expect(matchesGlob(pattern, name)).toBe(expected);
});

test("matchesGlob() answers at once for a pattern of many stars", () => {
  expect(matchesGlob(`${"a*".repeat(40)}b`, "a".repeat(5000))).toBe(false);
});

test("matchesGlob() matches every name with its own characters, escaped", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => {
      fc.pre(!name.includes("\\"));
      const pattern = name.replace(/[*?]/g, "\\$&");
      return matchesGlob(pattern, name) && !isGlob(pattern) && matchesGlob(`${pattern}*`, `${name}x`);
    }),
  );
});

test("literalPrefixLength() counts the characters before the first wildcard", () => {
  expect(["CL_*", "*", "A?B", "ABC", "A\\*B*"].map(literalPrefixLength)).toEqual([3, 0, 1, 3, 3]);
});
