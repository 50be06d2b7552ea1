import { expect, test } from "bun:test";
import fc from "fast-check";
import { uuid7 } from "../../src/core/uuid7.ts";

const time = fc.nat({ max: 2 ** 48 - 1 });

test("uuid7() has the version and the variant of RFC 9562, and its time in front", () => {
  fc.assert(
    fc.property(time, (now) => {
      const id = uuid7(now);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(now);
    }),
  );
});

test("uuid7() sorts by time as text", () => {
  fc.assert(
    fc.property(time, time, (one, other) => {
      fc.pre(one !== other);
      expect(uuid7(one) < uuid7(other)).toBe(one < other);
    }),
  );
});

test("uuid7() is another one each time, also within a millisecond", () => {
  expect(new Set(Array.from({ length: 10_000 }, () => uuid7(1_700_000_000_000))).size).toBe(10_000);
});
