import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readSecretList } from "../../src/core/secret-list.ts";

const pairs = (text: string) => readSecretList(text).map(({ name, value }) => [name, value]);

describe("readSecretList()", () => {
  test.each<[string, string, string[][]]>([
    ["a bare line", "correct horse battery\n", [["secret", "correct horse battery"]]],
    ["a line without an end", "hunter2pass99", [["secret", "hunter2pass99"]]],
    ["NAME=value", "API_TOKEN=hunter2pass99\n", [["API_TOKEN", "hunter2pass99"]]],
    ["an export", "export API_TOKEN=hunter2pass99\n", [["API_TOKEN", "hunter2pass99"]]],
    ["single quotes", "API_TOKEN='a # b'\n", [["API_TOKEN", "a # b"]]],
    [
      "Windows line ends and a byte order mark",
      "\ufeffA_KEY=one\r\nB_KEY=two\r\n",
      [
        ["A_KEY", "one"],
        ["B_KEY", "two"],
      ],
    ],
    ["comments and empty lines", "# say nothing\n\n#\n  \nhunter2pass99\n", [["secret", "hunter2pass99"]]],
    ["a secret that begins with #", "#hunter2pass99\n", [["secret", "#hunter2pass99"]]],
    ["base64 that ends with =", "aHVudGVyMg==\n", [["secret", "aHVudGVyMg=="]]],
    ["nothing", "", []],
  ])("reads %s", (_, text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  test("takes both readings where a line has two", () => {
    expect(pairs('A_KEY="one\\ntwo"\n')).toEqual([
      ["A_KEY", "one\\ntwo"],
      ["A_KEY", "one\ntwo"],
    ]);
    expect(pairs("A_KEY=one # or two\n")).toEqual([
      ["A_KEY", "one # or two"],
      ["A_KEY", "one"],
    ]);
    expect(pairs("half=of it\n")).toEqual([
      ["secret", "half=of it"],
      ["secret", "of it"],
    ]);
  });

  test("reads a quoted value of several lines, and none across the next name", () => {
    expect(pairs("A_KEY='one\ntwo'\nB_KEY=three\n")).toEqual([
      ["A_KEY", "one\ntwo"],
      ["B_KEY", "three"],
    ]);
    expect(pairs("A_KEY='one\nB_KEY=it'\n")).toEqual([
      ["A_KEY", "'one"],
      ["B_KEY", "it'"],
    ]);
  });

  test.each([
    "-----BEGIN KEY-----\nabc\n-----END KEY-----",
    '{\n  "token": "hunter2pass99"\n}',
    '["a",\n"b"]',
  ])("takes %j as one secret", (text) => {
    expect(pairs(`${text}\n`)).toEqual([["secret", text]]);
  });

  test("knows the line of each secret", () => {
    const lines = readSecretList("# c\none\nA_KEY='two\nthree'\nfour\n").map(({ line }) => line);
    expect(lines).toEqual([2, 3, 5]);
  });

  test("holds each line of any text somewhere, and never throws", () => {
    const line = fc.stringMatching(/^[A-Za-z0-9_=+/ '"#-]{4,30}$/);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const values = readSecretList(lines.join("\n")).map(({ value }) => value);
        for (const each of lines.map((text) => text.trim())) {
          const rest = each.replace(/^(?:export )?[A-Z_][A-Z0-9_]*=(?=.*[^=])/, "").trim();
          const bare = rest.replace(/^["'`](.*)$/, "$1").replace(/["'`][ \t]*(#.*)?$/, "");
          if (each === "#" || each.startsWith("# ") || bare.trim() === "") continue;
          expect(values.some((value) => value.includes(bare) || bare.includes(value))).toBe(true);
        }
      }),
    );
  });
});
