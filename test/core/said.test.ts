import { expect, test } from "bun:test";
import fc from "fast-check";
import { neutralize } from "../../src/core/neutralize.ts";
import { saidLines, shownLine } from "../../src/core/said.ts";

test("saidLines() are the lines of the harmless text, each cut to a bound", () => {
  expect(saidLines("a\u001b[1mb\r\nc\rd\n")).toEqual(["ab", "c", "d", ""]);
  expect(saidLines("x".repeat(5000))).toEqual(["x".repeat(1000)]);
});

test("saidLines() of a long text are the first thousand and the last nine thousand", () => {
  const lines = saidLines(Array.from({ length: 50_000 }, (_, index) => String(index)).join("\n"));
  expect([lines.length, lines[0], lines[999], lines[1000], lines.at(-1)]).toEqual([
    10_000,
    "0",
    "999",
    "41000",
    "49999",
  ]);
});

test("shownLine() is part of its line, bounded, without white space around it and never half a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 900 }), (line) => {
      const shown = shownLine(line);
      expect(line).toContain(shown);
      expect(shown.length).toBeLessThanOrEqual(400);
      expect(shown).toBe(shown.trim());
      expect(shown.isWellFormed()).toBe(true);
    }),
  );
  expect(shownLine(neutralize(`${"x".repeat(399)}😀`))).toBe("x".repeat(399));
});
