import { expect, test } from "bun:test";
import fc from "fast-check";
import { jsonText, storableText } from "../../src/core/json-text.ts";

test("jsonText() is the same value for a reader of JSON, and holds no raw control or bidirectional character", () => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom("\u202e", "\u2028", "\u009b", "\u001b", "\n", "\ufeff"), fc.string()),
  });
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      const written = jsonText(value);
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(written).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
      );
    }),
  );
});

test("storableText() has no NUL and no lone surrogate", () => {
  expect(storableText("a\0b\ud800c\udc00😀")).toBe("a\\x00b\ufffdc\ufffd😀");
});
