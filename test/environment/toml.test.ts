import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readToml } from "../../src/environment/toml.ts";

function documentOf(text: string) {
  const document = readToml(text);
  if (document.kind === "fault") throw new Error(`line ${document.line}: ${document.message}`);
  return document;
}

describe("readToml()", () => {
  test("reads values, and knows the line of every key", () => {
    const text = [
      "[env]",
      'profile = "a"',
      "[env.profiles.a]",
      "set = { X = '1',",
      "  Y = '2' }",
      'path.tools = ["git",',
      '  "node"]',
      '[env.profiles.a."vars"]',
      '"CL_*" = "pass" # a comment',
      "[[list]]",
      "key = true",
    ].join("\n");
    const document = documentOf(text);
    expect(JSON.parse(JSON.stringify(document.value))).toEqual({
      env: {
        profile: "a",
        profiles: {
          a: { set: { X: "1", Y: "2" }, path: { tools: ["git", "node"] }, vars: { "CL_*": "pass" } },
        },
      },
      list: [{ key: true }],
    });
    const top = ["env", "profiles", "a"];
    const paths = [
      ["env"],
      ["env", "profile"],
      top,
      [...top, "set", "X"],
      [...top, "set", "Y"],
      [...top, "path"],
      [...top, "path", "tools", 1],
      [...top, "vars"],
      [...top, "vars", "CL_*"],
      ["list", 0, "key"],
    ];
    expect(paths.map(document.lineOf)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
  });

  test("gives the line of the closest key above one that is not written down", () => {
    expect(documentOf("\n[a]\n").lineOf(["a", "b", "c"])).toBe(2);
    expect(documentOf("").lineOf(["a"])).toBe(1);
  });

  test.each([
    ["a key given twice", "\nA = 1\nA = 2\n", 3, "A stands here for the second time, keep one"],
    ["a table given twice", "[a]\n[a]\n", 2, "[a] stands here for the second time, keep one"],
    ["an open string", "a = 'x", 1, "it is not TOML here, unterminated string constant (column 7)"],
    ["no value", "a =\n", 2, "it is not TOML here, "],
    ["another language", '{"env": 1}', 1, "it is not TOML here, "],
    ["too many brackets", `a = ${"[".repeat(5000)}`, 1, "it "],
    ["too many closed brackets", `a = ${"[".repeat(5000)}${"]".repeat(5000)}`, 1, "it nests too deep"],
    ["too many dots", `a${".a".repeat(100_000)} = 1`, 1, "it nests too deep"],
    [
      "a string that takes more stack than there is",
      `a = "${"x".repeat(1_000_000)}"`,
      1,
      "it nests too deep",
    ],
    ["a key of JavaScript's own", "a = 1\n__proto__ = 2", 2, '"__proto__" cannot be a key'],
    ["the same in a table", "[vars]\nconstructor = 'x'", 2, '"constructor" cannot be a key'],
  ])("says where and why for %s", (_, text, line, message) => {
    const fault = readToml(text);
    expect(fault).toMatchObject({ kind: "fault", line });
    expect(fault.kind === "fault" && fault.message).toStartWith(message);
  });

  test("does not repeat a value, which may be a secret", () => {
    const fault = readToml('TOKEN = "hunter2pass" "x"\n');
    expect(JSON.stringify(fault)).not.toContain("hunter2");
  });

  test("never throws, whatever the text", () => {
    const piece = fc.constantFrom(
      "[",
      "]",
      "{",
      "}",
      "=",
      '"',
      "'",
      ".",
      ",",
      "\n",
      "a",
      "1",
      "#",
      " ",
      "\\",
      "\u0000",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, (it) => {
        const read = readToml(it);
        return read.kind === "document" || read.line > 0;
      }),
      { numRuns: 2000 },
    );
  });
});
