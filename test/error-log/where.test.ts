import { expect, test } from "bun:test";
import fc from "fast-check";
import { UsageError } from "../../src/core/errors.ts";
import { jsonText } from "../../src/core/json-text.ts";
import { answers, needlesOf, type Question, readCondition, readPoint } from "../../src/error-log/where.ts";
import { recordOf } from "./sample.ts";

const record = recordOf({
  exitCode: 3,
  message: 'cannot "open"\nfile',
  attributes: { queue: "blue" },
  diagnostics: { path: "/x.log", bytes: 10, sha256: null },
});
const open: Question = { conditions: [], since: null, until: null, text: null };
const asks = (...words: string[]) => answers(record, { ...open, conditions: words.map(readCondition) });

test.each([
  ["errorType=cli-failure", true],
  ["errorType = cli-failure", true],
  ["errorType=tool-failure", false],
  ["errorType!=tool-failure", true],
  ["exitCode=3", true],
  ["exitCode>2", true],
  ["exitCode>3", false],
  ["exitCode>=3", true],
  ["exitCode<10", true],
  ["durationMs<10", false],
  ["durationMs=null", true],
  ["model=null", true],
  ["signal!=null", false],
  ['message~"open"', true],
  ["attributes.queue=blue", true],
  ["attributes.missing=null", true],
  ["diagnostics.bytes<=10", true],
  ["fingerprint.hash=0123456789abcdef", true],
  ["occurredAt<2026-01-07", true],
] as const)("answers() to --where '%s' is %p", (word, expected) => {
  expect(asks(word)).toBe(expected);
});

test("answers() wants every part of a question", () => {
  expect(asks("exitCode=3", "errorType=tool-failure")).toBe(false);
  const since = Date.parse("2026-01-06T10:12:00.000Z");
  expect(answers(record, { ...open, since })).toBe(true);
  expect(answers(record, { ...open, until: since })).toBe(false);
  expect(answers(record, { ...open, text: "blue" })).toBe(true);
  expect(answers(record, { ...open, text: "codex" })).toBe(false);
});

test.each([
  ["errorTyp=x", 'no record has a field "errorTyp"; did you mean "errorType"?'],
  ["zzz=x", "known are id, "],
  ["errorType", "give FIELD=VALUE"],
  ["=x", "give FIELD=VALUE"],
])("readCondition(%j) is refused", (word, message) => {
  expect(() => readCondition(word)).toThrow(new RegExp(message));
});

test("readPoint() reads a time, or how long ago", () => {
  const now = Date.parse("2026-01-06T12:00:00.000Z");
  expect(readPoint("--since", "2h", now)).toBe(Date.parse("2026-01-06T10:00:00.000Z"));
  expect(readPoint("--since", "7d", now)).toBe(Date.parse("2025-12-30T12:00:00.000Z"));
  expect(readPoint("--since", "2026-01-05", now)).toBe(Date.parse("2026-01-05T00:00:00.000Z"));
  expect(readPoint("--since", "2026-01-05T12:00:00Z", now)).toBe(Date.parse("2026-01-05T12:00:00.000Z"));
  for (const word of ["yesterday", "", "5", "2026-99-99"])
    expect(() => readPoint("--since", word, now)).toThrow(UsageError);
});

test("needlesOf() are in the line of every answer", () => {
  const value = fc.string({
    unit: fc.constantFrom("a", '"', "\\", "\n", "ž", "\u202e", "1"),
    minLength: 1,
    maxLength: 6,
  });
  const operator = fc.constantFrom("=", "~") as fc.Arbitrary<"=" | "~">;
  fc.assert(
    fc.property(value, value, operator, (message, text, sign) => {
      const one = recordOf({ message: `${text}${message}`, command: message });
      const question = { ...open, text, conditions: [{ path: ["command"], operator: sign, value: message }] };
      if (answers(one, question))
        for (const needle of needlesOf(question)) expect(jsonText(one)).toContain(needle);
    }),
  );
});
