import { expect, test } from "bun:test";
import fc from "fast-check";
import { maskedResult } from "../../src/diagnostics/masked-result.ts";
import { createRedactor } from "../../src/redaction/redactor.ts";
import { redactorOf } from "./sample.ts";

test("maskedResult() leaves everything but the secret as it is written", () => {
  const text = '{ "a": 1.50, "s3cret-value": [1e3, "x s3cret-value"],\n "big": 12345678901234567890 }\n';
  expect(maskedResult(text, redactorOf("s3cret-value"))).toBe(
    '{ "a": 1.50, "[REDACTED:KEY]": [1e3, "x [REDACTED:KEY]"],\n "big": 12345678901234567890 }\n',
  );
});

test("maskedResult() of a number that is a secret is JSON still", () => {
  const masked = maskedResult('{"pin": 12345678, "n": 7}', redactorOf("12345678"));
  expect(JSON.parse(masked)).toEqual({ pin: "[REDACTED:KEY]", n: 7 });
});

test("maskedResult() of a text that is no JSON, or whose secret goes over two values, is the masked text", () => {
  expect(maskedResult('{"a": "s3cret-value', redactorOf("s3cret-value"))).toBe('{"a": "[REDACTED:KEY]');
  expect(maskedResult('["one","two"]', redactorOf('one","two'))).toBe('["[REDACTED:KEY]"]');
  expect(maskedResult('["one", 2, "x"]', redactorOf('"one", 2'))).not.toContain("one");
});

test("maskedResult() is JSON whatever JSON it is given, holds no secret, and keeps what is none", () => {
  const secrets = ['quo"te\\d-secret', "hunter2pass99", "86420975310"];
  const redactor = createRedactor(
    secrets.map((value, index) => ({ name: `S${index}`, value, marked: true })),
  );
  const word = fc.oneof(fc.string(), fc.constantFrom(...secrets, "x hunter2pass99 y"));
  const leaf = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.constant(86420975310));
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("any")), fc.dictionary(word, tie("any"))),
  })).any;
  fc.assert(
    fc.property(value, (original) => {
      const text = JSON.stringify({ result: original });
      const masked = maskedResult(text, redactor);
      JSON.parse(masked);
      for (const secret of secrets)
        expect([masked.includes(secret), masked.includes(JSON.stringify(secret).slice(1, -1))]).toEqual([
          false,
          false,
        ]);
      if (redactor.text(text) === text) expect(masked).toBe(text);
    }),
  );
});
