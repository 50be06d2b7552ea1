import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay, keptOutcomes, onlyLog } from "./support.ts";

interface Row {
  readonly name: string;
  readonly outcome: string;
  readonly value?: string | null;
}

eachWay("faultbox env", (faultbox) => {
  /** The variables that a program gets: what `env` prints. */
  async function childOf(flags: readonly string[], env: Record<string, string>) {
    const ran = await faultbox.run(["env", "exec", ...flags, "--", "/usr/bin/env"], { env });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    return Object.fromEntries(
      ran.stdout
        .trimEnd()
        .split("\n")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  }

  function directoryWith(path: string, name: string, script: string): string {
    const directory = join(faultbox.directory(), path);
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return directory;
  }

  describe("exec", () => {
    test("gives the base and what is passed, and nothing else", async () => {
      const child = await childOf(["--pass", "A"], { A: "1", B: "2" });
      expect(child).toMatchObject({ A: "1" });
      expect(Object.keys(child).sort()).toEqual(["A", "HOME", "PATH"]);
    });

    test("passes a secret-looking name that is named exactly", async () => {
      expect(await childOf(["--pass", "MY_TOKEN"], { MY_TOKEN: "x" })).toMatchObject({ MY_TOKEN: "x" });
    });

    test("lets USER and LOGNAME travel together", async () => {
      const child = await childOf(["--profile", "base", "--pass", "USER"], { USER: "a", LOGNAME: "b" });
      expect(child).toMatchObject({ USER: "a", LOGNAME: "b" });
    });

    test("never passes what the runtime inside reads, also when asked by a glob", async () => {
      const child = await childOf(["--pass", "BUN_*"], { BUN_BE_BUN: "0", BUN_OPTIONS: "", BUN_X: "1" });
      expect(Object.keys(child).sort()).toEqual(["BUN_X", "HOME", "PATH"]);
    });

    test("finds a tool of the parent's PATH under profile oc-worker", async () => {
      const tools = directoryWith("h/.local/bin", "claude", "true");
      const env = { HOME: join(faultbox.directory(), "h"), PATH: `${tools}:/usr/bin:/bin` };
      const words = ["env", "exec", "--profile", "oc-worker", "--", "sh", "-c", "command -v claude"];
      expect((await faultbox.run(words, { env })).stdout).toBe(`${tools}/claude\n`);
    });

    test("looks the program up on the child's PATH, not on the parent's", async () => {
      const parents = directoryWith("a", "tool", "echo the parent");
      const childs = directoryWith("b", "tool", "echo the child");
      const env = { PATH: `${parents}:/usr/bin:/bin` };
      for (const command of [["env", "exec"], ["run"]]) {
        const ran = await faultbox.run([...command, "--set", `PATH=${childs}`, "--", "tool"], { env });
        expect([ran.code, ran.stdout]).toEqual([0, "the child\n"]);
      }
    });

    test("passes streams and the exit code on, and keeps no evidence", async () => {
      const ran = await faultbox.run(["env", "exec", "--", "sh", "-c", "cat; echo err >&2; exit 3"], {
        stdin: "in",
      });
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([3, "in", "err\n"]);
      expect((await faultbox.run(["env", "exec", "--", "no-such-program"])).code).toBe(127);
      expect((await faultbox.run(["env", "exec", "--", "sh", "-c", "kill -TERM $$"])).code).toBe(143);
      expect(fs.readdirSync(faultbox.directory())).toEqual([]);
    });

    test("starts nothing when a required variable is missing", async () => {
      const ran = await faultbox.run(["env", "exec", "--require", "CL_ANCHOR", "--", "touch", "marker"]);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toMatch(/^faultbox: Cannot give "CL_ANCHOR"[^\n]*\n$/);
      expect(fs.readdirSync(faultbox.directory())).toEqual([]);
    });
  });

  test("reads neither .env nor bunfig.toml of the caller's directory", async () => {
    const directory = faultbox.directory();
    fs.writeFileSync(join(directory, ".env"), "DOTENV_SECRET=1\n");
    fs.writeFileSync(join(directory, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
    fs.writeFileSync(join(directory, "preload.ts"), 'await Bun.write("preloaded", "");\n');
    const ran = await faultbox.run(["env", "show"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).not.toContain("DOTENV_SECRET");
    expect(fs.existsSync(join(directory, "preloaded"))).toBe(false);
  });

  describe("show", () => {
    const env = {
      API_TOKEN: "s3cret-api-token",
      PLANE_API_TOKEN: "s3cret-plane-token",
      NAMED: "s3cret-by-name",
      PLAIN: "harmless",
      LC_ALL: "C",
    };
    const flags = ["--secret", "NAMED", "--pass", "PLAIN", "--secret", "API_TOKEN", "--values"];

    test("--json is the same byte for byte, and holds no secret value", async () => {
      const first = await faultbox.run(["env", "show", "--json", ...flags], { env });
      const reversed = Object.fromEntries(Object.entries(env).reverse());
      const second = await faultbox.run(["env", "show", "--json", ...flags], { env: reversed });
      expect(second.stdout).toBe(first.stdout);
      expect(first.stdout).not.toContain("s3cret");
      const rows: readonly Row[] = JSON.parse(first.stdout);
      const of = (name: string) => rows.find((row) => row.name === name);
      expect(of("PLAIN")).toMatchObject({ outcome: "passed", value: "harmless" });
      expect(of("API_TOKEN")).toMatchObject({ outcome: "passed", value: null });
      expect(of("PLANE_API_TOKEN")).toMatchObject({ outcome: "dropped", value: null });
      expect(rows.map(({ name }) => name)).toEqual(rows.map(({ name }) => name).sort());
    });

    test("shows values only when asked, and never a secret one", async () => {
      const bare = await faultbox.run(["env", "show", "--pass", "PLAIN"], { env });
      expect(bare.stdout).toContain("PLAIN  passed: exact");
      expect(bare.stdout).not.toContain("harmless");
      const shown = await faultbox.run(["env", "show", ...flags], { env });
      expect(shown.stdout).toContain('= "harmless"');
      expect(shown.stdout).not.toContain("s3cret");
    });
  });

  describe("explain", () => {
    test("of a dropped name exits 1 and names what would pass it", async () => {
      const ran = await faultbox.run(["env", "explain", "CL_ANCHOR"], { env: { CL_ANCHOR: "/a" } });
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(/^CL_ANCHOR {2}dropped: default [^\n]*--pass CL_ANCHOR, or [^\n]*\n$/);
    });

    test("of a passed name exits 0", async () => {
      const ran = await faultbox.run(["env", "explain", "HOME"]);
      expect([ran.code, ran.stdout]).toEqual([0, 'HOME  passed: exact (profile "minimal" names it)\n']);
    });

    test("of a name that nobody has exits 1, as JSON too", async () => {
      const ran = await faultbox.run(["env", "explain", "NOPE", "--json"]);
      expect([ran.code, JSON.parse(ran.stdout)]).toEqual([1, { name: "NOPE", outcome: "absent" }]);
    });
  });

  describe("a denied variable", () => {
    const words = ["--pass", "AWS_SECRET_ACCESS_KEY", "--", "touch", "marker"];
    test.each([
      ["run", 125],
      ["env exec", 2],
    ])("asked for in %s is an error that names the rule", async (command, code) => {
      const ran = await faultbox.run([...command.split(" "), ...words], {
        env: { AWS_SECRET_ACCESS_KEY: "x" },
      });
      expect(ran.code).toBe(code);
      expect(ran.stderr).toMatch(/^faultbox: [^\n]*AWS_SECRET_ACCESS_KEY[^\n]*profile "base"[^\n]*\n$/);
      expect(fs.readdirSync(faultbox.directory())).toEqual([]);
    });
  });

  test("run keeps the evidence of a required variable that is missing, and starts nothing", async () => {
    const ran = await faultbox.run(["run", "--require", "CL_ANCHOR", "--", "touch", "marker"]);
    expect(ran.code).toBe(125);
    expect(ran.stderr).toMatch(/^faultbox: [^\n]*"CL_ANCHOR"[^\n]*\n$/);
    expect(fs.existsSync(join(faultbox.directory(), "marker"))).toBe(false);
    expect(keptOutcomes(faultbox.directory())).toMatchObject([
      { status: "not_started", failureCategory: "environment", exitCode: 125 },
    ]);
    expect(onlyLog(faultbox.directory())).toContain("CL_ANCHOR");
  });

  test("run passes the one token named for the task, and masks that and every other", async () => {
    const env = { REPO_A_TOKEN: "value-of-token-a", REPO_B_TOKEN: "value-of-token-b" };
    const script = "echo a=$REPO_A_TOKEN b=$REPO_B_TOKEN; echo leaked value-of-token-b >&2; exit 1";
    const ran = await faultbox.run(["run", "--secret", "REPO_A_TOKEN", "--", "sh", "-c", script], { env });
    expect(ran.stdout).toBe("a=value-of-token-a b=\n");
    const log = onlyLog(faultbox.directory());
    expect(log).toContain("a=[REDACTED:REPO_A_TOKEN] b=\n");
    expect(log).toContain("leaked [REDACTED:REPO_B_TOKEN]\n");
    const kept = await faultbox.shell("grep -r value-of-token logs; true");
    expect(kept.stdout).toBe("");
  });
});
