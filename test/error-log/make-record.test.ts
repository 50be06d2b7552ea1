import { expect, test } from "bun:test";
import * as v from "valibot";
import { makeRecord } from "../../src/error-log/make-record.ts";
import { recordSchema } from "../../src/error-log/record.ts";
import { draft, redactorOf, worldAt } from "./sample.ts";

const now = Date.parse("2026-01-06T10:12:00.123Z");
const system = worldAt(now);

test("makeRecord() makes what the schema describes, with the id first", async () => {
  const record = makeRecord(draft, { redactor: redactorOf(), system });
  expect(v.safeParse(recordSchema, record).issues).toBeUndefined();
  expect(Object.keys(record)).toEqual(Object.keys(recordSchema.entries));
  expect(record.recordedAt).toBe("2026-01-06T10:12:00.123Z");
  expect(record.id).toMatch(/^019b92ca-/);
});

test("makeRecord() masks a secret in every text, and no number", async () => {
  const secret = "s3cr3t-12345678";
  const texts = { taskKey: secret, phase: secret, agent: secret, agentRole: secret, model: secret };
  const more = { message: secret, tool: secret, command: `x ${secret} y`, stderrExcerpt: secret };
  const record = makeRecord(
    {
      ...draft,
      ...texts,
      ...more,
      diagnostics: { path: `/${secret}/x.log`, bytes: 12345678, sha256: null },
      attributes: { [secret]: secret },
      durationMs: 12345678,
    },
    { redactor: redactorOf(secret, "12345678"), system, fingerprint: `by ${secret}` },
  );
  expect(JSON.stringify(record)).not.toContain("s3cr3t");
  expect(record.command).toBe("x [REDACTED:KEY] y");
  expect([record.durationMs, record.diagnostics?.bytes]).toEqual([12345678, 12345678]);
});

test("makeRecord() keeps no NUL and no lone surrogate, which jq and PostgreSQL refuse", async () => {
  const record = makeRecord({ ...draft, message: "a\0b\ud800c" }, { redactor: redactorOf(), system });
  expect(record.message).toBe("a\\x00b\ufffdc");
});

test("makeRecord() groups by what is said, unless another text is given", async () => {
  const options = { redactor: redactorOf(), system };
  const one = makeRecord({ ...draft, message: "took 3 s" }, options);
  const other = makeRecord({ ...draft, message: "took 5 s" }, options);
  const own = makeRecord(draft, { ...options, fingerprint: "disk full" });
  expect(one.fingerprint).toEqual(other.fingerprint);
  expect(own.fingerprint.key).toBe("disk full");
  expect(own.fingerprint.hash).not.toBe(one.fingerprint.hash);
});
