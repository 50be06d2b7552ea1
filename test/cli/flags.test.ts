import { expect, test } from "bun:test";
import fc from "fast-check";
import { type AnyCommand, command } from "../../src/cli/command.ts";
import { readWords, splitAtDoubleDash } from "../../src/cli/flags.ts";
import { UsageError } from "../../src/core/errors.ts";

const example: AnyCommand = command({
  summary: "An example",
  positionals: [{ name: "id", description: "which one", required: false }],
  flags: {
    timeout: { type: "string", description: "", valueHint: "duration" },
    stdin: { type: "string", description: "", default: "inherit" },
    pass: { type: "string", description: "", multiple: true },
    quiet: { type: "boolean", description: "" },
    report: { type: "boolean", description: "", negativeDescription: "not at all" },
  },
  examples: [],
  load: () => Promise.reject(new Error("not called")),
});
const strict: AnyCommand = {
  ...example,
  takesProgram: true,
  positionals: [{ name: "name", description: "the variable", required: true }],
};

const read = async (...words: string[]) => readWords(words, example);
const flagsOf = async (...words: string[]) => (await read(...words)).flags;

test("readWords() of no words gives defaults, empty lists, and undefined for the rest", async () => {
  expect(await read()).toEqual({
    flags: { timeout: undefined, stdin: "inherit", pass: [], quiet: undefined, report: undefined },
    positionals: [],
  });
});

test("readWords() reads a flag of its own that begins with no- beside the one it seems to negate", async () => {
  const own: AnyCommand = {
    ...example,
    flags: {
      config: { type: "string", description: "" },
      "no-config": { type: "boolean", description: "" },
    },
  };
  const flagsOfOwn = async (...words: string[]) => (await readWords(words, own)).flags;
  expect(await flagsOfOwn()).toEqual({ config: undefined, "no-config": undefined });
  expect(await flagsOfOwn("--no-config")).toEqual({ config: undefined, "no-config": true });
  expect(await flagsOfOwn("--no-config", "--config", "x")).toEqual({ config: "x", "no-config": true });
  expect(await flagsOfOwn("--config", "x", "--no-config")).toEqual({ config: "x", "no-config": true });
});

test.each([
  ["a value behind the flag", ["--timeout", "90"], { timeout: "90" }],
  ["a value behind =", ["--timeout=90"], { timeout: "90" }],
  ["a value that holds =", ["--pass=A=b=c"], { pass: ["A=b=c"] }],
  ["an empty value", ["--timeout="], { timeout: "" }],
  ["an empty word as value", ["--timeout", ""], { timeout: "" }],
  ["- as a value", ["--stdin", "-"], { stdin: "-" }],
  ["a value that begins with one dash", ["--timeout", "-1"], { timeout: "-1" }],
  [
    "a value that looks like a flag, behind =",
    ["--timeout=--quiet"],
    { timeout: "--quiet", quiet: undefined },
  ],
  ["the last of a flag given twice", ["--timeout", "1", "--timeout", "2"], { timeout: "2" }],
  [
    "every value of a repeatable flag, in order",
    ["--pass", "B", "--pass=A", "--pass", "B"],
    { pass: ["B", "A", "B"] },
  ],
  ["a boolean", ["--quiet"], { quiet: true }],
  ["the negative of a boolean", ["--no-report"], { report: false }],
  ["the last of both", ["--no-report", "--report"], { report: true }],
] as ReadonlyArray<readonly [string, string[], object]>)("readWords() reads %s", async (_, words, flags) => {
  expect(await flagsOf(...words)).toMatchObject(flags);
});

test("readWords() takes words without a dash, and -, as they are, between flags too", async () => {
  expect((await read("one")).positionals).toEqual(["one"]);
  expect((await read("-", "--quiet")).positionals).toEqual(["-"]);
  expect(await read("--quiet", "one")).toMatchObject({ flags: { quiet: true }, positionals: ["one"] });
});

test.each([
  [
    "an unknown flag, with the nearest known one",
    ["--timout", "5"],
    'Unknown flag "--timout"; did you mean --timeout?',
  ],
  [
    "an unknown flag with a value, which is not shown",
    ["--tokn=s3cret"],
    'Unknown flag "--tokn"; --help lists the flags',
  ],
  ["a flag like no other", ["--verbose"], 'Unknown flag "--verbose"; --help lists the flags'],
  ["a flag with one dash", ["-quiet"], 'Unknown flag "-quiet"; did you mean --quiet?'],
  ["a letter", ["-q"], 'Unknown flag "-q"; --help lists the flags'],
  ["a negative that a flag does not have", ["--no-quiet"], 'Unknown flag "--no-quiet"'],
  ["a missing value at the end", ["--timeout"], "Flag --timeout needs a value: --timeout <duration>"],
  [
    "a missing value before a flag",
    ["--timeout", "--quiet"],
    "Flag --timeout needs a value: --timeout <duration>",
  ],
  ["a value given to a boolean", ["--quiet=yes"], 'Flag --quiet takes no value, but got "yes"'],
  ["a value given to a negative", ["--no-report=1"], 'Flag --no-report takes no value, but got "1"'],
  ["a stray word", ["one", "two"], 'Unexpected word "two"'],
  ["a name of Object.prototype", ["--constructor", "x"], 'Unknown flag "--constructor"'],
] as ReadonlyArray<readonly [string, string[], string]>)(
  "readWords() refuses %s",
  async (_, words, message) => {
    const error = await read(...words).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(message);
  },
);

test("readWords() asks for a word that is required", async () => {
  expect(async () => readWords([], strict)).toThrow("Give NAME: the variable");
});

test("readWords() of a command that takes a program says where it goes", async () => {
  expect(async () => readWords(["A", "npm"], strict)).toThrow(
    'Unexpected word "npm"; the program goes after --, as in: faultbox run -- npm test',
  );
});

test.each([
  [["run"], ["run"], null],
  [["run", "--"], ["run"], []],
  [["run", "--", "a", "--", "--help"], ["run"], ["a", "--", "--help"]],
  [["--", "a"], [], ["a"]],
])("splitAtDoubleDash() splits %j at the first -- only", (words, ours, program) => {
  expect(splitAtDoubleDash(words)).toEqual({ ours, program });
});

test("splitAtDoubleDash() loses no word", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant("--"), fc.string())), (words) => {
      const { ours, program } = splitAtDoubleDash(words);
      expect(program === null ? ours : [...ours, "--", ...program]).toEqual(words);
      expect(ours).not.toContain("--");
    }),
  );
});
