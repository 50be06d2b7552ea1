import { expect, test } from "bun:test";
import fc from "fast-check";
import { neutralize, withoutEscapes } from "../../src/core/neutralize.ts";

test.each([
  ["colours go", "\u001b[1;31mred\u001b[0m", "red"],
  ["cursor movements go", "a\u001b[2K\u001b[1Gb", "ab"],
  ["a window title goes", "\u001b]0;owned\u0007after", "after"],
  ["a link that ends in ST goes", "\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\", "text"],
  ["a carriage return becomes a line end", "10%\r20%\r\ndone", "10%\n20%\ndone"],
  ["newlines and tabs stay", "a\n\tb", "a\n\tb"],
  ["text to the left is shown", "a\u202eb", "a\\u202eb"],
  ["isolates and marks are shown", "\u2066\u2069\u200e\u061c", "\\u2066\\u2069\\u200e\\u061c"],
  ["C1 controls are shown", "\u009b31m\u0085", "\\u009b31m\\u0085"],
  ["line separators are shown", "a\u2028b\u2029c", "a\\u2028b\\u2029c"],
  ["NUL, BEL and DEL are shown", "\0\u0007\u007f", "\\u0000\\u0007\\u007f"],
  ["a byte order mark is shown", "\ufeffa", "\\ufeffa"],
  ["an escape that was cut off is shown", "a\u001b", "a\\u001b"],
  ["an escape hidden in another is shown", "\u001b\u001b[1m[31mx", "\\u001b[31mx"],
  ["letters of any script stay", "žluťoučký 漢字 🦜 é", "žluťoučký 漢字 🦜 é"],
])("neutralize(): %s", (_, text, harmless) => {
  expect(neutralize(text)).toBe(harmless);
});

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\u001b", "[", "]", "0", ";", "m", "\u0007", "\\", "\r", "\n", "\u202e", "\u009b"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

test("neutralize() leaves no control or bidirectional character, and changes nothing the second time", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const harmless = neutralize(text);
      expect(harmless).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/,
      );
      expect(neutralize(harmless)).toBe(harmless);
    }),
  );
});

test("withoutEscapes() takes sequences away and nothing else", () => {
  expect(withoutEscapes("\u001b[4mOPTIONS\u001b[24m\r\0")).toBe("OPTIONS\r\0");
});
