import { describe, expect, test } from "bun:test";
import { buildWithFiles, decisionOn, policyOfFiles, variablesOf } from "./world.ts";

const profile = (name: string, ...lines: readonly string[]) =>
  [`[env.profiles.${name}]`, ...lines].join("\n");
const vars = (name: string, ...lines: readonly string[]) =>
  [`[env.profiles.${name}.vars]`, ...lines].join("\n");

describe("readPolicyFiles() lets", () => {
  test("the command line beat the file that --config names, that the user's, that the machine's, that the built-in", () => {
    const files = {
      named: vars("minimal", 'D = "drop"'),
      user: vars("minimal", 'C = "drop"', 'D = "pass"'),
      machine: vars("minimal", 'B = "drop"', 'C = "pass"', 'D = "pass"', 'SHELL = "drop"'),
    };
    const parent = { A: "a", B: "b", C: "c", D: "d", E: "e", HOME: "/h", SHELL: "/s" };
    const environment = buildWithFiles(parent, files, { pass: ["B"] });
    expect(variablesOf(environment)).toEqual({ B: "b", HOME: "/h" });
    expect(decisionOn("C", environment)).toMatchObject({ rule: "drop", origin: "user.toml:2" });
    expect(decisionOn("D", environment)).toMatchObject({ rule: "drop", origin: "named.toml:2" });
    expect(decisionOn("SHELL", environment)).toMatchObject({ rule: "drop", origin: "machine.toml:5" });
  });

  test("a profile drop what it extends passes, and leaves the keys beside it alone", () => {
    const user = [vars("base2", 'A = "pass"', 'B = "pass"'), profile("child", 'extends = ["base2"]')].join(
      "\n",
    );
    const files = { user: `${user}\n${vars("child", 'A = "drop"')}` };
    const environment = buildWithFiles({ A: "1", B: "2" }, files, { profile: "child" });
    expect(variablesOf(environment)).toEqual({ B: "2" });
  });

  test("a profile go before what it extends, whichever file says so", () => {
    const files = {
      user: [vars("below", 'A = "pass"'), profile("above", 'extends = ["below"]')].join("\n"),
      machine: vars("above", 'A = "drop"'),
    };
    const environment = buildWithFiles({ A: "1" }, files, { profile: "above" });
    expect(decisionOn("A", environment)).toMatchObject({ outcome: "dropped", origin: "machine.toml:2" });
  });

  test("what files say of a built-in profile add to it", () => {
    const files = { user: `${profile("agent", 'extends = ["more"]')}\n${vars("more", 'X = "pass"')}` };
    const environment = buildWithFiles({ X: "1", HOME: "/h", CL_ANCHOR: "/a" }, files, { profile: "agent" });
    expect(variablesOf(environment)).toEqual({ CL_ANCHOR: "/a", HOME: "/h", X: "1" });
  });

  test("the strongest file choose the profile, unless a flag does", () => {
    const files = { user: '[env]\nprofile = "agent"', machine: '[env]\nprofile = "oc-worker"' };
    expect(policyOfFiles(files).profile).toBe("agent");
    expect(policyOfFiles(files, { profile: "minimal" }).profile).toBe("minimal");
    expect(policyOfFiles({ machine: files.machine }).profile).toBe("oc-worker");
  });

  test("one profile's requirement not fire for another", () => {
    const files = { user: vars("agent", 'X = "require"') };
    expect(buildWithFiles({}, files, { profile: "agent" }).problems).toHaveLength(1);
    expect(buildWithFiles({}, files, { profile: "oc-worker" }).problems).toEqual([]);
  });

  test("a deny of any file win over whatever is said above it by a glob", () => {
    const files = {
      user: vars("minimal", '"SECRET_*" = "pass"'),
      machine: vars("base", 'SECRET_X = "deny"'),
    };
    const environment = buildWithFiles({ SECRET_X: "1" }, files);
    expect(variablesOf(environment)).toEqual({});
    expect(decisionOn("SECRET_X", environment)).toMatchObject({ rule: "deny", origin: "machine.toml:2" });
  });

  test("a deny take what a profile below it passes, without an error", () => {
    const files = { user: vars("minimal", 'HOME = "deny"') };
    expect(variablesOf(buildWithFiles({ HOME: "/h" }, files))).toEqual({});
  });
});

describe("readPolicyFiles() with two profiles side by side", () => {
  const diamond = (one: string, other: string, top = "") =>
    [
      profile("top", 'extends = ["left", "right"]'),
      vars("top", ...(top === "" ? [] : [top])),
      profile("left", 'extends = ["bottom"]'),
      vars("left", one),
      profile("right", 'extends = ["bottom"]'),
      vars("right", other),
      vars("bottom", 'Z = "pass"'),
    ].join("\n");
  const policyOf = (user: string) => () => policyOfFiles({ user }, { profile: "top" });

  test("takes one action that both give", () => {
    expect(policyOf(diamond('X = "pass"', 'X = "pass"'))).not.toThrow();
  });

  test("refuses two, and names both lines", () => {
    expect(policyOf(diamond('X = "pass"', 'X = "drop"'))).toThrow(
      'Cannot decide "X": user.toml:7 and user.toml:11 stand side by side and differ; say it in the profile that extends both',
    );
  });

  test("refuses two values", () => {
    const text = [
      profile("top", 'extends = ["left", "right"]'),
      profile("left", 'set = { X = "1" }'),
      profile("right", 'set = { X = "2" }'),
    ].join("\n");
    expect(policyOf(text)).toThrow('Cannot decide "X": user.toml:4 and user.toml:6');
  });

  test("takes two that the profile above both settles", () => {
    expect(policyOf(diamond('X = "pass"', 'X = "drop"', 'X = "drop"'))).not.toThrow();
  });

  test("takes what differs at different depths", () => {
    expect(policyOf(diamond('Z = "drop"', 'X = "pass"'))).not.toThrow();
  });
});

describe("readPolicyFiles() answers at once", () => {
  const pair = (level: number) => {
    const below = level === 40 ? "" : `extends = ["a${level + 1}", "b${level + 1}"]`;
    return `${profile(`a${level}`, below)}\n${profile(`b${level}`, below)}`;
  };

  test("for forty levels of two profiles that all extend both below", () => {
    const user = Array.from({ length: 41 }, (_, level) => pair(level)).join("\n");
    expect(policyOfFiles({ user }, { profile: "a0" }).layers).toHaveLength(1 + 1 + 2 * 40);
  });

  test("for a chain that nobody wrote by hand, with an error", () => {
    const chain = Array.from({ length: 10_000 }, (_, level) =>
      profile(`p${level}`, `extends = ["p${level + 1}"]`),
    );
    expect(() => policyOfFiles({ user: chain.join("\n") }, { profile: "p0" })).toThrow(
      'Cannot use profile "p0": what it extends goes over 64 levels down (user.toml:130)',
    );
  });
});

test("a policy of two profiles gives what it says", () => {
  const user = `
[env]
profile = "own-agent"

[env.profiles.own-base]
set  = { CI = "true", LANG = "C.UTF-8", LC_ALL = "C.UTF-8", GIT_TERMINAL_PROMPT = "0" }
path = { base = ["/usr/local/bin", "/usr/bin", "/bin"], tools = ["sh"] }

[env.profiles.own-base.vars]
"HOME" = "require"
"USER" = "pass"
"TMPDIR" = { pass = true, check = "dir" }
"XDG_*" = "pass"
"{group:proxy}" = "pass"
"{group:ca}" = "pass"
"AWS_*" = "deny"

[env.profiles.own-agent]
extends = ["own-base"]
path = { tools = ["nope-aider?"], dirs = ["~/.local/bin"] }
[env.profiles.own-agent.vars]
"ANTHROPIC_API_KEY" = "secret"
"CL_ANCHOR" = { require = true, check = "dir", hint = "eval $(cl session start <manifest>)" }
"CL_*" = "pass"
`;
  const parent = {
    ...{ HOME: "/h", LOGNAME: "u", USER: "u", TMPDIR: "/nowhere", XDG_CACHE_HOME: "/c", no_proxy: "x" },
    ...{ CL_MODE: "m", CL_TOKEN: "t", AWS_REGION: "r", LANG: "de", ANTHROPIC_API_KEY: "k", OTHER: "o" },
    PATH: "/usr/bin:/bin",
  };
  const { variables, problems, warnings } = buildWithFiles(parent, { user });
  expect(variables).toEqual({
    ...{ ANTHROPIC_API_KEY: "k", CI: "true", CL_MODE: "m", GIT_TERMINAL_PROMPT: "0", HOME: "/h" },
    ...{ LANG: "C.UTF-8", LC_ALL: "C.UTF-8", LOGNAME: "u", USER: "u", XDG_CACHE_HOME: "/c", no_proxy: "x" },
    PATH: "/usr/local/bin:/usr/bin:/bin:/h/.local/bin",
  });
  expect(problems.map(({ message }) => message)).toEqual([
    'Cannot give "CL_ANCHOR", which user.toml:23 asks for: not set in the parent; eval $(cl session start <manifest>)',
  ]);
  expect(warnings).toEqual([
    "optional tools are not there: nope-aider",
    "TMPDIR is dropped: check dir: there is nothing at that path",
  ]);
});

describe("rules of a policy file", () => {
  const build = (parent: Record<string, string>, text: string, flags = {}) =>
    buildWithFiles(parent, { user: text }, flags);

  test("a name that is named exactly passes although it looks secret", () => {
    expect(variablesOf(build({ MY_TOKEN: "x" }, vars("minimal", 'MY_TOKEN = "pass"')))).toEqual({
      MY_TOKEN: "x",
    });
  });

  test("a glob does not carry a secret-looking name, unless its action is secret", () => {
    const parent = { MY_TOKEN: "x", MY_MODE: "y" };
    const passed = build(parent, vars("minimal", '"MY_*" = "pass"'));
    expect(variablesOf(passed)).toEqual({ MY_MODE: "y" });
    expect(decisionOn("MY_TOKEN", passed).reason).toBe(
      'user.toml:2 "MY_*" matches it, but a glob does not carry secret-looking names; use secret',
    );
    const secret = build(parent, vars("minimal", '"MY_*" = "secret"'));
    expect(variablesOf(secret)).toEqual(parent);
    expect(decisionOn("MY_TOKEN", secret)).toMatchObject({ secret: true, marked: true });
  });

  test("a glob of everything carries nothing that steers what programs run", () => {
    const steering = [
      "BASH_ENV",
      "NODE_OPTIONS",
      "BUN_OPTIONS",
      "PERL5OPT",
      "GIT_SSH_COMMAND",
      "LD_LIBRARY_PATH",
    ];
    const parent = Object.fromEntries([...steering, "A"].map((name) => [name, "1"]));
    expect(variablesOf(build(parent, vars("minimal", '"*" = "pass"')))).toEqual({ A: "1" });
  });

  test("two globs that fit equally well and disagree are an error with both lines, when a name meets them", () => {
    const text = vars("minimal", '"A_*" = "pass"', '"A_?" = "drop"');
    expect(() => build({ A_B: "1" }, text)).toThrow(
      'Cannot decide "A_B": user.toml:2 "A_*" and user.toml:3 "A_?" fit it equally well, name it exactly',
    );
    expect(() => build({ B: "1" }, text)).not.toThrow();
  });

  test("a glob is literal but for * and ?", () => {
    const text = vars("minimal", '"A[0]" = "pass"', '"a_*" = "pass"', '"C\\\\*" = "pass"');
    const parent = { "A[0]": "1", A0: "2", A_B: "3", a_b: "4", "C*": "5", CX: "6" };
    expect(Object.keys(variablesOf(build(parent, text))).sort()).toEqual(["A[0]", "C*", "a_b"]);
  });

  test("a set survives although only other names are passed, and a library path may be set", () => {
    const text = [profile("own", 'set = { X = "1", LD_LIBRARY_PATH = "/opt/l" }'), vars("own", 'A = "pass"')];
    const environment = build({ A: "1", B: "2" }, text.join("\n"), { profile: "own" });
    expect(variablesOf(environment)).toEqual({ A: "1", LD_LIBRARY_PATH: "/opt/l", X: "1" });
  });

  test("a default stands in where no rule passes one", () => {
    const text = `${profile("own", 'defaults = { A = "no", B = "no" }')}\n${vars("own", 'A = "pass"')}`;
    expect(variablesOf(build({ A: "yes", B: "yes" }, text, { profile: "own" }))).toEqual({
      A: "yes",
      B: "no",
    });
  });

  test("a group travels whole, and one member that is named brings the others", () => {
    const all = { HTTP_PROXY: "http://p", no_proxy: "x", SSL_CERT_FILE: "/c" };
    expect(
      variablesOf(
        build(all, `${profile("own")}\n${vars("own", '"{group:proxy}" = "pass"')}`, { profile: "own" }),
      ),
    ).toEqual({
      HTTP_PROXY: "http://p",
      no_proxy: "x",
    });
    const names = { USER: "a", LOGNAME: "b" };
    expect(variablesOf(build(names, vars("own", 'USER = "pass"'), { profile: "own" }))).toEqual(names);
  });

  test.each([
    ["term", "../../x", false, "it holds / or %"],
    ["term", "xterm-256color", true, ""],
    ["locale", "%n", false, "it holds / or %"],
    ["timezone", "/etc/passwd", false, "it is neither the name of a zone nor a zone file"],
    ["timezone", ":Europe/Paris", true, ""],
    ["url", "http://[", false, "it is not a URL"],
    ["url", "https://x.example", true, ""],
    ["dir", "/usr", true, ""],
    ["dir", "usr", false, "it is not an absolute path"],
    ["dir", "/nowhere/at/all", false, "there is nothing at that path"],
    ["dir", "/etc/passwd", false, "what is there is no directory"],
    ["file", "/etc/passwd", true, ""],
    ["file", "/usr", false, "what is there is no file"],
  ])("check = %j of %j: %p", (check, value, passes, fault) => {
    const environment = build({ X: value }, vars("minimal", `X = { pass = true, check = "${check}" }`));
    expect(variablesOf(environment)).toEqual(passes ? { X: value } : {});
    if (!passes)
      expect(decisionOn("X", environment)).toMatchObject({
        rule: "check",
        reason: `check ${check}: ${fault}`,
      });
  });

  test("a check of one's own stands beside the one that a name always has", () => {
    const environment = build({ TERM: "/usr" }, vars("minimal", 'TERM = { pass = true, check = "dir" }'));
    expect(decisionOn("TERM", environment).reason).toBe("check term: it holds / or %");
  });

  test("a required variable that is missing, empty or fails its check is a problem, with its hint", () => {
    const text = vars("minimal", 'X = { require = true, check = "dir", hint = "eval $(make x)" }');
    const messages = (parent: Record<string, string>) =>
      build(parent, text).problems.map(({ message }) => message);
    expect(messages({})).toEqual([
      'Cannot give "X", which user.toml:2 asks for: not set in the parent; eval $(make x)',
    ]);
    expect(messages({ X: "" })[0]).toContain(
      "asks for: check dir: it is not an absolute path; eval $(make x)",
    );
    expect(messages({ X: "/usr" })).toEqual([]);
  });

  test("a variable that is required and present but empty is a problem; one that is only passed is not", () => {
    expect(build({ E: "" }, vars("minimal", 'E = "require"')).problems[0]?.message).toContain(
      "present but empty",
    );
    expect(variablesOf(build({ E: "" }, vars("minimal", 'E = "pass"')))).toEqual({ E: "" });
  });

  test("a rule that requires and masks does both", () => {
    const environment = build({ X: "abc" }, vars("minimal", "X = { require = true, secret = true }"));
    expect(decisionOn("X", environment)).toMatchObject({ outcome: "passed", marked: true });
    expect(build({}, vars("minimal", "X = { require = true, secret = true }")).problems).toHaveLength(1);
  });

  test("a value that is set can be a secret", () => {
    const text = `${profile("minimal", 'set = { X = "abc" }')}\n${vars("minimal", 'X = "secret"')}`;
    expect(decisionOn("X", build({}, text))).toMatchObject({ outcome: "set", marked: true });
  });
});

describe("--unsafe-allow", () => {
  test("passes a name that never passes, and says so", () => {
    const environment = buildWithFiles({ LD_PRELOAD: "/x.so" }, {}, { "unsafe-allow": ["LD_PRELOAD"] });
    expect(variablesOf(environment)).toEqual({ LD_PRELOAD: "/x.so" });
    expect(environment.warnings).toEqual([
      "--unsafe-allow LD_PRELOAD: it can make any program run other code",
    ]);
  });

  test("lets a policy set it", () => {
    const user = '[env.profiles.minimal.set]\nLD_PRELOAD = "/y.so"';
    const environment = buildWithFiles({}, { user }, { "unsafe-allow": ["LD_PRELOAD"] });
    expect(variablesOf(environment)).toEqual({ LD_PRELOAD: "/y.so" });
  });

  test("does not undo a deny", () => {
    const user = vars("minimal", 'LD_PRELOAD = "deny"');
    expect(() => policyOfFiles({ user }, { "unsafe-allow": ["LD_PRELOAD"] })).toThrow(
      "denied by user.toml:2",
    );
  });

  test("is for those names only", () => {
    expect(() => policyOfFiles({}, { "unsafe-allow": ["HOME"] })).toThrow(
      'Cannot allow "HOME" as unsafe: it is not one of the names that never pass, give --pass',
    );
  });
});
