import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { minimalSet } from "../../src/environment/minimal-set.ts";

const sixty = Array.from({ length: 60 }, (_, index) => index);

/** A question that says yes when all of these are there, and a check that nothing else was asked. */
function needing(needed: readonly number[]) {
  return async (items: readonly number[]) => needed.every((item) => items.includes(item));
}

describe("minimalSet()", () => {
  test("finds any one of sixty in at most 2·log2(60) questions, the two before it counted", async () => {
    for (const item of sixty) {
      const { needed, questions } = await minimalSet(sixty, needing([item]));
      expect(needed).toEqual([item]);
      expect(questions + 2).toBeLessThanOrEqual(2 * Math.log2(60));
    }
  });

  test("finds any two of sixty", async () => {
    for (const first of sixty) {
      for (const second of sixty.slice(first + 1)) {
        const { needed, questions } = await minimalSet(sixty, needing([first, second]));
        expect(needed.toSorted((a, b) => a - b)).toEqual([first, second]);
        expect(questions).toBeLessThanOrEqual(2 * (Math.ceil(Math.log2(60)) + 1));
      }
    }
  });

  test("finds exactly what is needed, whatever it is, and asked for just that", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { minLength: 1 }), async (wanted) => {
        const items = sixty.slice(0, 30);
        const asked: string[] = [JSON.stringify(items)];
        const { needed } = await minimalSet(items, (some) => {
          const yes = wanted.every((item) => some.includes(item));
          if (yes) asked.push(JSON.stringify(some.toSorted((a, b) => a - b)));
          return Promise.resolve(yes);
        });
        const found = needed.toSorted((a, b) => a - b);
        expect(found).toEqual(wanted.toSorted((a, b) => a - b));
        expect(asked).toContain(JSON.stringify(found));
      }),
    );
  });

  test("of two that would each do, finds one", async () => {
    const { needed } = await minimalSet(sixty, async (items) => items.includes(10) || items.includes(40));
    expect(needed).toEqual([10]);
  });
});
