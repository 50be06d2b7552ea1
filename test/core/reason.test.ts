import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  enrichReason,
  executorTail,
  lastCharacters,
  plainReason,
  tailCharacters,
} from "../../src/core/reason.ts";

test("enrichReason() adds the path, then the tail under its heading", () => {
  expect(enrichReason("backend gone", "/r/goal-1.log", "last words")).toBe(
    "backend gone [diagnostics: /r/goal-1.log]\n--- executor tail ---\nlast words",
  );
});

test("enrichReason() changes nothing the second time", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (reason, path, tail, otherTail) => {
      const once = enrichReason(reason, path, tail);
      expect(enrichReason(once, `${path}.2`, otherTail)).toBe(once);
    }),
  );
});

test("plainReason() gives back what was enriched, whatever the tail says", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (reason, tail) => {
      fc.pre(!reason.includes(" [diagnostics:"));
      expect(plainReason(enrichReason(reason, "/x.log", tail))).toBe(reason);
    }),
  );
  const misleading = "category: backend_error [diagnostics: /other]";
  expect(plainReason(enrichReason("tests failed", "/x.log", misleading))).toBe("tests failed");
});

test("plainReason() leaves a reason that nobody enriched", () => {
  expect(plainReason("connection refused")).toBe("connection refused");
});

test.each([
  ["stderr first, then stdout", "out\n", "err\n", "err\nout"],
  ["stderr alone", "", "err", "err"],
  ["stdout alone", "  out  ", "\n", "out"],
  ["nothing", "", "", ""],
])("executorTail(): %s", (_, stdout, stderr, tail) => {
  expect(executorTail(stdout, stderr)).toBe(tail);
});

test("executorTail() fills with stdout what stderr leaves, so that one warning does not hide the error", () => {
  const tail = executorTail(`${"o".repeat(5000)}END`, "warning: old flag");
  expect(tail).toStartWith("warning: old flag\nooo");
  expect(tail).toEndWith("END");
  expect(tail).toHaveLength(tailCharacters);
});

test("executorTail() keeps the end of a long stderr and leaves no room for stdout", () => {
  const tail = executorTail("out", `${"e".repeat(5000)}END`);
  expect(tail).toBe(`${"e".repeat(1197)}END`);
});

test("executorTail() is never longer than 1,200 characters", () => {
  const long = fc.string({ unit: "binary", maxLength: 1500, size: "max" });
  fc.assert(
    fc.property(long, long, (stdout, stderr) => {
      expect(executorTail(stdout, stderr).length).toBeLessThanOrEqual(1200);
    }),
    { numRuns: 50 },
  );
});

test("lastCharacters() cuts no surrogate pair in two", () => {
  expect(lastCharacters("a🦜b", 2)).toBe("b");
  expect(lastCharacters("a🦜b", 3)).toBe("🦜b");
  expect(lastCharacters("ab", 3)).toBe("ab");
});
