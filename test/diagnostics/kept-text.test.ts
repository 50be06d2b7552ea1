import { expect, test } from "bun:test";
import fc from "fast-check";
import { captureBounds, keptBounds, keptText } from "../../src/diagnostics/kept-text.ts";
import { captureOf, redactorOf } from "./sample.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const none = redactorOf();

test("captureBounds() leaves room for the longest secret around each cut", () => {
  expect(captureBounds(() => 30).headBytes).toBeGreaterThanOrEqual(keptBounds.headBytes + 30);
  expect(captureBounds(() => 30).tailBytes).toBeGreaterThanOrEqual(keptBounds.tailCharacters * 4 + 30);
});

test("keptText() keeps what is short, whole and without a head", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const bytes = encode(text.replaceAll("\0", ""));
      expect(keptText(captureOf(bytes, none.longest), none)).toEqual({
        head: "",
        tail: text.replaceAll("\0", ""),
        missingBytes: 0,
        keptBytes: bytes.length,
        redacted: [],
      });
    }),
  );
});

test.each([
  [0, 0],
  [1, 0],
  [20_000, 0],
  [20_001, 1],
  [500_000, 480_000],
])("keptText() of %p characters more than the tail holds misses %p", (more, missing) => {
  const text = lettersOf(keptBounds.tailCharacters + more);
  const kept = keptText(captureOf(encode(text)), none);
  expect(kept.missingBytes).toBe(missing);
  expect(kept.keptBytes).toBe(text.length - missing);
  const expected =
    missing === 0
      ? ["", text]
      : [text.slice(0, keptBounds.headBytes), text.slice(-keptBounds.tailCharacters)];
  expect([kept.head === expected[0], kept.tail === expected[1]]).toEqual([true, true]);
});

test.each(["é", "漢", "🦜"])(
  "keptText() keeps 200,000 characters of %p, and cuts none of them",
  (character) => {
    for (const shift of ["", "a", "ab", "abc"]) {
      const bytes = encode(shift + character.repeat(230_000));
      const { head, tail, missingBytes } = keptText(captureOf(bytes, none.longest), none);
      expect([...tail].length).toBe(keptBounds.tailCharacters);
      expect(head.startsWith(shift + character)).toBe(true);
      expect(/\\x|\ufffd/.test(head + tail)).toBe(false);
      expect(encode(head).length).toBeWithin(keptBounds.headBytes - 3, keptBounds.headBytes + 1);
      expect(encode(head).length + missingBytes + encode(tail).length).toBe(bytes.length);
    }
  },
);

test("keptText() counts exactly what is missing, whatever the bytes are", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
      fc.nat({ max: 1_200_000 }),
      (pattern, length) => {
        const bytes = Uint8Array.from({ length }, (_, index) => pattern[index % pattern.length] ?? 0);
        const kept = keptText(captureOf(bytes, none.longest), none);
        expect(kept.missingBytes + kept.keptBytes).toBe(length);
        expect(kept.missingBytes).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 15 },
  );
}, 20_000);

const secret = "hunter2pass99";
const redactor = redactorOf(secret);

test("keptText() never cuts a secret in two: not at the head, not at the tail, wherever it stands", () => {
  const length = 260_000;
  const cuts = [keptBounds.headBytes, length - keptBounds.tailCharacters];
  for (const cut of cuts) {
    for (let place = cut - secret.length - 1; place <= cut + 1; place++) {
      const text = `${".".repeat(place)}${secret}${".".repeat(length - place - secret.length)}`;
      const kept = keptText(captureOf(encode(text), redactor.longest), redactor);
      expect(fragmentIn(`${kept.head}|${kept.tail}`)).toBeNull();
      expect(kept.missingBytes + kept.keptBytes).toBe(length);
    }
  }
}, 20_000);

test("keptText() masks a secret where head and tail meet", () => {
  const length = keptBounds.tailCharacters + 15_000;
  for (let place = 15_000 - secret.length; place <= 15_000; place++) {
    const text = `${".".repeat(place)}${secret}${".".repeat(length - place - secret.length)}`;
    const kept = keptText(captureOf(encode(text), redactor.longest), redactor);
    expect(kept.redacted).toEqual(["KEY"]);
    expect(kept.missingBytes).toBe(0);
    expect(kept.tail).toContain(".[REDACTED:KEY].");
    expect(fragmentIn(kept.tail)).toBeNull();
  }
}, 20_000);

test("keptText() shows no part of a secret that stands where the captured bytes begin", () => {
  const garbage = new Uint8Array(keptBounds.tailCharacters * 4 + 6).fill(0x80);
  const bytes = Buffer.concat([encode(".".repeat(40_000)), encode(secret), garbage]);
  const kept = keptText(captureOf(bytes, redactor.longest), redactor);
  expect(fragmentIn(kept.tail.slice(0, 100))).toBeNull();
});

test("keptText() lists a secret once for each place", () => {
  const text = `${secret} ${secret}\n${secret}`;
  const kept = keptText(captureOf(encode(text), redactor.longest), redactor);
  expect(kept.tail).toBe("[REDACTED:KEY] [REDACTED:KEY]\n[REDACTED:KEY]");
  expect(kept.redacted).toEqual(["KEY", "KEY", "KEY"]);
});

/** A piece of the secret, three characters long, that the text holds. */
function fragmentIn(text: string): string | null {
  const pieces = Array.from({ length: secret.length - 2 }, (_, start) => secret.slice(start, start + 3));
  return pieces.find((piece) => text.includes(piece)) ?? null;
}

function lettersOf(length: number): string {
  return "abcdefghijklmnopqrstuvwxyz\n".repeat(Math.ceil(length / 27)).slice(0, length);
}
