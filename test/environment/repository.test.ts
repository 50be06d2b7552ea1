import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isExplicitOnly, isNever } from "../../src/environment/classes.ts";
import { isListed } from "../../src/environment/limit.ts";
import { buildWithFiles, decisionOn, type Files, variablesOf } from "./world.ts";

const minimal = (...lines: readonly string[]) => ["[env.profiles.minimal.vars]", ...lines].join("\n");
const mayPass = (...patterns: readonly string[]) => `[env]\nrepo_may_pass = ${JSON.stringify(patterns)}`;

function build(parent: Record<string, string>, repository: string, others: Files = {}, flags = {}) {
  return buildWithFiles(parent, { repository, ...others }, flags);
}

describe("the file of a repository", () => {
  test("passes what a file above it lists, and nothing else, with a warning", () => {
    const repository = minimal('OTHER = "pass"', 'CL_ANCHOR = "pass"');
    const environment = build({ OTHER: "1", CL_ANCHOR: "/a" }, repository, { machine: mayPass("CL_*") });
    expect(variablesOf(environment)).toEqual({ CL_ANCHOR: "/a" });
    expect(decisionOn("OTHER", environment)).toMatchObject({
      rule: "untrusted",
      origin: "repository.toml:2",
      reason: "repository.toml:2 asks for it, and no file above it lists it in repo_may_pass",
      allow: "--pass OTHER",
    });
    expect(environment.warnings).toEqual([
      "repository.toml:2 may not pass OTHER: no file above it lists it in repo_may_pass, or give --pass OTHER",
    ]);
    expect(environment.problems).toEqual([]);
  });

  test("passes what would pass without it, and what a person asks for", () => {
    const environment = build(
      { HOME: "/h", X: "1" },
      minimal('HOME = "pass"', 'X = "pass"'),
      {},
      { pass: ["X"] },
    );
    expect(variablesOf(environment)).toEqual({ HOME: "/h", X: "1" });
    expect(environment.warnings).toEqual([]);
  });

  test("asks in vain for what is denied, or never passes: a warning, no error, also when it requires it", () => {
    const repository = minimal(
      'AWS_SECRET_ACCESS_KEY = "pass"',
      'PLANE_API_TOKEN = "require"',
      'LD_AUDIT = "pass"',
    );
    const parent = { AWS_SECRET_ACCESS_KEY: "x", PLANE_API_TOKEN: "y", LD_AUDIT: "z" };
    const environment = build(parent, repository, { machine: mayPass("*", "AWS_SECRET_ACCESS_KEY") });
    expect(variablesOf(environment)).toEqual({});
    expect(environment.problems).toEqual([]);
    expect(environment.warnings).toEqual([
      'repository.toml:2 is ignored: AWS_SECRET_ACCESS_KEY is denied by profile "base"',
      'repository.toml:3 is ignored: PLANE_API_TOKEN is denied by profile "base"',
      "repository.toml:4 is ignored: LD_AUDIT can make any program run other code",
    ]);
  });

  test("drops, denies and requires", () => {
    const environment = build(
      { HOME: "/h", SHELL: "/s", CI: "1" },
      minimal('HOME = "drop"', 'SHELL = "deny"', 'X = "require"'),
    );
    expect(variablesOf(environment)).toEqual({ CI: "1" });
    expect(environment.problems.map(({ message }) => message)).toEqual([
      'Cannot give "X", which repository.toml:4 asks for: not set in the parent',
    ]);
  });

  test("cannot have what it requires unless somebody lets it", () => {
    const message = build({ X: "1" }, minimal('X = "require"')).problems[0]?.message;
    expect(message).toContain("no file above it lists it in repo_may_pass");
    expect(build({ X: "1" }, minimal('X = "require"'), { user: mayPass("X") }).problems).toEqual([]);
    expect(build({ X: "1" }, minimal('X = "require"'), {}, { pass: ["X"] }).problems).toEqual([]);
  });

  test("carries no secret-looking or steering name by a glob of repo_may_pass", () => {
    const repository = minimal('CL_TOKEN = "secret"', 'NODE_OPTIONS = "pass"');
    const parent = { CL_TOKEN: "t", NODE_OPTIONS: "--no-warnings" };
    expect(variablesOf(build(parent, repository, { user: mayPass("*") }))).toEqual({});
    expect(variablesOf(build(parent, repository, { user: mayPass("CL_TOKEN", "NODE_OPTIONS") }))).toEqual(
      parent,
    );
  });

  test("cannot choose a profile, or extend one, to get more: the model keys stay where they are", () => {
    const parent = { ANTHROPIC_API_KEY: "k", HOME: "/h", PYTHONPATH: "/p" };
    for (const repository of [
      '[env]\nprofile = "agent"',
      '[env]\nprofile = "mine"\n[env.profiles.mine]\nextends = ["agent"]',
      '[env.profiles.minimal]\nextends = ["keys"]\n[env.profiles.keys.vars]\nANTHROPIC_API_KEY = "secret"',
    ]) {
      const environment = build(parent, repository);
      expect(variablesOf(environment)).toEqual({ HOME: "/h" });
      expect(decisionOn("ANTHROPIC_API_KEY", environment)).toMatchObject({ rule: "untrusted", marked: true });
    }
    expect(variablesOf(build(parent, '[env]\nprofile = "oc-worker"'))).toEqual({ HOME: "/h" });
  });

  test("may choose a profile for a person who allows it by hand", () => {
    const parent = { ANTHROPIC_API_KEY: "k" };
    expect(variablesOf(build(parent, '[env]\nprofile = "agent"', {}, { profile: "agent" }))).toEqual(parent);
  });

  test("sets harmless names, and no others", () => {
    const repository = [
      "[env.profiles.minimal.set]",
      ...['NODE_ENV = "test"', 'CI = "true"', 'LC_ALL = "C"'],
      ...[
        'PYTHONPATH = "/e"',
        'LD_PRELOAD = "/e"',
        'ANTHROPIC_BASE_URL = "http://e"',
        'HTTPS_PROXY = "http://e"',
      ],
      ...['PATH = "/e"', 'HOME = "/e"', 'XDG_CONFIG_HOME = "/e"', 'MY_TOKEN = "x"', 'F = "() { :; }"'],
    ].join("\n");
    const environment = build({ HOME: "/h" }, repository);
    expect(variablesOf(environment)).toEqual({ CI: "true", HOME: "/h", LC_ALL: "C", NODE_ENV: "test" });
    expect(environment.warnings).toHaveLength(9);
    expect(environment.warnings).toContain(
      "repository.toml:7 may not set ANTHROPIC_BASE_URL: it is not the repository's to choose",
    );
  });

  test("sets a name that a file above it lists, but not over a value of that file", () => {
    const repository = '[env.profiles.minimal.set]\nOLLAMA_HOST = "x"\nMODE = "evil"';
    const user = `${mayPass("OLLAMA_HOST")}\n[env.profiles.minimal.set]\nMODE = "mine"`;
    expect(variablesOf(build({}, repository, { user }))).toEqual({ MODE: "mine", OLLAMA_HOST: "x" });
  });

  test("adds tools to PATH, and neither directories nor a base", () => {
    const repository =
      '[env.profiles.minimal]\npath = { base = ["/e"], dirs = ["/e"], tools_first = true, tools = ["nope-nope"] }';
    const environment = build({ PATH: "/usr/bin" }, repository);
    expect(environment.variables["PATH"]).toBe("/usr/bin");
    expect(environment.problems[0]?.message).toContain(
      'Cannot find "nope-nope", which repository.toml:2 asks for',
    );
    expect(environment.warnings).toEqual(
      ["base", "dirs", "tools_first"].map(
        (key) => `repository.toml:2 may not choose path.${key}: a repository adds tools only`,
      ),
    );
  });

  test("cannot say itself what it may pass", () => {
    const environment = build({ X: "1" }, `${mayPass("*")}\n${minimal('X = "pass"')}`);
    expect(variablesOf(environment)).toEqual({});
    expect(environment.warnings[0]).toBe(
      "repository.toml:2 is ignored: a repository cannot say what it may pass itself",
    );
  });

  test("does not unmask what a file above it marks", () => {
    const user = '[env]\nprofile = "mine"\n[env.profiles.mine.vars]\nPLAIN = "secret"';
    const environment = build({ PLAIN: "value" }, '[env]\nprofile = "minimal"', { user });
    expect(decisionOn("PLAIN", environment)).toMatchObject({ outcome: "dropped", marked: true });
  });

  test("never widens what is passed or set beyond what is listed, whatever stands in it", () => {
    const names = [
      "A",
      "A_TOKEN",
      "B",
      "HOME",
      "PATH",
      "CL_X",
      "CL_TOKEN",
      "ANTHROPIC_API_KEY",
      "PYTHONPATH",
      "USER",
      "LOGNAME",
      "CI",
    ];
    const patterns = [...names, "*", "CL_*", "A*", "{group:user}"];
    const action = fc.constantFrom("pass", "secret", "require", "drop", "deny");
    const rules = fc.dictionary(fc.constantFrom(...patterns), action, { maxKeys: 6 });
    const set = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("x", "y"), { maxKeys: 3 });
    const text = fc.record({
      profile: fc.constantFrom("", "minimal", "agent", "oc-worker", "own"),
      below: fc.constantFrom("", "minimal", "agent", "oc-worker"),
      rules,
      set,
    });
    const parent = Object.fromEntries(names.map((name) => [name, `/parent/${name}`]));
    const listed = ["CL_*", "B"];
    const user = `${mayPass(...listed)}\n[env.profiles.minimal.vars]\nA = "pass"`;
    fc.assert(
      fc.property(text, (written) => {
        const repository = repositoryText(written);
        if (repository === null) return true;
        let environment: ReturnType<typeof build>;
        try {
          environment = build(parent, repository, { user });
        } catch {
          return true; // a contradiction of its own is an error: nothing is passed at all
        }
        const without = buildWithFiles(parent, { user });
        return Object.entries(environment.variables).every(([name, value]) => {
          if (name === "PATH" || without.variables[name] === value) return true;
          if (value === parent[name])
            return isListed(name, listed) || (name === "LOGNAME" && "USER" in without.variables);
          return !isNever(name) && !isExplicitOnly(name) && written.set[name] === value && name !== "HOME";
        });
      }),
      { numRuns: 500 },
    );
  });
});

/** A file that says so; null where it contradicts itself. */
function repositoryText(written: {
  profile: string;
  below: string;
  rules: Record<string, string>;
  set: Record<string, string>;
}): string | null {
  if (Object.keys(written.rules).some((name) => name in written.set)) return null;
  const target = written.profile === "" ? "minimal" : written.profile;
  return [
    "[env]",
    ...(written.profile === "" ? [] : [`profile = "${written.profile}"`]),
    `[env.profiles.${target}]`,
    ...(written.below === "" || written.below === target ? [] : [`extends = ["${written.below}"]`]),
    `[env.profiles.${target}.set]`,
    ...Object.entries(written.set).map(([name, value]) => `${name} = "${value}"`),
    `[env.profiles.${target}.vars]`,
    ...Object.entries(written.rules).map(([pattern, action]) => `"${pattern}" = "${action}"`),
  ].join("\n");
}
