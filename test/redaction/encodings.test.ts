import { describe, expect, test } from "bun:test";
import { expectAtEverySplit, redactorOf, throughStream } from "./support.ts";

const value = "hunter2pass99";
const lines = "line-one-A\nline-two-B";

describe("a secret is masked", () => {
  test.each([
    ["percent-encoded", "p@ss/word 1", "q=p%40ss%2Fword%201&x", "q=[REDACTED:P]&x"],
    ["percent-encoded in lower case", "p@ss/word 1", "q=p%40ss%2fword%201&x", "q=[REDACTED:P]&x"],
    ["percent-encoded with a plus for the space", "p@ss/word 1", "q=p%40ss%2Fword+1&x", "q=[REDACTED:P]&x"],
    ["percent-encoded but for slashes", "p@ss/word 1", "q=p%40ss/word%201&x", "q=[REDACTED:P]&x"],
    ["in single quotes of a shell", "it's-a-secret", "'it'\\''s-a-secret'", "'[REDACTED:P]'"],
    ["in both quotes of a shell", "it's-a-secret", `'it'"'"'s-a-secret'`, "'[REDACTED:P]'"],
    ["with backslashes for a shell", "it's a $ecret", "it\\'s\\ a\\ \\$ecret", "[REDACTED:P]"],
    ["in XML", "a<b>&'secret'", "<v>a&lt;b&gt;&amp;&apos;secret&apos;</v>", "<v>[REDACTED:P]</v>"],
    [
      "in hexadecimal",
      value,
      "68756e7465723270617373 3939 68756e746572327061737339390a",
      "68756e7465723270617373 3939 [REDACTED:P]0a",
    ],
    ["in capital hexadecimal", "jkl-mnop", "x 6A6B6C2D6D6E6F70 y", "x [REDACTED:P] y"],
    ["in JSON", 'say "hi" \\ bye', JSON.stringify({ k: 'say "hi" \\ bye' }), '{"k":"[REDACTED:P]"}'],
    [
      "in JSON that escapes every letter that is not ASCII",
      "päss-wörd",
      '{"k":"p\\u00e4ss-w\\u00F6rd p\\u00e4ss-w\\u00f6rd"}',
      '{"k":"p\\u00e4ss-w\\u00F6rd [REDACTED:P]"}',
    ],
    ["of several lines in JSON", lines, JSON.stringify({ k: lines }), '{"k":"[REDACTED:P]"}'],
    [
      "of several lines in JSON in JSON",
      lines,
      JSON.stringify({ j: JSON.stringify({ k: lines }) }),
      '{"j":"{\\"k\\":\\"[REDACTED:P]\\"}"}',
    ],
    ["of several lines with CRLF", lines, "a line-one-A\r\nline-two-B b", "a [REDACTED:P] b"],
    ["of several lines with CR CR LF", lines, "a line-one-A\r\r\nline-two-B b", "a [REDACTED:P] b"],
    [
      "of several lines, indented",
      lines,
      "k: |\n    line-one-A\n    line-two-B\n",
      "k: |\n    [REDACTED:P]\n",
    ],
    ["of which only the second line is there", lines, "a line-two-B b", "a [REDACTED:P] b"],
  ])("%s", (_, secret, text, expected) => {
    expectAtEverySplit(redactorOf({ P: secret }), text, expected);
  });

  test.each(["", "u", "us", "user:", "x-access-token:", "{"])("in base64 behind %j", (before) => {
    const redactor = redactorOf({ P: value });
    for (const behind of ["", "!", "!!", "\n"])
      for (const encoding of ["base64", "base64url"] as const) {
        const encoded = Buffer.from(before + value + behind).toString(encoding);
        for (const text of [encoded, encoded.replace(/=+$/, "")]) {
          const out = throughStream(redactor, [`Basic ${text}\n`]).toString();
          // What comes from the bytes before it alone may stay; nothing behind it does.
          expect(out).toMatch(/^Basic [A-Za-z0-9+/_-]*\[REDACTED:P\]\n$/);
          expect(text.startsWith(out.slice(6, out.indexOf("[")))).toBe(true);
          expect(out.indexOf("[") - 6).toBeLessThanOrEqual(Math.ceil((before.length * 8) / 6));
        }
      }
  });

  test("in a JSON text that stays one", () => {
    const text = JSON.stringify({ k: lines, n: 12.5, deep: [JSON.stringify({ k: lines })] });
    const masked = throughStream(redactorOf({ P: lines }), [text]).toString();
    expect(JSON.parse(masked)).toEqual({ k: "[REDACTED:P]", n: 12.5, deep: ['{"k":"[REDACTED:P]"}'] });
  });

  test("by the same text whatever its value is", () => {
    const textOf = (value: string) =>
      throughStream(redactorOf({ P: value }), [`error: cannot log in with ${value} at 7`]).toString();
    expect(textOf("rotated-secret-2")).toBe(textOf("secret-1-much-longer-than-the-other"));
  });
});

describe("a secret is not taken for", () => {
  test("its short lines, such as the braces of a JSON value", () => {
    const redactor = redactorOf({ P: '{\n"key": "x-secret-x"\n}' });
    expect(throughStream(redactor, ["if (a) {\n}\n"]).toString()).toBe("if (a) {\n}\n");
  });

  test("the half of it in front of something else", () => {
    expectAtEverySplit(
      redactorOf({ P: value }),
      "hunter2pass98 hunter2\npass98",
      "hunter2pass98 hunter2\npass98",
    );
  });

  test("the name in a placeholder, when it is REDACTED, [ or P] itself", () => {
    const redactor = redactorOf({ P: "REDACTED", Q: "[REDACTED", R: "REDACTED:P]", S: "P]P]P]P]" });
    const text = "REDACTED [REDACTED REDACTED:P] P]P]P]P] [REDACTED:P]";
    const once = throughStream(redactor, [text]).toString();
    expect(once).toBe("[REDACTED:P] [REDACTED:Q] [REDACTED:R] [REDACTED:S] [REDACTED:P]");
    expectAtEverySplit(redactor, text, once);
    expectAtEverySplit(redactor, once, once);
  });
});
