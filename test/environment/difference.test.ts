import { expect, test } from "bun:test";
import { changesBetween } from "../../src/environment/difference.ts";

const before = { profile: "agent", passed: ["CL_ANCHOR", "HOME", "OLD"], dropped: ["X", "Y"] };

test("changesBetween() lists the names that fared differently, in order", () => {
  const after = { profile: "agent", passed: ["HOME", "Y", "NEW"], dropped: ["X", "CL_ANCHOR"] };
  expect(changesBetween(before, after)).toEqual([
    { name: "CL_ANCHOR", before: "passed", after: "dropped" },
    { name: "NEW", before: "absent", after: "passed" },
    { name: "OLD", before: "passed", after: "absent" },
    { name: "Y", before: "dropped", after: "passed" },
  ]);
});

test("changesBetween() finds none between an environment and itself", () => {
  expect(changesBetween(before, before)).toEqual([]);
});
