import { expect, test } from "bun:test";
import { describeSize, parseSize } from "../../src/core/size.ts";

test.each([
  ["1000000", 1_000_000],
  ["500K", 500_000],
  ["20MB", 20_000_000],
  ["1GiB", 1 << 30],
  ["1.5 kb", 1500],
  ["0", 0],
  ["", null],
  ["-1", null],
  ["5T", null],
  ["1e3", null],
  ["K", null],
])("parseSize(%j) is %p", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  [5, "5 bytes"],
  [1500, "1.5 kB"],
  [2_340_000, "2.3 MB"],
  [5e9, "5.0 GB"],
])("describeSize(%d) is %s", (bytes, text) => {
  expect(describeSize(bytes)).toBe(text);
});
