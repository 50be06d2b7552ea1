import { expect, test } from "bun:test";
import fc from "fast-check";
import { describeDuration, parseDuration } from "../../src/core/duration.ts";

test.each([
  ["0", 0],
  ["90", 90_000],
  ["1.5", 1500],
  ["90s", 90_000],
  ["75m", 4_500_000],
  ["1h30m", 5_400_000],
  ["500ms", 500],
  ["0.5h", 1_800_000],
  ["30d", 2_592_000_000],
])("parseDuration() reads %p", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

const huge = "9".repeat(30);

test.each([
  ...[
    "1e-3",
    "1e3",
    "inf",
    "Infinity",
    "NaN",
    "-1",
    "+1",
    "5x",
    "",
    " ",
    " 5",
    "5 ",
    "5\n",
    "5 s",
    ".5",
    "5.",
  ],
  ...["1h30", "s", "0x10", "٣", "1,5", "5S", "5sec", "null", huge, `${huge}d`],
])("parseDuration() refuses %p", (text) => {
  expect(parseDuration(text)).toBeNull();
});

test("parseDuration() adds up what stands in a row", () => {
  const amount = fc.nat({ max: 999 });
  fc.assert(
    fc.property(amount, amount, amount, amount, (hours, minutes, seconds, ms) => {
      const total = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
      expect(parseDuration(`${hours}h${minutes}m${seconds}s${ms}ms`)).toBe(total);
    }),
  );
});

test("parseDuration() gives a whole number that is not negative, or null, for any text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const ms = parseDuration(text);
      expect(ms === null || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
    }),
  );
});

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1250, "1.3 s"],
  [60_000, "60 s"],
  [4_500_000, "75 min"],
  [7_200_000, "2 h"],
])("describeDuration() words %p ms", (ms, words) => {
  expect(describeDuration(ms)).toBe(words);
});
