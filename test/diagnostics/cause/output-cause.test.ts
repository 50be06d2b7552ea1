import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { neutralize } from "../../../src/core/neutralize.ts";
import { readableBytes } from "../../../src/core/readable-bytes.ts";
import { saidLines } from "../../../src/core/said.ts";
import { causeRules, outputCause } from "../../../src/diagnostics/cause/output-cause.ts";
import type { CauseRule } from "../../../src/diagnostics/cause/rule.ts";
import { causeFixtures, saidOn } from "../../fixtures/causes.ts";
import { spokenInDocumentation } from "../../fixtures/causes-from-documentation.ts";

const fixtures = causeFixtures();
const causeIn = (streams: Parameters<typeof saidOn>[0]) => outputCause(saidOn(streams))?.cause ?? null;
const lineIn = (stderr: string) => causeIn({ stderr })?.line;

describe("outputCause() finds the line that names the fault in what was said by", () => {
  test.each(fixtures.map((fixture) => [fixture.program, fixture.command, fixture] as const))(
    "%s for %j",
    (_, __, { said, rule, line }) => {
      const cause = outputCause(said)?.cause;
      expect([cause?.rule, cause?.line]).toEqual([rule, line]);
    },
  );

  test.each(spokenInDocumentation)("%s, as its documentation shows it", (_, streams, rule, line) => {
    const cause = causeIn(streams);
    expect([cause?.rule, cause?.line]).toEqual([rule, line]);
  });
});

test("outputCause() takes a line that names the fault rather than a later one that only sounds like it", () => {
  expect(
    lineIn("Traceback (most recent call last):\n  File\nKeyError: 'id'\nsomething failed\nerror: bye"),
  ).toBe("KeyError: 'id'");
  expect(causeIn({ stdout: "FAILED a.py::b - assert 3 == 4\n", stderr: "error: see above\n" })?.line).toBe(
    "FAILED a.py::b - assert 3 == 4",
  );
});

test("outputCause() takes stderr rather than stdout", () => {
  expect(causeIn({ stderr: "error: on stderr\n", stdout: "error: on stdout\n" })?.line).toBe(
    "error: on stderr",
  );
  expect(causeIn({ stderr: "fatal: no\n", stdout: "TypeError: x is null\n" })?.line).toBe("fatal: no");
});

test("outputCause() takes the later of two lines, but a compiler's first", () => {
  expect(lineIn("error: one\nerror: two\n")).toBe("error: two");
  expect(lineIn("a.c:1:2: error: one\na.c:2:2: error: two\n")).toBe("a.c:1:2: error: one");
});

test("outputCause() takes the root of a chain, where the language prints it last", () => {
  expect(
    lineIn('Exception in thread "main" A\n\tat x\nCaused by: B\n\tat y\nCaused by: C: no\n\tat z\n'),
  ).toBe("Caused by: C: no");
});

test.each([
  ["a test that passed", "ok 3 - fails when access is denied\n"],
  ["a test that passed in pytest", "test_a.py::test_error PASSED   [100%]\n"],
  ["a count of nothing", "0 errors, 3 files\n"],
  ["a warning", "warning: cannot find the cache, continuing\n"],
  ["advice", "npm error A complete log of this run can be found in: /x\n"],
])("outputCause() does not take %s for the fault", (_, line) => {
  expect(causeIn({ stderr: line, stdout: line })).toBeNull();
});

test("outputCause() tells a wrapper's word for a failure only when nothing else is said", () => {
  const wrapper = "make: *** [Makefile:2: all] Error 1\n";
  expect(causeIn({ stderr: wrapper })).toMatchObject({ rule: "wrapper", confidence: "low" });
  expect(causeIn({ stderr: wrapper, stdout: "could not open the queue\n" })).toMatchObject({
    line: "could not open the queue",
    confidence: "medium",
  });
});

test("outputCause() falls back to the last line of stderr, with low confidence, and to nothing", () => {
  expect(causeIn({ stderr: "starting\nno credits left\n\n", stdout: "x\n" })).toMatchObject({
    rule: "last-line",
    line: "no credits left",
    confidence: "low",
  });
  expect(causeIn({ stdout: "all is quiet\n" })).toBeNull();
  expect(causeIn({})).toBeNull();
});

test("outputCause() matches without colours and shows without control characters", () => {
  expect(lineIn("\u001b[1;31merror\u001b[0m: no \u0007 \u202ecredits\r\n")).toBe(
    "error: no \\u0007 \\u202ecredits",
  );
  expect(lineIn("loading 1%\rloading 2%\rerror: interrupted\n")).toBe("error: interrupted");
});

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => readableBytes(array));
const pieces = fc
  .array(
    fc.oneof(
      bytes,
      fc.string({ unit: "binary" }),
      fc.constantFrom(...fixtures.flatMap(({ said }) => said.stderr)),
    ),
  )
  .map((lines) => lines.join("\n"));

test("outputCause() never throws, and what it shows is part of a line and bounded, whatever was said", () => {
  fc.assert(
    fc.property(pieces, pieces, (stderr, stdout) => {
      const cause = causeIn({ stderr, stdout });
      if (cause === null) return true;
      const lines = `${neutralize(stderr)}\n${neutralize(stdout)}`.split("\n");
      return cause.line !== "" && cause.line.length <= 400 && lines.some((line) => line.includes(cause.line));
    }),
    { numRuns: 2000 },
  );
});

test("outputCause() does work in proportion to what is said, and a bounded amount of it", () => {
  const worst = "error: could not open the file: [ERROR] FAILED a.b:1:2: x\n";
  const thousand = workOn(worst.repeat(1000));
  expect(workOn(worst.repeat(4000)) / thousand).toBeCloseTo(4, 1);
  expect(workOn(worst.repeat(400_000))).toBeLessThanOrEqual(thousand * 10.1);
  expect(workOn("x".repeat(100_000_000))).toBeLessThanOrEqual(workOn("x".repeat(1000)));
});

/** How many characters the rules were held against. */
function workOn(stderr: string): number {
  let characters = 0;
  class Counting extends RegExp {
    override exec(text: string) {
      characters += text.length;
      return super.exec(text);
    }
  }
  const counting = (pattern: RegExp) => new Counting(pattern.source, pattern.flags);
  const rules = causeRules().map(
    (rule): CauseRule => ({
      ...rule,
      pattern: counting(rule.pattern),
      ...(rule.after && { after: counting(rule.after) }),
      ...(rule.between && { between: counting(rule.between) }),
      ...(rule.next && { next: counting(rule.next) }),
    }),
  );
  outputCause({ stderr: saidLines(stderr), stdout: [] }, rules);
  return characters;
}

test("every rule is in the table of docs/cause.md, and has an example", () => {
  const documented = readFileSync(join(import.meta.dir, "../../../docs/cause.md"), "utf8");
  const rules = new Set(causeRules().flatMap(({ name, rank }) => (rank === "skip" ? [] : [name])));
  expect([...rules].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  const found = new Set([
    ...fixtures.map(({ rule }) => rule),
    ...spokenInDocumentation.map(([, , rule]) => rule),
  ]);
  expect([...rules].filter((name) => !found.has(name))).toEqual([]);
});
