import { describe, expect, test } from "bun:test";
import { buildKnowledge } from "../../src/redaction/build-knowledge.ts";
import { Scanner } from "../../src/redaction/scanner.ts";
import { expectAtEverySplit, redactorOf, throughStream } from "./support.ts";

const value = "hunter2pass99";
const redactor = redactorOf({ P: value });
const keyBegin = "-----BEGIN PRIVATE KEY-----\n";
const keyBody = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";

test.each([
  ["a line with a secret in it", [`x ${value}\n`], ["x [REDACTED:P]\n"]],
  ["a secret without a line end, and what follows", [value, "\n", "  z\n"], ["[REDACTED:P]", "\n", "  z\n"]],
] as const)("stream() hands on %s as soon as it is complete", (_, chunks, expected) => {
  const stream = redactor.stream();
  const texts = chunks.map((chunk) =>
    new TextDecoder().decode(stream.write(new TextEncoder().encode(chunk))),
  );
  expect(texts).toEqual([...expected]);
});

describe("stream() gives the same wherever it is cut", () => {
  test("a secret", () => {
    expectAtEverySplit(redactor, `a ${value} b`, "a [REDACTED:P] b");
  });

  test("one side by side with itself", () => {
    expectAtEverySplit(redactor, `${value}${value}.`, "[REDACTED:P][REDACTED:P].");
  });

  test("secrets that overlap themselves and each other, with another close behind", () => {
    const overlapping = redactorOf({ S0: "abcabcab", S1: value, S2: "cabcabca!" });
    expectAtEverySplit(overlapping, `aabcabcabcabc${value}pass99a.`, "a[REDACTED:S0]c[REDACTED:S1]pass99a.");
    expectAtEverySplit(overlapping, "aabcabcabca!bc", "a[REDACTED:S0]bc");
  });

  test("a secret of UTF-8, also inside a letter", () => {
    expectAtEverySplit(redactorOf({ P: "päss-wörd" }), "ä päss-wörd ö", "ä [REDACTED:P] ö");
  });

  test("a secret that a terminal wrapped", () => {
    expectAtEverySplit(redactor, "x hunter2\n  pass99 y", "x [REDACTED:P] y");
  });

  test("a secret that is coloured in its middle, or holds a link's end", () => {
    expectAtEverySplit(redactor, "x hunter\u001b[1;31m2pass\u001b[0m99 y", "x [REDACTED:P] y");
    expectAtEverySplit(redactor, "hunter2\u001b]8;;\u001b\\pass99 y", "[REDACTED:P] y");
  });

  test("a wrapped secret that holds what placeholders begin with", () => {
    expectAtEverySplit(
      redactorOf({ P: "abcdef[Rghij" }),
      "abcd\nef[Rghij abcd\nef[REghij",
      "[REDACTED:P] abcd\nef[REghij",
    );
  });

  test("a secret that an unterminated title stands before", () => {
    expectAtEverySplit(redactor, "hu\u001b]0;hunter2\npass99.", "hu\u001b]0;[REDACTED:P].");
  });

  test("a private key, and blanks before a second one", () => {
    expectAtEverySplit(
      redactor,
      `a\n${keyBegin}${keyBody}\n\n  ${keyBegin}${keyBody}\n-----END PRIVATE KEY-----\nb`,
      "a\n[REDACTED:private-key]\n\n  [REDACTED:private-key]\nb",
    );
  });

  test("a private key that grows over a secret behind it", () => {
    const colours = "\u001b[31m\u001b[41m";
    expectAtEverySplit(
      redactorOf({ P: colours }),
      `${keyBegin}${keyBody}\n${colours}AAAA!`,
      "[REDACTED:private-key]!",
    );
  });

  test("the name of two that begin together", () => {
    expectAtEverySplit(
      redactor,
      "/?token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx%41 b",
      "/?token=[REDACTED:jwt] b",
    );
  });

  test.each([",", ")", '"', "\u001b[0m", ""])("a token before %j", (behind) => {
    expectAtEverySplit(
      redactor,
      `x ghp_0123456789abcdefghijklmnopqrstuvwxyz${behind}`,
      `x [REDACTED:github-token]${behind}`,
    );
  });

  test("bytes that are no text", () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0x61, 0, 0xc3, 0x28, 0xf0, 0x9f, 0x0d, 0x0a, 0x1b, 0x80);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(throughStream(redactor, [bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(
        Buffer.from(bytes),
      );
  });
});

describe("stream()", () => {
  test("holds back nothing but what may be the beginning of a secret", () => {
    const stream = redactor.stream();
    const write = (text: string) => Buffer.from(stream.write(Buffer.from(text))).toString();
    expect(write("a line\n")).toBe("a line\n");
    expect(write("hunter2 is nothing here.\npassword: hunter2pa")).toBe(
      "hunter2 is nothing here.\npassword: ",
    );
  });

  test("masks the beginning of a secret at the end, but not two letters that could be one", () => {
    expect(throughStream(redactor, ["password: hunter2pa"]).toString()).toBe("password: [REDACTED:partial]");
    expect(throughStream(redactor, ["oh"]).toString()).toBe("oh");
  });

  test("masks the half of a secret that each of two streams ends with", () => {
    const long = redactorOf({ P: "0123456789abcdefghij" });
    expect(throughStream(long, ["out: 0123456789"]).toString()).toBe("out: [REDACTED:partial]");
  });

  test("masks and counts a secret that is printed a million times", () => {
    const stream = redactor.stream();
    const chunk = Buffer.from(`${value}\n`.repeat(10_000));
    let bytes = 0;
    for (let round = 0; round < 100; round++) bytes += stream.write(chunk).length;
    bytes += stream.end().length;
    expect(bytes).toBe(1_000_000 * "[REDACTED:P]\n".length);
    expect(stream.counts()).toEqual(new Map([["P", 1_000_000]]));
  });

  test.each([
    ["spaces", "line-one-A", " "],
    ["line ends", "line-one-A\nline-t", "\n"],
    ["indentation", "line-one-A\nline-t\n", " "],
    ["a title without an end", "line-one-A\nline-t\u001b]", "x"],
    ["the beginning of itself", "", "line-one-A\n"],
    ["line ends between its beginnings", "", "line-\n"],
    ["beginnings of placeholders", "", "[REDACTED:"],
    ["one endless token", "ghp_", "x"],
    ["one endless private key", keyBegin, keyBody],
    ["blanks in a private key", keyBegin + keyBody, " "],
    ["what could be a password", "https://app:", "x"],
  ])("holds back at most 64 KiB of a secret's head with %s behind it", (_, head, unit) => {
    const multi = { name: "P", value: "line-one-A\nline-two-B\nline-three-C", marked: false };
    const scanner = new Scanner(buildKnowledge([multi]), { pass: () => {}, mask: () => {} });
    scanner.push(Buffer.from(head));
    const held = Array.from({ length: 20 }, () => {
      scanner.push(Buffer.alloc(30_000, unit));
      return scanner.heldBytes();
    });
    expect(Math.max(...held)).toBeLessThanOrEqual(65_536);
  });

  test("lets the spaces behind a secret's head through as they come", () => {
    const stream = redactorOf({ P: "line-one-A\nline-two-B" }).stream();
    stream.write(Buffer.from("line-one-A"));
    const spaces = Buffer.alloc(1_000_000, " ");
    expect(stream.write(spaces).length).toBeGreaterThanOrEqual(spaces.length);
  });

  test("masks what has begun when the gap in it is too long to wait", () => {
    const gap = " ".repeat(70_000);
    const multi = redactorOf({ P: "line-one-A\nline-two-B" });
    const text = `line-one-A\nline-t\n${gap}wo-B`;
    const out = throughStream(multi, [text]).toString();
    expect(out === `[REDACTED:P]\n${gap}wo-B`).toBe(true);
    expectPieces(multi, text, out);
  });

  test("masks a long run of one letter that a secret begins with", () => {
    const hostile = redactorOf({ P: `${"a".repeat(2000)}b` });
    const text = `${"a".repeat(10_000)}b.${"a".repeat(3000)}`;
    const out = throughStream(hostile, [text]).toString();
    expect(out).toBe(`${"a".repeat(8000)}[REDACTED:P].${"a".repeat(1000)}[REDACTED:partial]`);
    expectPieces(hostile, text, out);
  });

  test("masks a private key in five chunks, and one that never ends", () => {
    const body = `${keyBody}\n`.repeat(40);
    const parts = ["a\n-----BEG", "IN PRIVATE KEY-----\n", body, body, "-----END PRIVATE ", "KEY-----\nb"];
    expect(throughStream(redactor, parts).toString()).toBe("a\n[REDACTED:private-key]\nb");
    expect(throughStream(redactor, [`a\n${keyBegin}`, body, body]).toString()).toBe(
      "a\n[REDACTED:private-key]\n",
    );
  });

  test("masks what is added later from then on, also in what is held back", () => {
    const late = redactorOf({ P: value });
    const stream = late.stream();
    const write = (text: string) => Buffer.from(stream.write(Buffer.from(text))).toString();
    const before = write("correct-horse hunter2");
    late.add([{ name: "Q", value: "correct-horse", marked: false }]);
    expect(before + write(`pass99 correct-horse ${value}.`)).toBe(
      "correct-horse [REDACTED:P] [REDACTED:Q] [REDACTED:P].",
    );
  });
});

/** Says that the chunks' size changes nothing. */
function expectPieces(redactor: ReturnType<typeof redactorOf>, text: string, expected: string): void {
  const bytes = Buffer.from(text);
  for (const size of [7, 201, 4096, 65_536]) {
    const count = Math.ceil(bytes.length / size);
    const chunks = Array.from({ length: count }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(throughStream(redactor, chunks).toString() === expected).toBe(true);
  }
}
