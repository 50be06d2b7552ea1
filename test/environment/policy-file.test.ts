import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../src/core/errors.ts";
import { readPolicyFile } from "../../src/environment/policy-file.ts";
import { placesOf, policyOfFiles, temporaryDirectory, worldWith } from "./world.ts";

function refusalOf(text: string | Uint8Array, flags = {}): string {
  try {
    policyOfFiles({ user: text }, flags);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("it was taken");
}

const vars = (...lines: readonly string[]) => ["[env.profiles.minimal.vars]", ...lines].join("\n");

describe("a policy file that cannot be meant is refused with file, line and key:", () => {
  test.each<[string, string, string]>([
    ["not TOML", "[env\n", ":2: it is not TOML here, unterminated table-key (column 1)"],
    [
      "an unknown key",
      '[env]\nprofil = "a"',
      ':2: env.profil is no key of a policy; did you mean "profile"?',
    ],
    ["an unknown section", "[redaction]\n", ":1: redaction is no key of a policy; known here are env"],
    [
      "an unknown key of a profile",
      '[env.profiles.a]\nvariables = "x"',
      ":2: env.profiles.a.variables is no key of a policy; known here are extends, set, defaults, path, vars",
    ],
    [
      "a number for a profile",
      "[env]\nprofile = 1",
      ":2: env.profile must be the name of a profile, in quotes",
    ],
    ["a text for a table", '[env]\nprofiles = "x"', ":2: env.profiles must be a table of profiles"],
    ["a list for a table", "env = []\n[x]", ":2: x is no key of a policy"],
    [
      "an unknown action",
      vars('HOME = "passs"'),
      ':2: env.profiles.minimal.vars.HOME must be one of "pass", "secret"',
    ],
    ["true for an action", vars("HOME = true"), ":2: env.profiles.minimal.vars.HOME must be one of"],
    ["a date for an action", vars("HOME = 1979-05-27"), ":2: env.profiles.minimal.vars.HOME must be one of"],
    [
      "a date for a table",
      "[env.profiles.minimal]\nvars = 1979-05-27",
      ":2: env.profiles.minimal.vars must be a table of names and actions",
    ],
    [
      "a name given twice",
      vars('A = "pass"', 'B = "pass"', 'A = "drop"'),
      ":4: A stands here for the second time, keep one",
    ],
    [
      "two actions in a table",
      vars("A = { pass = true, deny = true }"),
      ":2: env.profiles.minimal.vars.A holds two actions that exclude each other; keep one",
    ],
    [
      "no action in a table",
      vars('A = { check = "dir" }'),
      ":2: env.profiles.minimal.vars.A holds no action",
    ],
    [
      "an action that is false",
      vars("A = { pass = false }"),
      ":2: env.profiles.minimal.vars.A.pass must be true or absent; to keep a name out",
    ],
    [
      "an unknown check",
      vars("X = 'pass'", 'A = { pass = true, check = "folder" }'),
      ':3: env.profiles.minimal.vars.A.check must be one of "dir", "file", "locale"',
    ],
    [
      "a misspelt key of a rule",
      vars('A = { pass = true, chek = "dir" }'),
      ':2: env.profiles.minimal.vars.A.chek is no key of a policy; did you mean "check"?',
    ],
    [
      "a name with a space",
      vars('"A B" = "pass"'),
      ':2: env.profiles.minimal.vars."A B" has a space in its name',
    ],
    ["an empty name", vars('"" = "pass"'), ':2: env.profiles.minimal.vars."" has an empty name'],
    ["a name with =", vars('"A=1" = "pass"'), ':2: env.profiles.minimal.vars."A=1" has a "=" in its name'],
    [
      "a negated name",
      vars('"!A" = "pass"'),
      ':2: env.profiles.minimal.vars."!A" begins with "!", which does not negate; give the name the action "drop"',
    ],
    [
      "a name that plays with the terminal",
      vars('"A\\u001b[2J" = "pass"'),
      ':2: env.profiles.minimal.vars."A\\u001b[2J" has a name',
    ],
    [
      "a hint that plays with the terminal",
      vars('A = { require = true, hint = "\\u001b]0;x\\u0007" }'),
      ":2: env.profiles.minimal.vars.A.hint must be a line of plain text",
    ],
    ["a name of JavaScript's own", vars('constructor = "pass"'), ':2: "constructor" cannot be a key'],
    [
      "an unknown group",
      vars('"{group:proxies}" = "pass"'),
      ':2: env.profiles.minimal.vars."{group:proxies}" names no group; known are user, proxy, ca, git-config',
    ],
    [
      "a required pattern",
      vars('"CL_*" = "require"'),
      ':2: "CL_*" is a pattern, and only a name can be required',
    ],
    ["a required group", vars('"{group:ca}" = { require = true }'), ':2: "{group:ca}" is a pattern'],
    [
      "a name that its group holds too",
      vars('"{group:proxy}" = "pass"', 'HTTP_PROXY = "drop"'),
      ':3: "HTTP_PROXY" is to drop here and to pass at user.toml:2; keep one',
    ],
    [
      "a number for a value",
      "[env.profiles.minimal]\nset = { PORT = 80 }",
      ':2: env.profiles.minimal.set.PORT must be a text in quotes, as in CI = "true"',
    ],
    [
      "a value of an unknown kind",
      "[env.profiles.minimal.set]\nX = { under_rot = 'x' }",
      ':2: env.profiles.minimal.set.X.under_rot is no key of a policy; did you mean "under_root"?',
    ],
    [
      "a value of two kinds",
      "[env.profiles.minimal.set]\nX = { under_root = 'x', locale = 'C' }",
      ":2: env.profiles.minimal.set.X must hold either under_root or locale",
    ],
    [
      "a value with a NUL byte",
      '[env.profiles.minimal.set]\nX = "a\\u0000b"',
      ":2: env.profiles.minimal.set.X must be text without a NUL byte",
    ],
    [
      "a rule for a name that is set",
      '[env.profiles.minimal]\nset = { X = "1" }\n[env.profiles.minimal.vars]\nX = "drop"',
      ':4: to drop "X" does nothing, since user.toml:2 sets it; keep one',
    ],
    [
      "a relative directory",
      '[env.profiles.minimal]\npath.dirs = ["/a", "bin"]',
      ":2: env.profiles.minimal.path.dirs, entry 2 must be an absolute directory, or one that begins with ~/",
    ],
    [
      "a base that is a text",
      '[env.profiles.minimal]\npath.base = "/usr/bin"',
      ':2: env.profiles.minimal.path.base must be "inherit", for the parent\'s PATH, or a list of directories',
    ],
    [
      "a tool with a slash",
      '[env.profiles.minimal]\npath.tools = ["/usr/bin/git"]',
      ':2: env.profiles.minimal.path.tools, entry 1 must be the name of a program, without "/"',
    ],
    ["a profile's bad name", '[env.profiles."a b"]', ':1: env.profiles."a b" is no name for a profile'],
  ])("%s", (_, text, message) => {
    expect(refusalOf(text)).toStartWith(
      `Cannot read policy "user.toml${message.slice(0, message.indexOf(": "))}"`,
    );
    expect(refusalOf(text)).toContain(message.slice(message.indexOf(": ")));
  });

  test("of several faults the first in the file is told", () => {
    expect(refusalOf('[env]\nx = 1\n[env.profiles.a]\ny = 2\n[env.profiles.a.vars]\nA = "z"')).toContain(
      ":2",
    );
  });

  test("a profile that extends itself", () => {
    const text = '[env.profiles.a]\nextends = ["b"]\n[env.profiles.b]\nextends = ["a"]';
    expect(refusalOf(text, { profile: "a" })).toBe(
      'Cannot use profile "a": it extends itself, a -> b -> a (user.toml:4)',
    );
  });

  test("a profile that extends one that is not there", () => {
    expect(refusalOf('[env.profiles.a]\nextends = ["agnet"]', { profile: "a" })).toBe(
      'Cannot use profile "agnet" (user.toml:2): there is none of that name, known are "a", "agent", "base", "minimal", "oc-worker"',
    );
  });

  test("a profile that is chosen and not there", () => {
    expect(refusalOf('[env]\nprofile = "x"')).toStartWith(
      'Cannot use profile "x" (user.toml:2): there is none',
    );
  });

  test("a value for a name that runs code, or that is denied", () => {
    expect(refusalOf('[env.profiles.minimal.set]\nLD_PRELOAD = "/e.so"')).toStartWith(
      'Cannot set "LD_PRELOAD", as user.toml:2 asks: it can make any program run other code',
    );
    expect(refusalOf('[env.profiles.minimal.set]\nPLANE_API_TOKEN = "x"')).toStartWith(
      'Cannot set "PLANE_API_TOKEN", as user.toml:2 asks: denied by profile "base"',
    );
    expect(refusalOf('[env.profiles.minimal.set]\nF = "() { :; }"')).toStartWith(
      'Cannot set "F", as user.toml:2 asks: a value that starts with "()"',
    );
  });

  test("a name that is asked for and denied below", () => {
    const text = vars('AWS_REGION = "pass"', '"AWS_*" = "deny"');
    expect(refusalOf(text)).toBe(
      'Cannot pass "AWS_REGION", as user.toml:2 asks: denied by user.toml:3 ("AWS_*" = "deny"); give the program a credential of its own under another name with --secret',
    );
  });
});

describe("readPolicyFile() tells of a file", () => {
  function messageOf(path: string): string {
    try {
      readPolicyFile({ source: "user", path, shown: "user.toml" }, worldWith().files);
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
    throw new Error("it was taken");
  }

  test("that is a directory", () => {
    const path = join(temporaryDirectory(), "faultbox.toml");
    mkdirSync(path);
    expect(messageOf(path)).toBe(
      'Cannot read policy "user.toml": it is a directory (EISDIR); put it right, or give --no-config to do without',
    );
  });

  test("of 10 MB, without reading it", () => {
    const [place] = placesOf({ user: "#".repeat(10_000_000) });
    expect(messageOf(place?.path ?? "")).toContain(
      "it has 10000000 bytes, and no policy has more than 1 MiB",
    );
  });

  test("that is not UTF-8, with the line", () => {
    const bytes = new Uint8Array([...new TextEncoder().encode("[env]\n# ok\n# "), 0xff, 0x0a]);
    const [place] = placesOf({ user: bytes });
    expect(messageOf(place?.path ?? "")).toBe(
      'Cannot read policy "user.toml:3": it is not UTF-8; save it as UTF-8',
    );
  });

  test("that a byte order mark begins: it is read", () => {
    expect(() => policyOfFiles({ user: '\uFEFF[env]\nprofile = "agent"' })).not.toThrow();
  });

  test("that is empty: it says nothing", () => {
    expect(policyOfFiles({ user: "" }).profile).toBe("minimal");
  });
});
