import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { looksSecret, type Secret } from "../../src/core/secret-name.ts";
import { placeholder } from "../../src/redaction/placeholder.ts";
import { createRedactor, redactBytes } from "../../src/redaction/redactor.ts";

const value = "hunter2pass99";

function redactorOf(variables: Readonly<Record<string, string>>, marked = false) {
  return createRedactor(
    Object.entries(variables).map(([name, value]) => ({ name, value, marked })),
    { home: "/home/person" },
  );
}

describe("createRedactor()", () => {
  test("masks a secret by its name", () => {
    expect(redactorOf({ P: value }).text(`a ${value} b`)).toBe("a [REDACTED:P] b");
  });

  test("leaves no residue of the longer of two secrets", () => {
    const { text } = redactorOf({ SHORT: "abcdef12", LONG: "abcdef12345678" });
    expect(text("abcdef12 abcdef12345678.")).toBe("[REDACTED:SHORT] [REDACTED:LONG].");
  });

  test("keeps two secrets side by side apart, and makes those that overlap one", () => {
    const { text } = redactorOf({ P: value, Q: "pass99-and-more" });
    expect(text(value + value)).toBe("[REDACTED:P][REDACTED:P]");
    expect(text("hunter2pass99-and-more!")).toBe("[REDACTED:P]!");
  });

  test("masks the JSON-escaped form", () => {
    const { text } = redactorOf({ P: 'say "hi" \\ bye' });
    const masked = text(JSON.stringify({ k: 'say "hi" \\ bye' }));
    expect(JSON.parse(masked)).toEqual({ k: "[REDACTED:P]" });
  });

  test.each([
    ["seven characters", "1234567", false],
    ["three characters that are marked", "123", true],
    ["a word of every log", "production", true],
    ["another case of it", "UNDEFINED", true],
    ["the home directory", "/home/person", true],
    ["the one above it", "/home/", true],
  ])("does not mask %s", (_, value, marked) => {
    expect(redactorOf({ P: value }, marked).text(`x ${value} y`)).toBe(`x ${value} y`);
  });

  test("masks a short value that is marked, and a path below home", () => {
    expect(redactorOf({ P: "1234" }, true).text("1234")).toBe("[REDACTED:P]");
    expect(redactorOf({ P: "/home/person/x" }).text("/home/person/x")).toBe("[REDACTED:P]");
  });

  test("keeps to the names that look secret", () => {
    const harmless = {
      AUTHOR: "Jane Doe Smith",
      KEYBOARD: "dvorak-intl",
      GOOGLE_TOKEN_FILE: "/h/t.json-long",
    };
    const secret = { FAKE_SECRETS: "this-must-not-leak" };
    const found = Object.entries({ ...harmless, ...secret }).filter(([name]) => looksSecret(name));
    expect(found.map(([name]) => name)).toEqual(["FAKE_SECRETS"]);
  });

  test("tells how many bytes a secret may need in any of its encodings, and a token of unknown length", () => {
    expect(redactorOf({ P: "pässwörd", Q: "short" }).longest).toBe(4096);
    expect(redactorOf({ P: "x".repeat(1000) }).longest).toBe(6000);
  });

  test("masks a JSON value, keys and secret numbers included, and leaves the rest", () => {
    const { json } = redactorOf({ P: value, PIN: "12345678" });
    const result = { [value]: 1, deep: [{ s: `in ${value}`, n: 12.5, b: true, z: null }], pin: 12345678 };
    expect(json<unknown>(result)).toEqual({
      "[REDACTED:P]": 1,
      deep: [{ s: "in [REDACTED:P]", n: 12.5, b: true, z: null }],
      pin: "[REDACTED:PIN]",
    });
  });

  test("keeps a __proto__ key of a JSON value", () => {
    expect(JSON.stringify(redactorOf({ P: value }).json(JSON.parse('{"__proto__":1}')))).toBe(
      '{"__proto__":1}',
    );
  });

  test("changes nothing when it runs twice, also for a secret that stands in its own placeholder", () => {
    const { text } = redactorOf({ P: "REDACTED", GITHUB_TOKEN: "GITHUB_TOKEN", Q: value });
    const once = text(`REDACTED GITHUB_TOKEN ${value} REDACTED`);
    expect(once).toBe("[REDACTED:P] [REDACTED:GITHUB_TOKEN] [REDACTED:Q] [REDACTED:P]");
    expect(text(once)).toBe(once);
  });

  test("leaves a byte order mark and lone surrogates alone", () => {
    const { text } = redactorOf({ P: value });
    expect(text("\uFEFFa \uD800")).toBe("\uFEFFa \uD800");
    expect(text(`\uFEFF${value}`)).toBe("\uFEFF[REDACTED:P]");
  });
});

/** Few letters, so that secrets begin, contain and repeat each other. */
const secretValue = fc.string({ unit: fc.constantFrom("a", "b", "ä", '"'), minLength: 8, maxLength: 14 });
const secrets = fc
  .array(secretValue, { minLength: 1, maxLength: 5 })
  .map((values): readonly Secret[] =>
    values.map((value, index) => ({ name: `N${index}`, value, marked: false })),
  );
const pieces = fc.array(fc.oneof(fc.nat(4), fc.uint8Array({ maxLength: 6 })), { maxLength: 12 });

/** Pieces as bytes: a number stands for a secret. */
function bytesOf(pieces: readonly (number | Uint8Array)[], secrets: readonly Secret[]): Uint8Array {
  const parts = pieces.map((piece) =>
    typeof piece === "number" ? Buffer.from(secrets[piece % secrets.length]?.value ?? "") : piece,
  );
  return new Uint8Array(Buffer.concat(parts));
}

test("redactBytes() leaves no secret behind", () => {
  fc.assert(
    fc.property(secrets, pieces, (secrets, pieces) => {
      const masked = Buffer.from(redactBytes(bytesOf(pieces, secrets), createRedactor(secrets)));
      for (const { value } of secrets) expect(masked.includes(value)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test("redactBytes() changes nothing beside the secrets", () => {
  fc.assert(
    fc.property(secrets, pieces, (secrets, pieces) => {
      const bytes = bytesOf(pieces, secrets);
      const redactor = createRedactor(secrets);
      const spans = redactor.find(bytes);
      const expected: Uint8Array[] = [];
      let at = 0;
      for (const { start, end, name } of spans) {
        expect(start).toBeGreaterThanOrEqual(at);
        expected.push(bytes.subarray(at, start), Buffer.from(placeholder(name)));
        at = end;
      }
      expect(Buffer.from(redactBytes(bytes, redactor))).toEqual(
        Buffer.concat([...expected, bytes.subarray(at)]),
      );
      expect(spans.every(({ end, start }) => end - start >= 8)).toBe(true);
    }),
  );
});

test("text() changes nothing the second time", () => {
  fc.assert(
    fc.property(secrets, fc.string(), pieces, (secrets, around, pieces) => {
      const { text } = createRedactor(secrets);
      const once = text(around + Buffer.from(bytesOf(pieces, secrets)).toString() + around);
      expect(text(once)).toBe(once);
    }),
  );
});
