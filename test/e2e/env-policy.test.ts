import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay, keptOutcomes } from "./support.ts";

eachWay("faultbox with a policy file", (faultbox) => {
  const path = (name: string) => join(faultbox.directory(), name);

  function write(name: string, ...lines: readonly string[]): string {
    fs.mkdirSync(join(path(name), ".."), { recursive: true });
    fs.writeFileSync(path(name), `${lines.join("\n")}\n`);
    return path(name);
  }

  function script(name: string, ...lines: readonly string[]): string {
    const file = write(name, ...lines);
    fs.chmodSync(file, 0o755);
    return file;
  }

  /** Where the user's policy lies: a home of its own. */
  const home = () => path("home");
  const user = (...lines: readonly string[]) => write("home/.config/faultbox/faultbox.toml", ...lines);
  const repository = (...lines: readonly string[]) => write("faultbox.toml", ...lines);
  const run = (words: readonly string[], env: Record<string, string> = {}) =>
    faultbox.run(words, { env: { HOME: home(), ...env } });

  test("passes what the user's file passes, in run and env exec alike, and nothing else", async () => {
    user('[env.profiles.minimal]\nset = { MODE = "ci" }', '[env.profiles.minimal.vars]\nMINE = "pass"');
    for (const command of [["env", "exec"], ["run"]]) {
      const ran = await run([...command, "--", "sh", "-c", "echo $MINE,$OTHER,$MODE"], {
        MINE: "1",
        OTHER: "2",
      });
      expect([ran.code, ran.stdout]).toEqual([0, "1,,ci\n"]);
    }
  });

  test("finds the user's file under XDG_CONFIG_HOME, and none with --no-config", async () => {
    write("xdg/faultbox/faultbox.toml", '[env.profiles.minimal.vars]\nMINE = "pass"');
    const env = { MINE: "1", XDG_CONFIG_HOME: path("xdg") };
    const words = ["--", "sh", "-c", "echo $MINE"];
    expect((await run(["env", "exec", ...words], env)).stdout).toBe("1\n");
    expect((await run(["env", "exec", "--no-config", ...words], env)).stdout).toBe("\n");
    expect((await run(["run", "--no-config", ...words], env)).stdout).toBe("\n");
  });

  test("trusts a file that --config names, and takes its profile", async () => {
    const file = write("policy.toml", '[env]\nprofile = "own"', '[env.profiles.own.vars]\nMINE = "pass"');
    const words = ["--config", file, "--no-config", "--", "sh", "-c", "echo $MINE$HOME"];
    expect((await run(["run", ...words], { MINE: "1" })).stdout).toBe("1\n");
  });

  test("lets a repository's file pass only what the user lists, with a warning and exit code 0", async () => {
    repository(
      '[env.profiles.minimal.vars]\nAWS_SECRET_ACCESS_KEY = "pass"\nOTHER = "pass"\nCL_ANCHOR = "pass"',
    );
    user('[env]\nrepo_may_pass = ["CL_*"]');
    const env = { AWS_SECRET_ACCESS_KEY: "x", OTHER: "y", CL_ANCHOR: "/a" };
    const print = ["sh", "-c", "echo $AWS_SECRET_ACCESS_KEY,$OTHER,$CL_ANCHOR"];
    const ran = await run(["run", "--report", "--", ...print], env);
    expect([ran.code, ran.stdout]).toEqual([0, ",,/a\n"]);
    expect(ran.stderr).toContain(
      './faultbox.toml:2 is ignored: AWS_SECRET_ACCESS_KEY is denied by profile "base"',
    );
    expect(ran.stderr).toContain("./faultbox.toml:3 may not pass OTHER");
    const quiet = await run(["run", "--json", "--", ...print], env);
    expect(quiet.code).toBe(0);
    const notes = (JSON.parse(quiet.stdout) as { readonly notes: readonly string[] }).notes;
    expect(notes.join("\n")).toContain("./faultbox.toml:3 may not pass OTHER");
  });

  test.skipIf(faultbox.way === "deno")(
    "finds the repository's file in a directory whose name is not UTF-8 too (Deno cannot work in one)",
    async () => {
      const line = "d=$(printf 'a\\377b'); mkdir $d && cd $d && echo '[env' >faultbox.toml; $F run -- true";
      expect((await faultbox.shell(line)).stderr).toContain('Cannot read policy "./faultbox.toml:');
    },
  );

  test("a denied name asked for on the command line is an error with file and line, and nothing starts", async () => {
    user('[env.profiles.minimal.vars]\nPLANE_TOKEN = "deny"');
    for (const [command, code] of [
      ["run", 125],
      ["env exec", 2],
    ] as const) {
      const words = [...command.split(" "), "--pass", "PLANE_TOKEN", "--", "touch", "marker"];
      const ran = await run(words, { PLANE_TOKEN: "x" });
      expect(ran.code).toBe(code);
      expect(ran.stderr).toContain(
        `denied by ${home()}/.config/faultbox/faultbox.toml:2 ("PLANE_TOKEN" = "deny")`,
      );
      expect(fs.existsSync(path("marker"))).toBe(false);
    }
  });

  test("a required variable that is missing starts nothing, and its hint is told", async () => {
    user('[env.profiles.minimal.vars]\nX = { require = true, hint = "eval $(make x)" }');
    for (const [command, code] of [
      ["run", 125],
      ["env exec", 2],
    ] as const) {
      const ran = await run([...command.split(" "), "--", "touch", "marker"]);
      expect([ran.code, fs.existsSync(path("marker"))]).toEqual([code, false]);
      expect(ran.stderr).toMatch(
        /Cannot give "X", which .*faultbox\.toml:2 asks for: not set in the parent; eval \$\(make x\)/,
      );
    }
    expect((await run(["run", "--", "true"], { X: "" })).stderr).toContain("present but empty");
    expect((await run(["run", "--", "true"], { X: "1" })).code).toBe(0);
  });

  test("a value that no policy gives is refused, unless it is allowed by name, which the outcome records", async () => {
    user('[env.profiles.minimal.set]\nPS4 = "x"');
    const refused = await run(["run", "--", "true"]);
    expect([refused.code, refused.stderr]).toEqual([125, expect.stringContaining('Cannot set "PS4", as ')]);
    const allowed = await run(["run", "--unsafe-allow", "PS4", "--json", "--", "sh", "-c", "echo $PS4 >&2"]);
    expect([allowed.code, allowed.stderr]).toEqual([0, "x\n"]);
    expect(JSON.parse(allowed.stdout)).toMatchObject({ environment: { unsafeAllowed: ["PS4"] } });
  });

  describe("tools:", () => {
    test("the child finds them where the parent does, and the interpreters of their first lines", async () => {
      script("bin/claude", "#!/usr/bin/env my-node");
      script("node/my-node", "#!/bin/sh", "echo run by my-node");
      user('[env.profiles.minimal.path]\nbase = ["/usr/bin", "/bin"]\ntools = ["claude", "nope-aider?"]');
      const PATH = `${path("bin")}:${path("node")}:/usr/bin:/bin`;
      const where = await run(["env", "exec", "--", "sh", "-c", "command -v claude; claude; echo $PATH"], {
        PATH,
      });
      const childPath = `/usr/bin:/bin:${path("bin")}:${path("node")}`;
      expect([where.code, where.stdout]).toEqual([
        0,
        `${path("bin")}/claude\nrun by my-node\n${childPath}\n`,
      ]);
      expect((await run(["run", "--", "claude"], { PATH })).stdout).toBe("run by my-node\n");
    });

    test("one that is missing starts nothing, and the directories searched are named", async () => {
      user('[env.profiles.minimal.path]\nbase = ["/usr/bin", "/bin"]\ntools = ["nope-claude"]');
      for (const [command, code] of [
        ["run", 125],
        ["env exec", 2],
      ] as const) {
        const ran = await run([...command.split(" "), "--", "touch", "marker"], { PATH: "/usr/bin:/bin" });
        expect([ran.code, fs.existsSync(path("marker"))]).toEqual([code, false]);
        expect(ran.stderr).toMatch(
          /Cannot find "nope-claude", which .*: not in the parent's PATH either; searched \/usr\/bin, \/bin/,
        );
      }
    });
  });

  describe("a broken policy file", () => {
    test.each([
      [
        "unknown key",
        "[env]\nprofle = 'x'",
        ':2": env.profle is no key of a policy; did you mean "profile"?',
      ],
      ["syntax", "env = [\n", ':3": it is not TOML here'],
      ["wrong type", "[env]\nprofile = 1", ':2": env.profile must be'],
      [
        "name with a space",
        '[env.profiles.a.vars]\n"A B" = "pass"',
        ':2": env.profiles.a.vars."A B" has a space',
      ],
      [
        "two actions",
        "[env.profiles.a.vars]\nA = 'pass'\nA = 'drop'",
        ':3": A stands here for the second time',
      ],
    ])("(%s) is an error of env, and of run before anything starts", async (_, text, message) => {
      repository(text);
      for (const [command, code] of [
        ["run", 125],
        ["env exec", 2],
        ["env show", 2],
        ["env profiles", 2],
      ] as const) {
        const program = command === "run" || command === "env exec" ? ["--", "touch", "marker"] : [];
        const ran = await run([...command.split(" "), ...program]);
        expect([ran.code, ran.stdout]).toEqual([code, ""]);
        expect(ran.stderr).toContain(`faultbox: Cannot read policy "./faultbox.toml${message}`);
        expect(fs.existsSync(path("marker"))).toBe(false);
      }
    });

    test("that is a directory, too long, not UTF-8 or in a circle is an error with the way out", async () => {
      fs.mkdirSync(path("faultbox.toml"));
      expect((await run(["run", "--", "true"])).stderr).toContain(
        "it is a directory (EISDIR); put it right, or give --no-config",
      );
      fs.rmdirSync(path("faultbox.toml"));
      repository("#".repeat(10_000_000));
      expect((await run(["run", "--", "true"])).stderr).toContain("no policy has more than 1 MiB");
      fs.writeFileSync(path("faultbox.toml"), new Uint8Array([0x23, 0x0a, 0xff]));
      expect((await run(["run", "--", "true"])).stderr).toContain('"./faultbox.toml:2": it is not UTF-8');
      repository(
        '[env]\nprofile = "a"',
        '[env.profiles.a]\nextends = ["b"]',
        '[env.profiles.b]\nextends = ["a"]',
      );
      const ran = await run(["run", "--", "true"]);
      expect([ran.code, ran.stderr]).toEqual([
        125,
        'faultbox: Cannot use profile "a": it extends itself, a -> b -> a (./faultbox.toml:6)\n',
      ]);
      expect((await run(["run", "--no-config", "--", "true"])).code).toBe(0);
    });

    test("does not keep diagnostics persist from its work, and what is lost is noted", async () => {
      repository("[env");
      const persisted = await run(["diagnostics", "persist", "--role", "goal", "--exit-code", "3"]);
      expect(persisted.code).toBe(0);
      const [outcome] = keptOutcomes(faultbox.directory());
      expect(JSON.stringify(outcome?.["notes"])).toContain("secrets that only a policy names are not masked");
    });
  });

  describe("env explain", () => {
    test("names rule, file and line, and the line that would pass a dropped name", async () => {
      user('[env.profiles.minimal.vars]\nMINE = "pass"\nOTHER = "drop"');
      const env = { MINE: "1", OTHER: "2", CL_ANCHOR: "/a" };
      const mine = await run(["env", "explain", "MINE"], env);
      expect([mine.code, mine.stdout]).toEqual([
        0,
        `MINE  passed: exact (${home()}/.config/faultbox/faultbox.toml:2 names it)\n`,
      ]);
      const other = await run(["env", "explain", "OTHER", "--json"], env);
      expect([other.code, JSON.parse(other.stdout)]).toMatchObject([
        1,
        { rule: "drop", layer: "user", line: null, profile: "minimal" },
      ]);
      const anchor = await run(["env", "explain", "CL_ANCHOR"], env);
      expect([anchor.code, anchor.stdout]).toEqual([
        1,
        'CL_ANCHOR  dropped: default (no rule in profile "minimal" names it); add --pass CL_ANCHOR, or "CL_ANCHOR" = "pass" under [env.profiles.minimal.vars]\n',
      ]);
    });
  });

  describe("env check", () => {
    test("exits 0 when nothing is wrong", async () => {
      const ran = await run(["env", "check", "--json"], { LC_ALL: "C" });
      expect([ran.code, ran.stdout]).toEqual([0, "[]\n"]);
    });

    test("tells of secrets too short to mask, values that fail and what is required, in a table and as JSON", async () => {
      user('[env.profiles.minimal.vars]\nX = "require"');
      const env = { API_TOKEN: "none", TERM: "../x" };
      const ran = await run(["env", "check"], env);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain("secret    API_TOKEN  name looks secret, value too short to mask (4)\n");
      expect(ran.stdout).toContain("value     TERM       TERM is dropped: check term: it holds / or %\n");
      const json = await run(["env", "check", "--json"], env);
      const kinds = (JSON.parse(json.stdout) as { kind: string }[]).map(({ kind }) => kind);
      expect(kinds).toEqual(["required", "value", "secret"]);
    });

    test("tells of a variable that is given twice", async () => {
      if (Bun.which("python3") === null) return void console.warn("skipped: python3 is not installed");
      const program = `import ctypes, sys
libc = ctypes.CDLL(None)
def array(words): return (ctypes.c_char_p * (len(words) + 1))(*[word.encode() for word in words], None)
libc.execve(sys.argv[1].encode(), array(sys.argv[1:]), array(["A=1", "A=2", "PATH=/usr/bin:/bin", "HOME=/tmp", "DENO_DIR=/tmp/faultbox-deno"]))`;
      fs.writeFileSync(path("twice.py"), program);
      const [first = "", ...rest] = faultbox.command;
      const words = [first, ...rest, "env", "check", "--json"].map((word) => `'${word}'`).join(" ");
      const ran = await faultbox.shell(`python3 ${path("twice.py")} ${words}`);
      expect(ran.stdout).toContain('"kind": "repeated"');
    });
  });

  describe("env diff", () => {
    test("tells in one line that a variable vanished between two executions, by id and by file", async () => {
      const env = { CL_ANCHOR: "/a" };
      await run(["run", "--keep", "always", "--task", "one", "--profile", "agent", "--", "true"], env);
      await run(["run", "--keep", "always", "--task", "two", "--profile", "agent", "--", "true"]);
      await run(["run", "--outcome", path("three.json"), "--profile", "agent", "--", "true"]);
      const byId = await run(["env", "diff", "exec-one", "exec-two"]);
      expect([byId.code, byId.stdout]).toEqual([1, "CL_ANCHOR  passed -> absent\n"]);
      const byFile = await run(["env", "diff", "--json", "exec-one", path("three.json")]);
      expect([byFile.code, JSON.parse(byFile.stdout)]).toEqual([
        1,
        {
          profile: { before: "agent", after: "agent" },
          changes: [{ name: "CL_ANCHOR", before: "passed", after: "absent" }],
        },
      ]);
      const same = await run(["env", "diff", "exec-two", path("three.json")]);
      expect([same.code, same.stdout]).toEqual([0, ""]);
    });

    test("refuses what is no execution", async () => {
      const none = await run(["env", "diff", "nope", "nope"]);
      expect([none.code, none.stderr]).toEqual([
        2,
        expect.stringContaining('Cannot compare "nope": no execution matches in'),
      ]);
      const bad = await run(["env", "diff", write("x.json", "[]"), "nope"]);
      expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining("is not an outcome")]);
    });
  });

  describe("env bisect", () => {
    const names = Array.from({ length: 60 }, (_, index) => `DROPPED_${index}`);
    const parent = Object.fromEntries(names.map((name) => [name, "1"]));

    test("finds the one variable among sixty that a failing script needs, in at most 2·log2(60) runs", async () => {
      script("needs-one", "#!/bin/sh", "echo run >>count", 'test -n "$DROPPED_41"');
      const ran = await run(["env", "bisect", "--", path("needs-one")], parent);
      expect([ran.code, ran.stdout]).toEqual([0, '[env.profiles.minimal.vars]\n"DROPPED_41" = "pass"\n']);
      const runs = fs.readFileSync(path("count"), "utf8").split("\n").length - 1;
      expect(runs).toBeLessThanOrEqual(2 * Math.log2(60));
      // What it prints is what helps.
      user(ran.stdout);
      expect((await run(["run", "--", path("needs-one")], parent)).code).toBe(0);
    });

    test("finds two, and never passes what is denied", async () => {
      script(
        "needs-two",
        "#!/bin/sh",
        'test -z "$PLANE_API_TOKEN" || touch leaked',
        'test -n "$DROPPED_3" && test -n "$DROPPED_58"',
      );
      const ran = await run(["env", "bisect", "--json", "--", path("needs-two")], {
        ...parent,
        PLANE_API_TOKEN: "x",
      });
      expect(ran.code).toBe(0);
      expect(JSON.parse(ran.stdout)).toMatchObject({ names: ["DROPPED_3", "DROPPED_58"], directories: [] });
      expect(fs.existsSync(path("leaked"))).toBe(false);
    });

    test("finds a directory of the parent's PATH that the program needs", async () => {
      script("tools/my-helper", "#!/bin/sh", "true");
      script("needs-helper", "#!/bin/sh", "my-helper");
      user('[env.profiles.minimal.path]\nbase = ["/usr/bin", "/bin"]');
      const PATH = `${path("tools")}:/usr/bin:/bin`;
      const ran = await run(["env", "bisect", "--", path("needs-helper")], { PATH, DROPPED: "1" });
      expect([ran.code, ran.stdout]).toEqual([
        0,
        `[env.profiles.minimal]\npath.dirs = ["${path("tools")}"]\n`,
      ]);
    });

    test("says so when nothing is missing, and when everything does not help", async () => {
      const fine = await run(["env", "bisect", "--", "true"], parent);
      expect([fine.code, fine.stdout, fine.stderr]).toEqual([
        1,
        "",
        expect.stringContaining("the program works under the policy"),
      ]);
      const hopeless = await run(["env", "bisect", "--json", "--", "false"], parent);
      expect([hopeless.code, JSON.parse(hopeless.stdout)]).toEqual([
        1,
        { names: [], directories: [], lines: [] },
      ]);
      expect(hopeless.stderr).toContain("fails with everything that the policy drops too");
    });

    test("ends a run that does not end by itself", async () => {
      script("hangs", "#!/bin/sh", 'test -n "$DROPPED_7" || exec sleep 600');
      const ran = await run(["env", "bisect", "--timeout", "500ms", "--", path("hangs")], { DROPPED_7: "1" });
      expect([ran.code, ran.stdout]).toEqual([0, '[env.profiles.minimal.vars]\n"DROPPED_7" = "pass"\n']);
    });
  });

  describe("env profiles", () => {
    test("lists those of the files before the built-in ones", async () => {
      user('[env.profiles.mine]\nextends = ["agent"]');
      const ran = await run(["env", "profiles", "--json"]);
      expect(JSON.parse(ran.stdout)).toEqual([
        { name: "mine", extends: ["agent"], origin: `${home()}/.config/faultbox/faultbox.toml` },
        { name: "base", extends: [], origin: "built-in" },
        { name: "minimal", extends: ["base"], origin: "built-in" },
        { name: "agent", extends: ["minimal"], origin: "built-in" },
        { name: "oc-worker", extends: ["base"], origin: "built-in" },
      ]);
    });

    test("prints the built-in ones as a file that changes nothing", async () => {
      const env = {
        LC_ALL: "C",
        SHELL: "/bin/sh",
        X: "1",
        GITHUB_ACTIONS: "true",
        MY_TOKEN: "x",
        NODE_OPTIONS: "x",
      };
      const show = (profile: string) => run(["env", "show", "--json", "--values", "--profile", profile], env);
      const read = (text: string) =>
        (JSON.parse(text) as Record<string, unknown>[]).map(({ name, outcome, rule, value, secret }) => [
          name,
          outcome,
          rule,
          value,
          secret,
        ]);
      const before = await Promise.all(["minimal", "agent", "oc-worker"].map(show));
      user((await run(["env", "profiles", "--toml"])).stdout);
      const after = await Promise.all(["minimal", "agent", "oc-worker"].map(show));
      expect(after.map(({ stdout }) => read(stdout))).toEqual(before.map(({ stdout }) => read(stdout)));
      expect(after[0]?.stdout).toContain("faultbox.toml:");
    });
  });
});
