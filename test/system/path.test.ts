import { expect, test } from "bun:test";
import { posix } from "node:path";
import fc from "fast-check";
import { dirname } from "../../src/system/path.ts";

test("dirname() names the same directory as node's", () => {
  const path = fc
    .array(fc.constantFrom("/", "a", "b.c", ".", ".."), { maxLength: 10 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(path, (text) => {
      expect(posix.resolve("/x/y", dirname(text))).toBe(posix.resolve("/x/y", posix.dirname(text)));
    }),
  );
});
