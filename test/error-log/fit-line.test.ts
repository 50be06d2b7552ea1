import { expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { fitLine, maxLineBytes } from "../../src/error-log/fit-line.ts";
import { recordSchema } from "../../src/error-log/record.ts";
import { recordOf } from "./sample.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

test("fitLine() leaves a record as it is when it fits", () => {
  const record = recordOf({ message: "short" });
  expect(fitLine(record, "x.txt")).toEqual({ line: JSON.stringify(record), fullText: null });
});

test("fitLine() cuts a message of 1 MB to its head and its tail, and counts what is missing", () => {
  const message = `first words ${"x".repeat(1_000_000)} last words`;
  const { line, fullText } = fitLine(recordOf({ message }), "x.txt");
  const record = JSON.parse(line);
  expect(bytesOf(line)).toBeWithin(maxLineBytes - 2000, maxLineBytes);
  expect(record.message).toStartWith("first words xxx");
  expect(record.message).toEndWith("xxx last words");
  const missing = record.truncated.message;
  expect(record.message).toContain(`\n[… ${missing} bytes are missing here: see x.txt …]\n`);
  const shown = bytesOf(record.message) - bytesOf(`\n[… ${missing} bytes are missing here: see x.txt …]\n`);
  expect(shown + missing).toBe(bytesOf(message));
  expect(fullText).toBe(`# === message ===\n${message}\n`);
});

test("fitLine() cuts the longest texts only", () => {
  const { line, fullText } = fitLine(
    recordOf({ message: "m".repeat(50_000), stderrExcerpt: "e".repeat(50_000), command: "c".repeat(500) }),
    null,
  );
  const record = JSON.parse(line);
  expect(Object.keys(record.truncated)).toEqual(["message", "stderrExcerpt"]);
  expect(record.command).toHaveLength(500);
  expect(record.message).toContain("they could not be kept");
  expect(fullText).toContain("# === stderrExcerpt ===\neee");
});

test("fitLine() escapes what a terminal, a line splitter or a reader must not meet, and loses none of it", () => {
  const message = "\u001b[31mred\u0007 \u202etxt.exe \u2028 \u0085 \ufeff \u009b end\nžluť";
  const { line } = fitLine(recordOf({ message }), null);
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
  expect(JSON.parse(line).message).toBe(message);
});

test("fitLine() never exceeds 16 KiB, whatever is long, and what it makes is a record", () => {
  const piece = fc.oneof(
    fc.constantFrom("\0", "\u202e", "ž", "😀", '"', "\\", "\n", "\ud800", "\u001b", "x", "x".repeat(100)),
    fc.string(),
  );
  const text = fc
    .tuple(piece, fc.integer({ min: 0, max: 30_000 }))
    .map(([part, length]) => part.repeat(Math.ceil(length / Math.max(1, part.length))).slice(0, length));
  const long = fc.record({
    message: text,
    taskKey: text,
    agent: text,
    command: fc.option(text),
    stderrExcerpt: fc.option(text),
    model: fc.option(text),
    attributes: fc.dictionary(fc.stringMatching(/^[a-z]{1,64}$/), text, { maxKeys: 32 }),
  });
  fc.assert(
    fc.property(long, (changes) => {
      const { line } = fitLine(recordOf(changes), "0198c000-0000-7000-8000-000000000001.txt");
      expect(bytesOf(`${line}\n`)).toBeLessThanOrEqual(maxLineBytes);
      expect(line).not.toContain("\n");
      expect(v.safeParse(recordSchema, JSON.parse(line)).issues).toBeUndefined();
    }),
    { numRuns: 150 },
  );
}, 60_000);
