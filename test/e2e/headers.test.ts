import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay } from "./support.ts";

eachWay("faultbox headers", (faultbox) => {
  const run = () => ["--project-root", faultbox.directory(), "--task-type", "review", "--seq", "7"];

  async function rendered(worker: string, ...more: string[]): Promise<string> {
    const ran = await faultbox.run(["headers", "render", "--worker", worker, ...run(), ...more]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    return ran.stdout;
  }

  function promptFile(text: string): string {
    const path = join(faultbox.directory(), "prompt.md");
    fs.writeFileSync(path, text);
    return path;
  }

  test.each(["claude", "codex", "gemini", "report-writer"])(
    "render writes the two lines for %s",
    async (worker) => {
      const runs = `${faultbox.directory()}/runs/review`;
      expect(await rendered(worker)).toBe(
        `**Errors log path:** ${runs}/logs/errors-review-007.jsonl\n` +
          `**Errors sidecar path:** ${runs}/worker-results/${worker}-worker-errors-review-007.json\n`,
      );
      expect(fs.readdirSync(faultbox.directory())).toEqual([]);
    },
  );

  test("extract reads what render wrote, from a file and from stdin", async () => {
    const root = faultbox.directory();
    const prompt = `# Task\n\n${await rendered("codex", "--worktree", "/srv/tree")}\nDo it.\n`;
    const expected = {
      worker: "codex",
      errorsLog: `${root}/runs/review/logs/errors-review-007.jsonl`,
      errorsSidecar: `${root}/runs/review/worker-results/codex-worker-errors-review-007.json`,
      worktree: "/srv/tree",
    };
    const words = ["headers", "extract", "--worker", "codex"];
    const fromFile = await faultbox.run([...words, promptFile(prompt)]);
    expect([fromFile.code, fromFile.stderr, JSON.parse(fromFile.stdout)]).toEqual([0, "", expected]);
    const fromStdin = await faultbox.run([...words, "-"], { stdin: prompt.replaceAll("\n", "\r\n") });
    expect([fromStdin.code, fromStdin.stderr, JSON.parse(fromStdin.stdout)]).toEqual([0, "", expected]);
  });

  test("extract reads a prompt of 10 MB from a pipe", async () => {
    const line = `{ seq 1500000; $F headers render --worker claude ${run().join(" ")}; } | $F headers extract --worker claude -`;
    const ran = await faultbox.shell(line);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(JSON.parse(ran.stdout).errorsLog).toContain("errors-review-007.jsonl");
  });

  test("what extract writes for a shell gives back the paths, and clears what was there before", async () => {
    const log = "/srv/it's $(touch pwned) `x`/log.jsonl";
    const path = promptFile(`**Errors log path:** ${log}\n**Errors sidecar path:** /srv/$HOME/s.json\n`);
    const line = `RUN_WORKTREE=old; eval "$($F headers extract --worker codex --format shell ${path})"; printf '%s\\n' "$RUN_ERRORS_LOG" "$RUN_ERRORS_SIDECAR" "[$RUN_WORKTREE]"`;
    const ran = await faultbox.shell(line);
    expect([ran.code, ran.stderr, ran.stdout]).toEqual([0, "", `${log}\n/srv/$HOME/s.json\n[]\n`]);
    expect(fs.readdirSync(faultbox.directory())).toEqual(["prompt.md"]);
  });

  describe("extract refuses with 65", () => {
    test.each([
      ["codex", "CODEX_ERRORS_PATH_MISSING: no Errors log path line"],
      ["gemini", "GEMINI_ERRORS_PATH_MISSING: no Errors log path line"],
    ])("a prompt for %s that lacks the log's line", async (worker, line) => {
      const path = promptFile("**Errors sidecar path:** /srv/s.json\n");
      const ran = await faultbox.run(["headers", "extract", "--worker", worker, path]);
      expect([ran.code, ran.stdout]).toEqual([65, `${line}\n`]);
      expect(ran.stderr).toBe(
        `faultbox: Cannot use the prompt "${path}": it has no line "**Errors log path:**"; give it a line of its own: **Errors log path:** <absolute path>\n`,
      );
    });

    test.each([
      ["claude", "CLAUDE_WORKER_ERRORS_PATH_MISSING: no Errors sidecar path line"],
      ["report-writer", "REPORT_WRITER_WORKER_ERRORS_PATH_MISSING: no Errors sidecar path line"],
    ])("a prompt for %s only when it lacks the sidecar's line", async (worker, line) => {
      const words = ["headers", "extract", "--worker", worker];
      const good = await faultbox.run([...words, promptFile("**Errors sidecar path:** /srv/s.json\n")]);
      expect([good.code, JSON.parse(good.stdout).errorsLog]).toEqual([0, null]);
      const ran = await faultbox.run([...words, promptFile("**Errors log path:** /srv/e.jsonl\n")]);
      expect([ran.code, ran.stdout]).toEqual([65, `${line}\n`]);
    });

    test("with every reason, and without a word of the prompt on stdout that a script could evaluate", async () => {
      const path = promptFile(
        "**Errors log path:** $(touch pwned)\n**Errors sidecar path:** <sidecar>; touch pwned\n",
      );
      const line = `eval "$($F headers extract --worker codex --format shell ${path})"`;
      const ran = await faultbox.shell(line);
      expect(ran.stderr).toContain('on line 1 is relative: "$(touch pwned)"');
      expect(ran.stderr).toContain("CODEX_ERRORS_PATH_MISSING:: command not found");
      expect(fs.readdirSync(faultbox.directory())).toEqual(["prompt.md"]);
    });
  });

  test("launch-section names the log both ways, and each worker of the roster", async () => {
    const ran = await faultbox.run(["headers", "launch-section", ...run(), "--workers", "gemini"]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toStartWith("## Run Logs\n");
    expect(ran.stdout).toContain(`${faultbox.directory()}/runs/review/logs/errors-review-007.jsonl\n`);
    expect(ran.stdout).toContain(" runs/review/logs/errors-review-007.jsonl\n");
    for (const worker of ["claude", "codex", "gemini", "report-writer"]) {
      expect(ran.stdout).toContain(`- ${worker}: sidecar `);
      expect(ran.stdout).toContain(`--agent ${worker} --agent-role worker`);
    }
  });

  test.each([
    [["render", "--project-root", "/", "--task-type", "t", "--seq", "1"], "Give --worker NAME"],
    [
      ["render", "--worker", "aider", "--project-root", "/"],
      "known are claude, codex, gemini, report-writer",
    ],
    [
      ["render", "--worker", "codex", "--project-root", "/", "--task-type", "t"],
      "Give --seq N, the number of a run",
    ],
    [
      ["render", "--worker", "codex", "--project-root", "/", "--task-type", "t", "--seq", "next"],
      "faultbox paths --seq next",
    ],
    [
      [
        "render",
        "--worker",
        "codex",
        "--project-root",
        "/",
        "--task-type",
        "t",
        "--seq",
        "1",
        "--worktree",
        "tree",
      ],
      'Cannot use --worktree "tree": it is relative',
    ],
    [
      ["launch-section", "--project-root", "x", "--task-type", "t", "--seq", "1"],
      'Cannot use --project-root "x"',
    ],
    [["extract", "--worker", "codex"], "Give PROMPT"],
    [["extract", "--worker", "codex", "/missing.md"], 'Cannot read the prompt "/missing.md": no such file'],
    [["extract", "--worker", "codex", "/"], 'Cannot read the prompt "/": it is a directory'],
    [["extract", "--worker", "codex", "--format", "env", "-"], "Give --format as json or shell"],
  ])("%j is refused with 2", async (words, message) => {
    const ran = await faultbox.run(["headers", ...words]);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(/^faultbox: [^\n]+\n$/);
    expect(ran.stderr).toContain(message);
  });
});
