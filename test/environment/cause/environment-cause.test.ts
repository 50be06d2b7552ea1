import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Cause } from "../../../src/core/cause.ts";
import { neutralize } from "../../../src/core/neutralize.ts";
import { environmentCause } from "../../../src/environment/cause/environment-cause.ts";
import { pairs } from "../../../src/environment/cause/pairs.ts";
import type { Variables } from "../../../src/system/system.ts";
import { causeFixtures, saidOn } from "../../fixtures/causes.ts";
import { build, directoryWith, type Flags, temporaryDirectory, worldWith } from "../world.ts";

const parent = { PATH: "/usr/bin:/bin", HOME: "/h", TERM: "xterm", CL_ANCHOR: "/s/anchor" };

/** What is said of a program that wrote this on stderr, under these flags. */
function causeOf(
  stderr: string,
  flags: Flags = {},
  variables: Variables = parent,
  stdout = "",
): Cause | null {
  const world = worldWith();
  const context = {
    parent: variables,
    environment: build(variables, flags),
    files: world.files,
    host: world.host,
  };
  return environmentCause(saidOn({ stderr, stdout }), context)?.cause ?? null;
}

const fixtures = causeFixtures();

describe("environmentCause() of a name that was dropped", () => {
  test("names the rule, where it stands and the flag that would pass it", () => {
    expect(causeOf("CL_ANCHOR is not set… run eval $(cl session start <manifest>)\n")).toEqual({
      kind: "env_dropped",
      rule: "name-not-set",
      confidence: "high",
      line: "CL_ANCHOR is not set",
      text: 'CL_ANCHOR is set here, but was not passed: no rule in profile "minimal" names it; add --pass CL_ANCHOR, or "CL_ANCHOR" = "pass" under [env.profiles.minimal.vars]',
      name: "CL_ANCHOR",
      directory: null,
      decision: {
        outcome: "dropped",
        rule: "default",
        origin: 'profile "minimal"',
        reason: 'no rule in profile "minimal" names it',
      },
      fix: "--pass CL_ANCHOR",
    });
  });

  test.each([
    ["dash: 1: CL_ANCHOR: parameter not set", "CL_ANCHOR"],
    ["bash: line 1: CL_ANCHOR: unbound variable", "CL_ANCHOR"],
    ["script.sh: line 3: CL_ANCHOR: run eval $(cl session start)", "CL_ANCHOR"],
    ["KeyError: 'CL_ANCHOR'", "CL_ANCHOR"],
    [
      'Use of uninitialized value $ENV{"CL_ANCHOR"} in concatenation (.) or string at -e line 1.',
      "CL_ANCHOR",
    ],
    ['path: ["CL_ANCHOR"]', "CL_ANCHOR"],
    ['    "path": [\n      "CL_ANCHOR"\n    ],\n    "message": "Required"', "CL_ANCHOR"],
    ["TERM environment variable not set.", "TERM"],
    ["tput: No value for $TERM and no -T specified", "TERM"],
    ["bash: line 1: cd: HOME not set", "HOME"],
    ["fatal: $HOME not set", "HOME"],
    ["GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined", "HOME"],
    ["Error: Missing required environment variable: CL_ANCHOR", "CL_ANCHOR"],
    ["Missing required environment variables:\n  - CL_ANCHOR\n  - OTHER", "CL_ANCHOR"],
    ['env: required environment variable "CL_ANCHOR" is not set', "CL_ANCHOR"],
    ["required key CL_ANCHOR missing value", "CL_ANCHOR"],
    ["ImproperlyConfigured: Set the CL_ANCHOR environment variable", "CL_ANCHOR"],
    [
      "UndefinedValueError: CL_ANCHOR not found. Declare it as envvar or define a default value.",
      "CL_ANCHOR",
    ],
    ["TypeError: process.env.CL_ANCHOR is undefined", "CL_ANCHOR"],
    ["Could not resolve placeholder 'CL_ANCHOR' in value \"${CL_ANCHOR}\"", "CL_ANCHOR"],
    ["required variable CL_ANCHOR is missing a value: run cl session start", "CL_ANCHOR"],
    ["please set CL_ANCHOR first", "CL_ANCHOR"],
    ["the api key must be set by passing it or by setting the CL_ANCHOR environment variable", "CL_ANCHOR"],
  ])("is sure of it after %j", (words, name) => {
    expect(causeOf(words, { drop: ["TERM", "HOME"] })).toMatchObject({
      kind: "env_dropped",
      confidence: "high",
      name,
    });
  });

  test.each(
    fixtures.flatMap((fixture) => (fixture.verdict === null ? [] : [[fixture.program, fixture] as const])),
  )("or a missing program hears what %s really said", (_, { said, verdict, words }) => {
    const files = { status: () => null, executable: () => false };
    const environment = build(parent, { drop: ["TERM", "HOME"] });
    const cause = environmentCause(said, { parent, environment, files, host: worldWith().host })?.cause;
    expect([`${cause?.kind} ${cause?.name}`, cause?.line ?? null]).toEqual([verdict, words]);
  });

  test("is less sure when failure words only stand near the name", () => {
    expect(causeOf("could not find the session; it is kept under CL_ANCHOR")).toMatchObject({
      rule: "words-nearby",
      confidence: "medium",
      name: "CL_ANCHOR",
    });
  });

  test("says that a denied name was dropped on purpose, and gives no flag that would not work", () => {
    const cause = causeOf("AWS_SECRET_ACCESS_KEY is not set", {}, { ...parent, AWS_SECRET_ACCESS_KEY: "x" });
    expect(cause).toMatchObject({ kind: "env_dropped", fix: null });
    expect(cause?.text).toStartWith('AWS_SECRET_ACCESS_KEY was dropped on purpose: profile "base" denies it');
  });

  test("offers --secret for a name that looks secret, and never tells its value", () => {
    const value = "hunter2pass99";
    const cause = causeOf("API_TOKEN is not set", {}, { ...parent, API_TOKEN: value });
    expect(cause?.fix).toBe("--secret API_TOKEN");
    expect(JSON.stringify(cause)).not.toContain(value);
  });

  test("is told before a name that nobody has, and stderr's before stdout's", () => {
    expect(causeOf("CL_ANCHOR is not set\nCL_OTHER is not set")?.name).toBe("CL_ANCHOR");
    expect(causeOf("CL_ANCHOR is not set", { drop: ["HOME"] }, parent, "HOME not set")?.name).toBe(
      "CL_ANCHOR",
    );
  });
});

describe("environmentCause() says nothing", () => {
  test.each([
    ["where the name is part of a longer word", "MY_CL_ANCHORED_X: see CL_ANCHORED, CL_ANCHOR2 not found"],
    ["where it is part of a path", "cat: /opt/CL_ANCHOR/x: not found"],
    ["where it is part of a file's name", "CL_ANCHOR.md not found"],
    ["where nothing tells of a failure", "see CL_ANCHOR in the manual"],
    ["where the name is said to be set", "CL_ANCHOR is set, but notes.txt was not found"],
    ["where the failure words are too far away", `not set${" -".repeat(41)} CL_ANCHOR`],
    ["where they are on another line", "the file was not found\nsee CL_ANCHOR"],
    ["where only a masked value carries the name", "error: [REDACTED:CL_ANCHOR] not found"],
    ["where the name only begins a line of a log", "HOME: not a directory\nDEBUG: missing cache"],
  ])("%s", (_, words) => {
    expect(causeOf(words, {}, { ...parent, DEBUG: "*" })).toBeNull();
  });

  test("of a key in a dictionary that is no variable, and of a name in the program's own text", () => {
    expect(causeOf("Traceback (most recent call last):\n  rows['USER_ID']\nKeyError: 'USER_ID'")).toBeNull();
    expect(causeOf("ReferenceError: MAX_ROWS is not defined")).toBeNull();
    expect(causeOf("main.c:1:2: error: variable 'MAX_ROWS' was not declared in this scope")).toBeNull();
  });

  test("of what real programs said when something else was wrong, whatever was dropped", () => {
    const names = [
      "CL_ANCHOR",
      "DEBUG",
      "ERROR",
      "PORT",
      "PWD",
      "SHLVL",
      "EDITOR",
      "MAIL",
      "LINES",
      "FILE",
      "NAME",
      "MODE",
    ];
    const variables = { ...parent, ...Object.fromEntries(names.map((name) => [name, "x"])) };
    const files = { status: () => null, executable: () => false };
    const environment = build(variables, { drop: ["TERM", "HOME"] });
    for (const { name, said, verdict } of fixtures) {
      if (verdict !== null) continue;
      const cause = environmentCause(said, { parent: variables, environment, files, host: worldWith().host });
      expect([name, cause?.cause ?? null]).toEqual([name, null]);
    }
  });
});

test("environmentCause() believes a program that can do without a name: it says nothing, or gives way to a later fault", () => {
  expect(
    causeOf('level=warning msg="The OTHER_NAME variable is not set. Defaulting to a blank string."'),
  ).toBeNull();
  const world = worldWith();
  const context = { parent, environment: build(parent), files: world.files, host: world.host };
  const yields = (stderr: string) => environmentCause(saidOn({ stderr }), context)?.yields;
  expect(yields("warning: CL_ANCHOR is not set")).toBe(true);
  expect(yields("CL_ANCHOR is not set")).toBe(false);
});

test("environmentCause() of a name that the parent lacks too says that it was never set on this machine", () => {
  const { CL_ANCHOR: _, ...without } = parent;
  expect(causeOf("CL_ANCHOR is not set… run eval $(cl session start …)", {}, without)).toMatchObject({
    kind: "env_absent",
    name: "CL_ANCHOR",
    text: "CL_ANCHOR was never set on this machine: faultbox was started without it",
    decision: null,
    fix: null,
  });
  const traceback =
    "Traceback (most recent call last):\n  File \"<frozen os>\", line 679, in __getitem__\nKeyError: 'CL_ANCHOR'";
  expect(causeOf(traceback, {}, without)?.kind).toBe("env_absent");
});

test("environmentCause() of a name that was passed says that a layer below lost it, or that it is empty", () => {
  expect(causeOf("bash: line 1: CL_ANCHOR: unbound variable", { pass: ["CL_ANCHOR"] })).toMatchObject({
    kind: "env_lost",
    decision: { outcome: "passed", rule: "exact", origin: "--pass", reason: "--pass names it" },
    fix: null,
  });
  const empty = { ...parent, CL_ANCHOR: "" };
  expect(
    causeOf("sh: 1: CL_ANCHOR: parameter not set or null", { pass: ["CL_ANCHOR"] }, empty),
  ).toMatchObject({
    kind: "env_empty",
    name: "CL_ANCHOR",
  });
});

describe("environmentCause() of words that name no variable", () => {
  test.each([
    ["Could not open a connection to your authentication agent.", "SSH_AUTH_SOCK"],
    ["Error: unable to get local issuer certificate", "NODE_EXTRA_CA_CERTS"],
    ["curl: (6) Could not resolve host: example.com", "HTTPS_PROXY"],
    ["fatal: could not read Username for 'https://example.com': terminal prompts disabled", "GITHUB_TOKEN"],
  ])("%s is half sure that %s is why", (words, name) => {
    const flags = { drop: ["NODE_EXTRA_CA_CERTS", "HTTPS_PROXY"] };
    expect(causeOf(words, flags, { ...parent, [name]: "x" })).toMatchObject({
      kind: "env_dropped",
      confidence: "medium",
      name,
    });
    expect(causeOf(words, flags)).toBeNull();
  });

  test("says that credentials were denied on purpose", () => {
    const cause = causeOf("Unable to locate credentials.", {}, { ...parent, AWS_ACCESS_KEY_ID: "x" });
    expect([cause?.confidence, cause?.fix]).toEqual(["medium", null]);
    expect(cause?.text).toContain("AWS_ACCESS_KEY_ID was dropped on purpose");
  });

  test("names each of its variables when that one was dropped", () => {
    for (const { names } of pairs()) for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_]+\*?$/);
  });
});

describe("environmentCause() of a program that was not found", () => {
  const tools = (...programs: string[]) => directoryWith(join(temporaryDirectory(), ".local/bin"), programs);
  const shells: readonly string[] = [
    "bash: line 1: claude: command not found",
    "sh: 1: claude: not found",
    "zsh:1: command not found: claude",
    "fish: Unknown command: claude",
    "/usr/bin/env: ‘claude’: No such file or directory",
    "Error: spawn claude ENOENT",
    'exec: "claude": executable file not found in $PATH',
    "FileNotFoundError: [Errno 2] No such file or directory: 'claude'",
    'Cannot start "claude": not found on the PATH of its environment, "/usr/bin:/bin"',
  ];

  test.each(shells)("names the directory that only the parent's PATH has, after %j", (words) => {
    const directory = tools("claude");
    const variables = { ...parent, PATH: `${directory}:/usr/bin:/bin` };
    const cause = causeOf(words, { set: ["PATH=/usr/bin:/bin"] }, variables);
    expect(cause).toMatchObject({ kind: "path_dropped", name: "claude", directory });
    expect(cause?.fix).toBe(`--set PATH=${directory}:/usr/bin:/bin`);
    expect(cause?.text).toContain(`"claude" is in ${directory}`);
  });

  test("says that it is missing on this machine when no PATH has it, and blames no variable", () => {
    const cause = causeOf("bash: line 1: claude: command not found");
    expect(cause).toMatchObject({ kind: "tool_missing", name: "claude", decision: null, fix: null });
    expect(cause?.text).toBe('"claude" is missing on this machine: no directory of the PATH has it');
  });

  test("says that a layer below lost a directory that the program was given", () => {
    const directory = tools("claude");
    const cause = causeOf(
      "bash: line 1: claude: command not found",
      {},
      { ...parent, PATH: `${directory}:/bin` },
    );
    expect(cause).toMatchObject({ kind: "env_lost", name: "claude", directory });
  });

  test("tells why a directory of the parent's PATH was left out", () => {
    const open = directoryWith(join(temporaryDirectory(), "open"), ["claude"], 0o777);
    const cause = causeOf("sh: 1: claude: not found", {}, { ...parent, PATH: `${open}:/usr/bin:/bin` });
    expect(cause?.text).toContain("left out, world-writable");
  });

  test("says nothing of a file that a program could not open, unless a program of that name was dropped", () => {
    const words = "FileNotFoundError: [Errno 2] No such file or directory: 'settings'";
    expect(causeOf(words)).toBeNull();
    expect(causeOf("sh: 1: ./tool: not found")).toBeNull();
  });

  test("names an interpreter that does not exist, and says nothing of one that does", () => {
    const line = (path: string) => `bash: ./x: ${path}: bad interpreter: No such file or directory`;
    expect(causeOf(line("/usr/bin/nowhere"))).toMatchObject({
      kind: "tool_missing",
      name: "/usr/bin/nowhere",
    });
    expect(causeOf(line("/bin/sh"))).toBeNull();
  });

  test("follows no directory that it may not read, and no link that leads nowhere", () => {
    const directory = join(temporaryDirectory(), "bin");
    mkdirSync(directory);
    symlinkSync("/nowhere", join(directory, "claude"));
    const cause = causeOf("sh: 1: claude: not found", {}, { ...parent, PATH: directory });
    expect(cause?.kind).toBe("tool_missing");
  });
});

test("environmentCause() tells the same of the same name, whatever process and time the words mention", () => {
  const texts = [1, 2, 3, 4, 5].map((run) =>
    JSON.stringify(
      causeOf(
        `2026-01-0${run}T00:00:0${run}Z [pid ${run}00${run}] /tmp/tmp.${run}x/run.sh: line 3: CL_ANCHOR: unbound variable`,
      ),
    ),
  );
  expect(new Set(texts).size).toBe(1);
});

const names = fc.stringMatching(/^[A-Z]{2,8}_[A-Z]{2,8}$/).filter((name) => !/SET|HOME|LC_|XDG_/.test(name));
const filler = fc
  .stringMatching(/^[a-z ]{0,70}$/)
  .filter((text) => !/set|miss|requir|empty|found/.test(text));

test("environmentCause() never names a dropped variable whose failure words stand more than 80 characters away", () => {
  fc.assert(
    fc.property(names, filler, fc.integer({ min: 81, max: 300 }), (name, text, distance) => {
      const variables = { ...parent, [name]: "x" };
      const words = `${name} ${text}${"-".repeat(distance)} was not found`;
      expect(causeOf(words, {}, variables)).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test("environmentCause() names a dropped variable whose failure words stand near it, and shows words that were said", () => {
  fc.assert(
    fc.property(names, filler, (name, text) => {
      const said = `oops: "${name}" ${text} not set`;
      const cause = causeOf(said, {}, { ...parent, [name]: "x" });
      expect(cause?.name).toBe(name);
      expect(said).toContain(cause?.line ?? "?");
    }),
    { numRuns: 300 },
  );
});

test("environmentCause() never throws, and its words are part of a line and bounded, whatever was said", () => {
  const pieces = fc.constantFrom(
    "CL_ANCHOR",
    "HOME",
    " not set",
    ": command not found",
    "'",
    "\n",
    "\u001b[1m",
    "\r",
    '"path": [',
    "[REDACTED:",
  );
  const text = fc
    .array(fc.oneof(pieces, fc.string({ unit: "binary", maxLength: 20 })), { maxLength: 30 })
    .map((all) => all.join(""));
  const world = worldWith();
  const environment = build(parent, { drop: ["HOME"] });
  fc.assert(
    fc.property(text, (stderr) => {
      const cause = environmentCause(saidOn({ stderr }), { parent, environment, ...world })?.cause;
      if (cause === undefined) return true;
      const lines = neutralize(stderr).split("\n");
      return cause.line.length <= 400 && lines.some((line) => line.includes(cause.line));
    }),
    { numRuns: 3000 },
  );
});
