import { expect, test } from "bun:test";
import fc from "fast-check";
import { nearest } from "../../src/core/nearest.ts";

const flags = ["timeout", "task", "retries", "retry-on", "role", "root", "result"];

test.each([
  ["timout", "timeout"],
  ["tiemout", "timeout"],
  ["retry-onn", "retry-on"],
  ["rool", "root"],
  ["taks", "task"],
  ["verbose", null],
  ["", null],
])("nearest() to %p is %p", (word, known) => {
  expect(nearest(word, flags)).toBe(known);
});

test("nearest() of no known word is none", () => {
  expect(nearest("timeout", [])).toBeNull();
});

test("nearest() finds every word itself, and gives only known words", () => {
  fc.assert(
    fc.property(fc.constantFrom(...flags), fc.string(), (flag, word) => {
      expect(nearest(flag, flags)).toBe(flag);
      const found = nearest(word, flags);
      expect(found === null || flags.includes(found)).toBe(true);
    }),
  );
});
