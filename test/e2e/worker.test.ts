import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay, keptOutcomes, type Ran } from "./support.ts";

const standIn = join(import.meta.dir, "../fixtures/agents/stand-in.sh");

eachWay("faultbox worker", (faultbox) => {
  const project = () => join(faultbox.directory(), "my project");
  const promptPath = () => join(faultbox.directory(), "prompt.md");
  const sidecar = () => `${project()}/runs/review/worker-results/codex-worker-errors-review-007.json`;
  const log = () => `${project()}/runs/review/logs/errors-review-007.jsonl`;

  /** A project, stand-ins for the agents named, and a prompt with these lines instead of the two that it must have. */
  function prepare(agents: readonly string[], lines?: readonly string[]): void {
    fs.mkdirSync(project());
    const bin = join(faultbox.directory(), "bin");
    fs.mkdirSync(bin);
    for (const agent of agents) fs.copyFileSync(standIn, join(bin, agent));
    const headers = lines ?? [`**Errors log path:** ${log()}`, `**Errors sidecar path:** ${sidecar()}`];
    fs.writeFileSync(promptPath(), ["# Task", "", ...headers, "", "Do it: `$HOME`."].join("\n"));
  }

  function call(agent: string, ...more: string[]): Promise<Ran> {
    return faultbox.run(["worker", agent, project(), "a-model", promptPath(), ...more], {
      env: {
        PATH: `${join(faultbox.directory(), "bin")}:/usr/bin:/bin`,
        ANTHROPIC_API_KEY: "sk-of-the-model",
        SOMETHING_ELSE: "not for agents",
      },
    });
  }

  const seen = (name: string) => fs.readFileSync(join(project(), "seen", name), "utf8");
  const seenArgv = () => seen("argv").split("\0").slice(0, -1);
  const untouched = () => fs.readdirSync(faultbox.directory()).sort();
  const makeRunDirectories = () => {
    for (const file of [sidecar(), log()]) fs.mkdirSync(join(file, ".."), { recursive: true });
  };
  const entries = () => JSON.parse(fs.readFileSync(sidecar(), "utf8")).errors;

  describe.each(["codex", "gemini", "claude"])("%s", (agent) => {
    test("gets the argv that is printed, the prompt to its end, the profile agent, and the project to work in", async () => {
      prepare([agent]);
      const worktree = join(faultbox.directory(), "a tree");
      fs.mkdirSync(worktree);
      const ran = await call(agent, worktree);
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "an answer\n", "a warning\n"]);
      const printed = await call(agent, worktree, "--print-argv");
      expect([printed.code, printed.stderr]).toEqual([0, ""]);
      expect(JSON.parse(printed.stdout)).toEqual([agent, ...seenArgv()]);
      expect(seenArgv()).toContain("a-model");
      expect(seenArgv()).toContain(worktree);
      expect(seen("stdin")).toBe(fs.readFileSync(promptPath(), "utf8"));
      expect(seen("cwd")).toBe(`${project()}\n`);
      expect(seen("env")).toContain("ANTHROPIC_API_KEY=sk-of-the-model\n");
      expect(seen("env")).not.toContain("SOMETHING_ELSE");
      expect(fs.readdirSync(project())).toEqual(["seen"]);
    });

    test("writes a live log beside the prompt, which the next call adds to", async () => {
      prepare([agent]);
      for (const _ of [1, 2]) await call(agent);
      const lines = fs.readFileSync(`${promptPath()}.log`, "utf8").trimEnd().split("\n");
      expect(lines.filter((line) => line.startsWith("# === attempt 1 of execution "))).toHaveLength(1);
      expect(lines.filter((line) => line === "an answer")).toHaveLength(2);
      expect(lines.filter((line) => line === "a warning")).toHaveLength(2);
    });

    test("runs where no live log can be written", async () => {
      prepare([agent]);
      fs.mkdirSync(`${promptPath()}.log`);
      expect(await call(agent)).toMatchObject({ code: 0, stdout: "an answer\n" });
    });

    test("that is not installed exits 127, says so on stdout, and leaves nothing", async () => {
      prepare([]);
      const ran = await call(agent);
      expect([ran.code, ran.stderr]).toEqual([127, ""]);
      expect(ran.stdout).toMatch(new RegExp(`^${agent.toUpperCase()}_NOT_INSTALLED: [^\n]+\n$`));
      expect([untouched(), fs.readdirSync(project())]).toEqual([["bin", "my project", "prompt.md"], []]);
    });
  });

  test("that fails exits as the agent did, keeps the evidence, and has its record in the errors log", async () => {
    prepare(["codex"]);
    makeRunDirectories();
    fs.writeFileSync(join(project(), "exit-code"), "3");
    const ran = await call("codex", "--task-key", "T-12", "--phase", "review");
    expect(ran.code).toBe(3);
    const outcome = keptOutcomes(project())[0];
    expect(outcome).toMatchObject({
      role: "codex-worker",
      task: "T-12",
      exitCode: 3,
      limits: { timeout: { ms: 1_800_000, source: "default" } },
      environment: { profile: "agent" },
    });
    const [record] = fs
      .readFileSync(log(), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(record).toMatchObject({
      source: "runner-observed",
      taskKey: "T-12",
      phase: "review",
      agent: "codex",
      agentRole: "worker",
      model: "a-model",
      errorType: "cli-failure",
      exitCode: 3,
      diagnostics: { path: join(project(), "logs/local/failures/codex-worker-T-12.log") },
    });
  });

  test.each([
    ["the prompt names no errors log", true, ["--task-key", "T-12", "--phase", "review"]],
    ["there is no task key", false, ["--phase", "review"]],
    ["there is no phase", false, ["--task-key", "T-12"]],
  ])("a failure is for the sidecar where %s", async (_, without, more) => {
    prepare(["codex"], without ? [`**Errors sidecar path:** ${sidecar()}`] : undefined);
    makeRunDirectories();
    fs.writeFileSync(join(project(), "exit-code"), "3");
    await call("codex", ...more);
    expect(entries()).toMatchObject([{ errorType: "tool-failure", tool: "codex", exitCode: 3 }]);
    expect(fs.existsSync(log())).toBe(false);
  });

  test("that takes too long ends with 124, by the limit that was given", async () => {
    prepare([]);
    makeRunDirectories();
    fs.writeFileSync(join(faultbox.directory(), "bin/claude"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
    const ran = await call("claude", "--timeout", "300ms");
    expect(ran.code).toBe(124);
    expect(keptOutcomes(project())[0]).toMatchObject({
      status: "timed_out",
      limits: { timeout: { ms: 300, source: "--timeout" } },
    });
    expect(entries()).toMatchObject([
      { tool: "claude", message: expect.stringContaining("was ended by its time limit") },
    ]);
  });

  test("that cannot be executed exits 126, and the record says why", async () => {
    prepare(["codex"]);
    makeRunDirectories();
    fs.chmodSync(join(faultbox.directory(), "bin/codex"), 0o644);
    const ran = await call("codex");
    expect(ran.code).toBe(126);
    expect(entries()[0]?.message).toContain('codex was not started: Cannot execute "codex"');
    expect(keptOutcomes(project())).toHaveLength(1);
  });

  test("with --phase implementation needs a worktree, from the call or the prompt", async () => {
    prepare(["codex"]);
    const none = await call("codex", "--phase", "implementation", "--print-argv");
    expect([none.code, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toContain("Give WORKTREE-PATH with --phase implementation");
    const tree = join(faultbox.directory(), "tree");
    fs.mkdirSync(tree);
    fs.appendFileSync(promptPath(), `\n**Worktree:** ${tree}\n`);
    const named = await call("codex", "--phase", "implementation", "--print-argv");
    expect(JSON.parse(named.stdout)).toEqual([
      "codex",
      "exec",
      "-C",
      project(),
      "--model",
      "a-model",
      "--sandbox",
      "workspace-write",
      "--add-dir",
      tree,
      "-",
    ]);
    const both = await call("codex", `${tree}/`, "--print-argv");
    expect(both.stdout).toBe(named.stdout);
    const other = await call("codex", project(), "--print-argv");
    expect([other.code, other.stdout]).toEqual([2, ""]);
    expect(other.stderr).toContain("Cannot tell the worktree");
  });

  test("with a role names its evidence by it, and an empty worktree is none", async () => {
    prepare(["gemini"]);
    fs.writeFileSync(join(project(), "exit-code"), "1");
    await call("gemini", "", "reviewer");
    expect(keptOutcomes(project())[0]).toMatchObject({ role: "gemini-reviewer" });
    expect(keptOutcomes(project())[0]).toMatchObject({ role: expect.stringContaining("reviewer") });
    expect(seenArgv()).not.toContain("--include-directories");
  });

  test("with a prompt that lacks the sidecar's line exits 65, and starts nothing", async () => {
    prepare(["codex"], [`**Errors log path:** ${log()}`]);
    const ran = await call("codex");
    expect([ran.code, ran.stdout]).toEqual([65, "CODEX_ERRORS_PATH_MISSING: no Errors sidecar path line\n"]);
    expect([untouched(), fs.readdirSync(project())]).toEqual([["bin", "my project", "prompt.md"], []]);
  });

  test("with a prompt whose log is still a placeholder exits 65, and starts nothing", async () => {
    prepare(["claude"], ["**Errors log path:** <path>", `**Errors sidecar path:** ${sidecar()}`]);
    const ran = await call("claude");
    expect(ran.code).toBe(65);
    expect(ran.stdout).toBe(
      "CLAUDE_WORKER_ERRORS_PATH_MISSING: Errors log path on line 3 still holds a placeholder\n",
    );
    expect(fs.readdirSync(project())).toEqual([]);
  });

  test.each([
    [["codex"], "Give PROJECT-ROOT"],
    [["codex", "app", "m", "/p.md"], 'Cannot use PROJECT-ROOT "app": it is relative'],
    [["codex", "/missing", "m", "/p.md"], 'Cannot use PROJECT-ROOT "/missing": there is no such directory'],
    [["codex", "/", "", "/p.md"], 'Cannot use MODEL ""'],
    [["codex", "/", "a model", "/p.md"], 'Cannot use MODEL "a model"'],
    [["codex", "/", "m", "p.md"], 'Cannot use PROMPT-PATH "p.md": it is relative'],
    [["codex", "/", "m", "{{prompt}}"], "it still holds a placeholder"],
    [["codex", "/", "m", "/missing.md"], 'Cannot use PROMPT-PATH "/missing.md": there is no such file'],
    [["codex", "/", "m", "/dev/null"], 'Cannot use PROMPT-PATH "/dev/null": it is not a regular file'],
    [
      ["codex", "/", "m", "/etc/passwd", "/missing"],
      'Cannot use WORKTREE-PATH "/missing": there is no such directory',
    ],
    [["codex", "/", "m", "/etc/passwd", "", "../role"], "Give ROLE letters, digits"],
    [["codex", "/", "m", "/p.md", "", "r", "more"], 'Unexpected word "more"'],
    [["aider", "/", "m", "/p.md"], 'Unknown command "aider"; known are codex, gemini, claude'],
    [["codex", "/", "m", "/p.md", "--", "-x"], "Unexpected --"],
  ])("%j is refused with 2", async (words, message) => {
    const ran = await faultbox.run(["worker", ...words]);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(/^faultbox: [^\n]+\n$/);
    expect(ran.stderr).toContain(message);
  });
});
