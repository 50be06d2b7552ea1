import { afterEach, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { endStartedJobs, filesOf, pollOne, startJob } from "./job-support.ts";
import { writeFile } from "./run-outcome.ts";
import { eachWay, keptOutcomes } from "./support.ts";

// Deno cannot start faultbox again: see `denoCannot`.
eachWay(
  "faultbox job worker",
  (faultbox) => {
    afterEach(endStartedJobs);

    const root = () => faultbox.directory();
    const sidecar = () => path.join(root(), "sidecar.json");
    const prompt = (text = `**Errors sidecar path:** ${sidecar()}\n`) => writeFile(faultbox, "p.md", text);
    const env = () => ({ PATH: `${root()}/bin:/usr/bin:/bin`, OPENAI_API_KEY: "the-key" });
    const start = (...words: string[]) =>
      faultbox.run(["job", "worker", "codex", root(), "gpt-5", prompt(), ...words], { env: env() });

    test("is one execution, with the worker's role, environment and record", async () => {
      writeFile(
        faultbox,
        "bin/codex",
        '#!/bin/sh\ncat; echo "key ${OPENAI_API_KEY:+is there}"; exit 3\n',
        0o755,
      );
      const ran = await start("--task-key", "T-12", "--json");
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      const { id, log } = JSON.parse(ran.stdout);
      expect((await faultbox.run(["job", "wait", id])).code).toBe(1);
      expect(fs.readFileSync(log, "utf8")).toBe(`**Errors sidecar path:** ${sidecar()}\nkey is there\n`);
      expect(keptOutcomes(root())).toMatchObject([
        {
          executionId: id,
          role: "codex-worker",
          task: "T-12",
          limits: { timeout: { ms: 1_800_000, source: "default" } },
        },
      ]);
      expect(JSON.parse(fs.readFileSync(sidecar(), "utf8")).errors).toMatchObject([
        { tool: "codex", exitCode: 3 },
      ]);
      expect(fs.readFileSync(path.join(root(), "p.md.log"), "utf8")).toContain("key is there\n");
    });

    test("that is not installed is told at once, with the worker's word and code, and is no job", async () => {
      const ran = await start();
      expect(ran.code).toBe(127);
      expect(ran.stdout).toMatch(/^CODEX_NOT_INSTALLED: [^\n]+\n$/);
      expect(fs.readdirSync(root())).toEqual(["p.md"]);
    });

    test("with a prompt that lacks its line is told at once", async () => {
      const words = ["job", "worker", "claude", root(), "opus", prompt("no line\n")];
      const ran = await faultbox.run(words, { env: env() });
      expect([ran.code, ran.stdout]).toEqual([
        65,
        "CLAUDE_WORKER_ERRORS_PATH_MISSING: no Errors sidecar path line\n",
      ]);
      expect(ran.stderr).toContain('it has no line "**Errors sidecar path:**"');
      expect(fs.readdirSync(root())).toEqual(["p.md"]);
    });

    test.each([
      [["job", "worker", "codex"], "Give PROJECT-ROOT"],
      [["job", "worker", "codex", "app", "m", "/p.md"], 'Cannot use PROJECT-ROOT "app": it is relative'],
      [["job", "worker", "codex", "/", "m", "/p.md", "--print-argv"], 'Unknown flag "--print-argv"'],
    ])("%j is refused", async (words, message) => {
      const ran = await faultbox.run(words);
      expect([ran.code, ran.stdout]).toEqual([2, ""]);
      expect(ran.stderr).toContain(message);
    });

    test("can be a worker inside a job too, which ends with what the worker exits with", async () => {
      writeFile(faultbox, "bin/codex", "#!/bin/sh\ncat; echo said; exit 3\n", 0o755);
      const inner = [...faultbox.command, "worker", "codex", root(), "gpt-5", prompt(), "--task-key", "T-12"];
      const id = await startJob(faultbox, inner, { flags: ["--profile", "agent"], env: env() });
      expect((await faultbox.run(["job", "wait", id])).code).toBe(1);
      expect(await pollOne(faultbox, id)).toMatchObject({ state: "error", exitCode: 3 });
      expect(fs.readFileSync(filesOf(faultbox, id).log, "utf8")).toContain("said\n");
      expect(
        keptOutcomes(root())
          .map(({ role }) => role)
          .sort(),
      ).toEqual(["codex-worker", "exec"]);
    });
  },
  ["bun", "compiled"],
);
