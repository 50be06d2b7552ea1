import { describe, expect, test } from "bun:test";
import { build, decisionOn, variablesOf } from "./world.ts";

describe("buildEnvironment()", () => {
  test("drops what no rule passes", () => {
    const environment = build(
      { A: "1", B: "2", PWD: "/x", SHLVL: "1", _: "/bin/sh" },
      {},
      { vars: { A: "pass" } },
    );
    expect(variablesOf(environment)).toEqual({ A: "1" });
    expect(decisionOn("B", environment)).toMatchObject({
      outcome: "dropped",
      rule: "default",
      allow: "--pass B",
    });
  });

  test("passes a secret-looking name that is named exactly", () => {
    const environment = build({ MY_TOKEN: "x" }, {}, { vars: { MY_TOKEN: "pass" } });
    expect(variablesOf(environment)).toEqual({ MY_TOKEN: "x" });
    expect(decisionOn("MY_TOKEN", environment)).toMatchObject({ rule: "exact", secret: true, marked: false });
  });

  test("does not let a glob carry a secret-looking name", () => {
    const environment = build({ MY_TOKEN: "x", MY_MODE: "y" }, { pass: ["MY_*"] });
    expect(variablesOf(environment)).toEqual({ MY_MODE: "y" });
    expect(decisionOn("MY_TOKEN", environment).reason).toContain(
      "a glob does not carry secret-looking names; use secret",
    );
    expect(decisionOn("MY_TOKEN", environment).allow).toBe("--secret MY_TOKEN");
  });

  test.each([
    ["secret alone", { secret: ["MY_*"] }],
    ["secret and pass", { secret: ["MY_*"], pass: ["MY_*"] }],
  ])("lets a glob carry it with %s", (_, flags) => {
    const environment = build({ MY_TOKEN: "x", MY_MODE: "y" }, flags);
    expect(variablesOf(environment)).toEqual({ MY_TOKEN: "x", MY_MODE: "y" });
    expect(decisionOn("MY_TOKEN", environment)).toMatchObject({ secret: true, marked: true });
  });

  test("does not let a glob carry names that steer what programs load or run", () => {
    const steering = [
      "BASH_ENV",
      "NODE_OPTIONS",
      "BUN_OPTIONS",
      "PERL5OPT",
      "GIT_SSH_COMMAND",
      "LD_LIBRARY_PATH",
    ];
    const parent = Object.fromEntries([...steering, "A"].map((name) => [name, "1"]));
    expect(variablesOf(build(parent, { pass: ["*"] }))).toEqual({ A: "1" });
  });

  test("keeps a pinned value although only other names are passed", () => {
    expect(variablesOf(build({}, {}, { set: { X: "1" }, vars: { PATH: "pass" } }))).toEqual({ X: "1" });
  });

  test("sets a name that travels only when named", () => {
    expect(variablesOf(build({}, {}, { set: { LD_LIBRARY_PATH: "/opt/l" } }))).toEqual({
      LD_LIBRARY_PATH: "/opt/l",
    });
  });

  test("passes an empty value as an empty value", () => {
    expect(variablesOf(build({ EMPTY: "" }, { pass: ["EMPTY"] }))).toEqual({ EMPTY: "" });
  });

  test("never passes what makes programs run other code", () => {
    const parent = { BUN_BE_BUN: "1", BUN_OPTIONS: "-r x", LD_PRELOAD: "/e.so", DYLD_X: "1", F: "() { :; }" };
    const environment = build(parent, { pass: ["*", "F"] });
    expect(variablesOf(environment)).toEqual({});
    expect(environment.decisions.filter(({ rule }) => rule === "never").map(({ name }) => name)).toEqual(
      Object.keys(parent).sort(),
    );
  });

  test("drops a value that is not UTF-8, unless one is set", () => {
    const environment = build({ A: "\uFFFD", B: "\uFFFD" }, { pass: ["A"], set: ["B=1"] });
    expect(variablesOf(environment)).toEqual({ B: "1" });
    expect(decisionOn("A", environment)).toMatchObject({
      rule: "malformed",
      reason: "its value is not UTF-8",
    });
    expect(environment.warnings).toEqual(["A is dropped: its value is not UTF-8"]);
  });

  test("drops a value that the system would not take, with a word", () => {
    const environment = build(
      { A: "x".repeat(200 * 1024), B: "x".repeat(131_069), C: "x".repeat(131_070) },
      {
        pass: ["A", "B", "C"],
      },
    );
    expect(Object.keys(variablesOf(environment))).toEqual(["B"]);
    expect(decisionOn("A", environment).reason).toContain("128 KiB limit");
    expect(environment.warnings).toHaveLength(2);
  });

  test("passes NODE_OPTIONS without the flags that load code", () => {
    const value = '--max-old-space-size=4096 --require /e.js --import="/x" --no_warnings';
    const environment = build({ NODE_OPTIONS: value }, { pass: ["NODE_OPTIONS"] });
    expect(variablesOf(environment)).toEqual({ NODE_OPTIONS: "--max-old-space-size=4096 --no_warnings" });
    expect(environment.warnings).toEqual([expect.stringContaining("without 3 of its words")]);
  });

  test.each([
    ["TERM", "xterm-256color", true],
    ["TERM", "../../x", false],
    ["LC_TIME", "%n", false],
    ["TZ", ":Europe/Paris", true],
    ["TZ", "/etc/passwd", false],
    ["TZ", "/usr/share/zoneinfo/UTC", true],
    ["TZ", "../../x", false],
    ["TZ", "a b", false],
    ["http_proxy", "http://u:pw@p:1", true],
    ["http_proxy", "10.0.0.1:3128", true],
    ["http_proxy", "http://[", false],
    ["NO_PROXY", "*.local, 10.0.0.0/8", true],
  ])("checks %s=%j before it is passed: %p", (name, value, passes) => {
    const environment = build({ [name]: value });
    expect(variablesOf(environment)).toEqual(passes ? { [name]: value } : {});
    if (!passes) expect(decisionOn(name, environment).rule).toBe("check");
  });

  test("gives equal bytes for equal input, sorted by name", () => {
    const one = build({ B: "1", A: "2", USER: "u" }, { pass: ["*"] });
    const other = build({ USER: "u", A: "2", B: "1" }, { pass: ["*"] });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(Object.keys(one.variables)).toEqual(["A", "B", "PATH", "USER"]);
  });

  test("handles names that JavaScript objects have of their own", () => {
    const parent = Object.fromEntries([
      ["__proto__", "p"],
      ["constructor", "c"],
    ]);
    const environment = build(parent, { pass: ["constructor", "__proto__"] });
    expect(Object.entries(variablesOf(environment))).toEqual([
      ["__proto__", "p"],
      ["constructor", "c"],
    ]);
  });

  test("invents nothing but PATH", () => {
    expect(Object.keys(build({}).variables)).toEqual(["PATH"]);
  });
});

describe("buildEnvironment() with groups", () => {
  test("passes LOGNAME with USER", () => {
    const environment = build({ USER: "a", LOGNAME: "b", X: "c" }, {}, { vars: { USER: "pass" } });
    expect(variablesOf(environment)).toEqual({ USER: "a", LOGNAME: "b" });
    expect(decisionOn("LOGNAME", environment)).toMatchObject({
      rule: "group",
      reason: 'it travels with USER, group "user"',
    });
  });

  test("passes the keys and values of git's configuration with their count", () => {
    const parent = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "a.b", GIT_CONFIG_VALUE_0: "c" };
    expect(variablesOf(build(parent, { pass: ["GIT_CONFIG_COUNT"] }))).toEqual(parent);
    expect(variablesOf(build(parent, { pass: ["GIT_CONFIG_KEY_*"] }))).toEqual({});
  });

  test("leaves out a member that is dropped by name", () => {
    const parent = { HTTP_PROXY: "http://p", https_proxy: "http://p" };
    expect(variablesOf(build(parent, { drop: ["HTTP_PROXY"] }))).toEqual({ https_proxy: "http://p" });
  });

  test("reads {group:proxy} as its members", () => {
    const parent = { HTTP_PROXY: "http://p", https_proxy: "http://p", SSL_CERT_FILE: "/c" };
    const environment = build(parent, { pass: ["{group:proxy}"] }, { vars: {} });
    expect(Object.keys(variablesOf(environment))).toEqual(["HTTP_PROXY", "https_proxy"]);
  });
});

describe("buildEnvironment() with required names", () => {
  test.each([
    ["not set in the parent", {}],
    ["present but empty", { X: "" }],
    ["its value is not UTF-8", { X: "\uFFFD" }],
  ])("says when one is %s", (fault, parent) => {
    const { problems } = build(parent, { require: ["X"] });
    expect(problems).toEqual([{ name: "X", message: `Cannot give "X", which --require asks for: ${fault}` }]);
  });

  test("has no problem with one that is there, set, or required by another profile", () => {
    expect(build({ X: "1" }, { require: ["X"] }).problems).toEqual([]);
    expect(build({}, { set: ["X=1"] }, { vars: { X: "require" } }).problems).toEqual([]);
    expect(build({}, { drop: ["X"] }, { vars: { X: "require" } }).problems).toEqual([]);
    expect(build({}, { profile: "minimal" }, { vars: { X: "require" } }).problems).toEqual([]);
  });
});

describe("buildEnvironment() with several layers", () => {
  test("lets the command line beat the profile, but not a pinned value unless by --set", () => {
    const profile = { vars: { A: "pass", B: "drop" }, set: { C: "1", D: "1" } } as const;
    const parent = { A: "a", B: "b", C: "c", D: "d" };
    const environment = build(parent, { drop: ["A", "C"], pass: ["B"], set: ["D=2"] }, profile);
    expect(variablesOf(environment)).toEqual({ B: "b", C: "1", D: "2" });
    expect(environment.warnings).toEqual([
      '--drop C changes nothing: profile "test" sets it; give --set C=VALUE instead',
    ]);
  });

  test("drops what a profile drops although the one below passes it, and nothing else", () => {
    const environment = build(
      { HOME: "/h", USER: "u" },
      {},
      { extends: ["minimal"], vars: { HOME: "drop" } },
    );
    expect(variablesOf(environment)).toEqual({ USER: "u" });
  });

  test("lets no layer undo a deny, also that of a glob", () => {
    const profile = { vars: { "AWS_*": "deny", AWS_REGION: "pass" } } as const;
    const environment = build({ AWS_REGION: "r" }, { pass: ["*"] }, profile);
    expect(variablesOf(environment)).toEqual({});
    expect(decisionOn("AWS_REGION", environment)).toMatchObject({ rule: "deny", allow: null, marked: true });
  });

  test("takes the glob with the longer literal prefix", () => {
    const environment = build({ CL_A: "1", CL_XY: "2" }, { pass: ["CL_*"], drop: ["CL_X*"] });
    expect(variablesOf(environment)).toEqual({ CL_A: "1" });
  });

  test("refuses two globs that fit equally well and disagree", () => {
    expect(() => build({ A_B: "1" }, { pass: ["A_*"], drop: ["A_?"] })).toThrow(
      'Cannot decide "A_B": --drop "A_?" and --pass "A_*" fit it equally well, name it exactly',
    );
  });

  test("keeps a name masked when a stronger layer only passes it", () => {
    const environment = build({ FOO: "x" }, { pass: ["FOO"] }, { vars: { FOO: "secret" } });
    expect(decisionOn("FOO", environment)).toMatchObject({ outcome: "passed", secret: true, marked: true });
  });
});
