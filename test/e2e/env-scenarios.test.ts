/** The promises of the environment from outside, one case each: what a policy says, what the child then has. */
import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { writeFile } from "./run-outcome.ts";
import { eachWay, keptOutcomes } from "./support.ts";

eachWay(
  "the environment of a child",
  (faultbox) => {
    const home = () => path.join(faultbox.directory(), "h");
    /** All that faultbox has beside HOME and PATH. */
    const surroundings = (env: Record<string, string>) => ({ HOME: home(), PATH: "/usr/bin:/bin", ...env });
    const policy = (text: string) => writeFile(faultbox, "h/.config/faultbox/faultbox.toml", text);
    const vars = (text: string) => policy(`[env.profiles.minimal.vars]\n${text}\n`);

    async function child(env: Record<string, string>, words: readonly string[] = []) {
      const ran = await faultbox.run(["env", "exec", ...words, "--", "env"], { env: surroundings(env) });
      const {
        HOME: _,
        PATH: __,
        DENO_DIR: ___,
        DENO_NO_UPDATE_CHECK: ____,
        ...others
      } = Object.fromEntries(
        ran.stdout
          .split("\n")
          .filter((line) => line.includes("="))
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      );
      return { ...ran, variables: others };
    }

    test("has what is passed and the base, and nothing that nobody passed", async () => {
      vars('A = "pass"');
      expect((await child({ A: "1", B: "2" })).variables).toEqual({ A: "1" });
    });

    test("is not made when what is denied is asked for: the message names file and line, and nothing starts", async () => {
      vars('PLANE_API_TOKEN = "deny"');
      const env = surroundings({ PLANE_API_TOKEN: "x" });
      const ran = await faultbox.run(["run", "--pass", "PLANE_API_TOKEN", "--", "touch", "started"], { env });
      expect([ran.code, fs.existsSync(path.join(faultbox.directory(), "started"))]).toEqual([125, false]);
      expect(ran.stderr).toMatch(/denied by "?\S*faultbox\.toml:2/);
    });

    test("has a secret-looking name that is named, and one behind a glob only where the glob says secret", async () => {
      const env = { MY_TOKEN: "hunter2pass99", MY_MODE: "y" };
      vars('MY_TOKEN = "pass"');
      expect((await child(env)).variables).toEqual({ MY_TOKEN: "hunter2pass99" });
      vars('"MY_*" = "pass"');
      expect((await child(env)).variables).toEqual({ MY_MODE: "y" });
      const why = await faultbox.run(["env", "explain", "MY_TOKEN"], { env: surroundings(env) });
      expect(why.stdout).toContain("a glob does not carry secret-looking names; use secret");
      vars('"MY_*" = "secret"');
      expect((await child(env)).variables).toEqual(env);
      const ran = await faultbox.run(["run", "--", "sh", "-c", "echo $MY_TOKEN; exit 1"], {
        env: surroundings(env),
      });
      expect(ran.code).toBe(1);
      expect(keptOutcomes(faultbox.directory())[0]?.["tail"]).toBe("[REDACTED:MY_TOKEN]");
    });

    test("keeps a value that is set whatever else is passed, and one that is set and travels only when named", async () => {
      policy(
        '[env.profiles.minimal]\nset = { X = "1", LD_LIBRARY_PATH = "/opt/l" }\n[env.profiles.minimal.vars]\nPATH = "pass"\n',
      );
      expect((await child({ X: "2" })).variables).toEqual({ X: "1", LD_LIBRARY_PATH: "/opt/l" });
      policy('[env.profiles.minimal]\nset = { LD_PRELOAD = "/x.so" }\n');
      const refused = await child({});
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toContain("LD_PRELOAD");
    });

    test("gets from a glob of everything nothing that steers what programs load or run", async () => {
      vars('"*" = "pass"');
      const names = [
        "BASH_ENV",
        "NODE_OPTIONS",
        "PERL5OPT",
        "GIT_SSH_COMMAND",
        "LD_LIBRARY_PATH",
        "PYTHONSTARTUP",
      ];
      const env = Object.fromEntries(names.map((name) => [name, "/nowhere"]));
      expect(Object.keys((await child({ ...env, A: "1" })).variables)).toEqual(
        expect.not.arrayContaining(names),
      );
      expect((await child({ ...env, A: "1" })).variables["A"]).toBe("1");
    });

    test("never gets BUN_BE_BUN or BUN_OPTIONS, whoever passes them", async () => {
      vars('"BUN_OPTIONS" = "pass"\n"BUN_BE_BUN" = "pass"');
      expect((await child({ BUN_OPTIONS: "--smol" })).variables).toEqual({});
    });

    test("gets NODE_OPTIONS without the flags that load code, with a warning", async () => {
      vars('NODE_OPTIONS = "pass"');
      const ran = await child({ NODE_OPTIONS: "--max-old-space-size=4096 --require /e.js" });
      expect(ran.variables).toEqual({ NODE_OPTIONS: "--max-old-space-size=4096" });
      const words = ["run", "--report", "--", "true"];
      const env = surroundings({ NODE_OPTIONS: "--max-old-space-size=4096 --require /e.js" });
      expect((await faultbox.run(words, { env })).stderr).toContain("NODE_OPTIONS");
    });

    test("has USER and LOGNAME together", async () => {
      vars('LOGNAME = "drop"\nUSER = "pass"');
      expect((await child({ USER: "a", LOGNAME: "b" })).variables).toEqual({ USER: "a" });
      vars('USER = "pass"');
      expect((await child({ USER: "a", LOGNAME: "b" })).variables).toEqual({ USER: "a", LOGNAME: "b" });
    });

    test.each([
      ["TERM", "../../x", false],
      ["TERM", "xterm-256color", true],
      ["TZ", ":Europe/Paris", true],
      ["TZ", "/etc/passwd", false],
      ["TZ", "/usr/share/zoneinfo/UTC", true],
      ["TZ", "../../x", false],
      ["TZ", "a b", false],
    ])("checks %s=%s", async (name, value, passes) => {
      expect((await child({ [name]: value })).variables).toEqual(passes ? { [name]: value } : {});
      if (passes) return;
      const why = await faultbox.run(["env", "explain", name], { env: surroundings({ [name]: value }) });
      expect([why.code, why.stdout]).toEqual([1, expect.stringContaining("dropped: check")]);
    });

    test("has an empty value that is passed, and is not made with one that is required", async () => {
      vars('EMPTY = "pass"');
      expect((await child({ EMPTY: "" })).variables).toEqual({ EMPTY: "" });
      vars('EMPTY = "require"');
      const ran = await child({ EMPTY: "" });
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("present but empty")]);
    });

    test("is not made without what is required: the hint is told, and a requirement of another profile says nothing", async () => {
      policy(
        '[env.profiles.strict]\nextends = ["minimal"]\n[env.profiles.strict.vars]\nCL_ANCHOR = { require = true, hint = "eval $(cl session start)" }\n',
      );
      const strict = await faultbox.run(["env", "exec", "--profile", "strict", "--", "touch", "started"], {
        env: surroundings({}),
      });
      expect([strict.code, strict.stderr]).toEqual([2, expect.stringContaining("eval $(cl session start)")]);
      expect(fs.existsSync(path.join(faultbox.directory(), "started"))).toBe(false);
      expect((await child({})).code).toBe(0);
    });

    test("goes without a value that the system would not take, with a word, and starts", async () => {
      policy(`[env.profiles.minimal]\nset = { A = "${"x".repeat(200_000)}", B = "1" }\n`);
      expect(await child({})).toMatchObject({ code: 0, variables: { B: "1" } });
      const why = await faultbox.run(["env", "explain", "A"], { env: surroundings({}) });
      expect([why.code, why.stdout.length < 1000, why.stdout]).toEqual([
        1,
        true,
        expect.stringContaining("128 KiB"),
      ]);
    });

    test("takes everything but * and ? in a glob as it is", async () => {
      vars('"A[0]" = "pass"\n"a_*" = "pass"');
      expect((await child({ "A[0]": "1", A0: "2", A_B: "3" })).variables).toEqual({ "A[0]": "1" });
      vars('"!A" = "pass"');
      expect(await child({ A: "1" })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('give the name the action "drop"'),
      });
    });

    test("is the same whatever .env and bunfig.toml lie in the current directory", async () => {
      writeFile(faultbox, ".env", "SECRET=1\n");
      writeFile(faultbox, "bunfig.toml", 'preload = ["./preload.ts"]\n');
      writeFile(faultbox, "preload.ts", 'require("node:fs").writeFileSync("preloaded", "");\n');
      const ran = await faultbox.run(["env", "show"], { env: surroundings({}) });
      expect([ran.code, ran.stdout.includes("SECRET")]).toEqual([0, false]);
      expect(fs.existsSync(path.join(faultbox.directory(), "preloaded"))).toBe(false);
    });

    test("drops what a profile drops of the one below it, and nothing beside", async () => {
      policy(
        '[env.profiles.below.vars]\nA = "pass"\nB = "pass"\n[env.profiles.above]\nextends = ["below"]\n[env.profiles.above.vars]\nA = "drop"\n',
      );
      expect((await child({ A: "1", B: "2" }, ["--profile", "above"])).variables).toEqual({ B: "2" });
    });

    test("is not made of profiles in a circle, nor of two side by side that disagree", async () => {
      policy('[env.profiles.one]\nextends = ["two"]\n[env.profiles.two]\nextends = ["one"]\n');
      const circle = await child({}, ["--profile", "one"]);
      expect([circle.code, circle.stderr]).toEqual([2, expect.stringMatching(/one.*two.*one/s)]);
      policy(
        '[env.profiles.a.vars]\nX = "pass"\n[env.profiles.b.vars]\nX = "drop"\n[env.profiles.c]\nextends = ["a", "b"]\n',
      );
      expect((await child({ X: "1" }, ["--profile", "c"])).code).toBe(2);
      policy(
        '[env.profiles.a.vars]\nX = "pass"\n[env.profiles.b.vars]\nX = "pass"\n[env.profiles.c]\nextends = ["a", "b"]\n',
      );
      expect((await child({ X: "1" }, ["--profile", "c"])).variables).toEqual({ X: "1" });
    });

    test("gets from a repository's file only what a file above lists", async () => {
      policy('[env]\nrepo_may_pass = ["CL_*"]\n');
      const env = { AWS_SECRET_ACCESS_KEY: "x", CL_ANCHOR: "/a" };
      writeFile(
        faultbox,
        "faultbox.toml",
        '[env.profiles.minimal.vars]\nAWS_SECRET_ACCESS_KEY = "pass"\nCL_ANCHOR = "pass"\n',
      );
      const ran = await child(env);
      expect([ran.code, ran.variables]).toEqual([0, { CL_ANCHOR: "/a" }]);
      const shown = await faultbox.run(["env", "show"], { env: surroundings(env) });
      expect([shown.code, shown.stderr]).toEqual([
        0,
        expect.stringContaining("faultbox.toml:2 is ignored: AWS_SECRET_ACCESS_KEY is denied"),
      ]);
    });

    describe("PATH:", () => {
      const tool = (name: string, text = "#!/bin/sh\necho $0\n") => writeFile(faultbox, name, text, 0o755);
      const built = (tools: string) =>
        policy(
          `[env.profiles.built]\nextends = ["minimal"]\npath = { base = ["/usr/bin", "/bin"], tools = [${tools}] }\n`,
        );
      const run = (env: Record<string, string>, words: readonly string[]) =>
        faultbox.run(["env", "exec", "--profile", "built", "--", ...words], {
          env: surroundings(env),
          cwd: home(),
        });

      test("finds a tool where the parent does, and the interpreter that its first line asks for", async () => {
        tool("h/.local/bin/claude", "#!/usr/bin/env nodelike\n");
        const interpreter = tool("opt/n/bin/nodelike");
        built('"claude"');
        const PATH = `${home()}/.local/bin:${path.dirname(interpreter)}:/usr/bin:/bin`;
        const found = await run({ PATH }, ["sh", "-c", "command -v claude; command -v nodelike"]);
        expect(found.stdout).toBe(`${home()}/.local/bin/claude\n${interpreter}\n`);
      });

      test("goes without an optional tool, and not without another", async () => {
        fs.mkdirSync(home(), { recursive: true });
        built('"aider-of-nobody?"');
        expect((await run({}, ["true"])).code).toBe(0);
        built('"claude-of-nobody"');
        const ran = await run({}, ["true"]);
        expect([ran.code, ran.stderr]).toEqual([
          2,
          expect.stringMatching(/claude-of-nobody.*not in the parent's PATH either/s),
        ]);
      });

      test("of the child finds the program", async () => {
        const [parents, childs] = [tool("a/tool"), tool("b/tool")];
        const env = surroundings({ PATH: `${path.dirname(parents)}:/usr/bin:/bin` });
        const words = ["run", "--set", `PATH=${path.dirname(childs)}:/usr/bin:/bin`, "--", "tool"];
        expect((await faultbox.run(words, { env })).stdout).toBe(`${childs}\n`);
      });
    });

    describe("is explained:", () => {
      test("a dropped name with the lines that would pass it, exit code 1", async () => {
        const ran = await faultbox.run(["env", "explain", "CL_ANCHOR"], {
          env: surroundings({ CL_ANCHOR: "/x" }),
        });
        expect([ran.code, ran.stdout]).toEqual([
          1,
          'CL_ANCHOR  dropped: default (no rule in profile "minimal" names it); add --pass CL_ANCHOR, or "CL_ANCHOR" = "pass" under [env.profiles.minimal.vars]\n',
        ]);
      });

      test("as JSON without a value or a hash of one, the same bytes each time", async () => {
        const env = surroundings({ A_TOKEN: "hunter2pass99", B: "2" });
        const [one, two] = [
          await faultbox.run(["env", "show", "--json"], { env }),
          await faultbox.run(["env", "show", "--json"], { env }),
        ];
        expect(one.stdout).toBe(two.stdout);
        const hashes = ["md5", "sha1", "sha256"].map((kind) =>
          new Bun.CryptoHasher(kind as "md5").update("hunter2pass99").digest("hex"),
        );
        for (const form of ["hunter2", ...hashes]) expect(one.stdout).not.toContain(form.slice(0, 8));
      });

      test("a secret that is too short to mask, and a locale that is not installed", async () => {
        const ran = await faultbox.run(["env", "check", "--json"], {
          env: surroundings({ API_TOKEN: "none", LC_ALL: "xx_YY.UTF-8" }),
        });
        expect(ran.code).toBe(1);
        expect(ran.stdout).toContain("name looks secret, value too short to mask (4)");
        if (fs.existsSync("/usr/lib/locale")) expect(ran.stdout).toContain("xx_YY.UTF-8");
      });

      test("what vanished between two executions, in one line, exit code 1", async () => {
        const words = (name: string, ...more: string[]) => ["run", "--outcome", name, ...more, "--", "true"];
        const env = surroundings({ CL_ANCHOR: "/x" });
        await faultbox.run(words("one.json", "--pass", "CL_ANCHOR"), { env });
        await faultbox.run(words("two.json"), { env });
        const ran = await faultbox.run(["env", "diff", "one.json", "two.json"], { env });
        expect([
          ran.code,
          ran.stdout
            .trimEnd()
            .split("\n")
            .filter((line) => line.includes("CL_ANCHOR")),
        ]).toEqual([1, [expect.stringContaining("CL_ANCHOR")]]);
      });
    });
  },
  ["compiled"],
);
