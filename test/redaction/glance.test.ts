import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Secret } from "../../src/core/secret-name.ts";
import { buildKnowledge, maskedSecrets } from "../../src/redaction/build-knowledge.ts";
import { findSecrets } from "../../src/redaction/find.ts";
import { createGlance, mayHoldParts } from "../../src/redaction/glance.ts";
import { needlesOf } from "../../src/redaction/needles.ts";
import { shapePrefixes } from "../../src/redaction/shapes.ts";
import { secretParts } from "../../src/redaction/value-parts.ts";

const value = "hunter2 pass99";

function secretOf(value: string): Secret {
  return { name: "P", value, marked: false };
}

describe("createGlance()", () => {
  const glance = createGlance([secretOf(value)]);

  test("settles what holds nothing like a secret", () => {
    expect(glance("step 3 failed:\n  no such file or directory: /tmp/x\r\n")).toBe(true);
    expect(glance("see https://example.org:8080/x")).toBe(true);
  });

  test.each([
    ["the secret", `x${value}x`],
    ["its base64", btoa(`${value}.`)],
    ["one that a line end breaks", "hunter2 \n   pass99"],
    ["one behind indentation", "  hunter2 pa\r\nss99"],
    ["the beginning of a token", "ghp_"],
    ["a broken beginning of one", "gh\n  p_"],
    ["a placeholder", "[REDACTED:P]"],
    ["a password in a URL", "https://me:x@example.org"],
    ["one that a line end breaks off", "https:/\n/me:x@example.org"],
    ["an escape sequence", "hunter2\u001b[31m pass99"],
    ["a text that is long", "x".repeat(16_385)],
  ])("leaves %s to a closer look", (_, text) => {
    expect(glance(text)).toBe(false);
  });

  test("never settles what a closer look would mask", () => {
    const word = fc.string({
      unit: fc.constantFrom(..."aZ9 \n\t\\'\"+/=é€𝄞%&"),
      minLength: 8,
      maxLength: 24,
    });
    const pieceOf = (secret: string) =>
      fc.oneof(
        fc.constantFrom(...needlesOf(secretOf(secret)).map(({ bytes }) => new TextDecoder().decode(bytes))),
        fc.constantFrom(...shapePrefixes(), "0123456789abcdefABCDEF0123456789abcdefgh", " ", "\n", "\r\n  "),
        fc.constantFrom("s://u:p@h", "://", "u:", "p@", "@"),
        fc.string({ maxLength: 4 }),
      );
    const secretAndText = word.chain((secret) =>
      fc.tuple(fc.constant(secret), fc.array(pieceOf(secret), { maxLength: 6 }), fc.array(fc.nat(200))),
    );
    fc.assert(
      fc.property(secretAndText, ([secret, pieces, breaks]) => {
        const text = broken(pieces.join(""), breaks);
        const found = findSecrets(new TextEncoder().encode(text), buildKnowledge([secretOf(secret)]));
        if (createGlance([secretOf(secret)])(text)) expect(found).toEqual([]);
      }),
    );
  });
});

test.each([
  [["/usr/bin:/bin", "http://proxy:3128", "me@example.org", "a {b}", "author x"], false],
  [["gh", "p_"], false],
  [["/bin", "gh\np_x"], true],
  [["/bin", "\u001b[1m"], true],
  [["/bin", "http://a:b@c"], true],
  [["/bin", ' {"password":"x"}'], true],
  [["[1]", "/bin"], true],
  [["/bin", "Authorization: Basic eDp5"], true],
  [["/bin", "bearer\tx"], true],
])("mayHoldParts() of %j is %p", (values, answer) => {
  expect(mayHoldParts(values)).toBe(answer);
});

test("mayHoldParts() is true wherever a part is found", () => {
  const value = fc.array(
    fc.constantFrom(
      ...shapePrefixes(),
      '{"token":"abc',
      '"}',
      "[",
      "basic ",
      "Bearer\t",
      "u:p@h",
      "0123456789abcdef",
      " ",
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), (pieces) => {
      const values = pieces.map((each) => each.join(""));
      const variables = Object.fromEntries(values.map((each, index) => [`V${index}`, each]));
      const found = values.flatMap(secretParts);
      const masked = maskedSecrets([], { home: null, variables });
      if (!mayHoldParts(values)) expect([found, masked]).toEqual([[], []]);
    }),
  );
});

/** A text with a line end and some indentation at each of these places. */
function broken(text: string, places: readonly number[]): string {
  const ends = new Set(places.slice(0, 3));
  return [...text].map((character, index) => (ends.has(index) ? `\n \t${character}` : character)).join("");
}
