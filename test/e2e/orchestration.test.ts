/** Runs the script of docs/orchestration.md against stand-ins for three agents. */
import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { writeFile } from "./run-outcome.ts";
import { eachWay, keptOutcomes } from "./support.ts";

const project = path.resolve(import.meta.dir, "../..");
const document = fs.readFileSync(path.join(project, "docs/orchestration.md"), "utf8");
const script = /```bash\n(#!.*?)```/s.exec(document)?.[1] ?? "";
const notes = path.join(project, "test/fixtures/agents/notes-what-it-gets.sh");

const standIns = {
  // A tool of its fails, which it reports; it succeeds all the same.
  claude: `. ${notes}
paths=$(faultbox headers extract --worker claude --format shell "$seen/stdin") || exit
eval "$paths"
faultbox run --role tool --task lint -- sh -c 'echo "2 problems" >&2; exit 1' ||
  faultbox sidecar append --sidecar "$RUN_ERRORS_SIDECAR" --tool lint --exit-code $? \\
    --message 'lint found 2 problems' --diagnostics logs/local/failures/tool-lint.log
echo "reviewed, but for the style"`,
  codex: `. ${notes}
echo "no model of that name" >&2
exit 3`,
  gemini: `. ${notes}
echo "thinking"
exec sleep 300`,
};

// Deno cannot start faultbox again: see `denoCannot`.
eachWay(
  "docs/orchestration.md",
  (faultbox) => {
    const root = () => faultbox.directory();
    const inRun = (name: string) => path.join(root(), "runs/review", name);
    const seen = (agent: string, name: string) =>
      fs.readFileSync(path.join(root(), "seen", agent, name), "utf8");

    async function runStory() {
      writeFile(faultbox, "bin/faultbox", `#!/bin/sh\nexec ${faultbox.command.join(" ")} "$@"\n`, 0o755);
      for (const [name, body] of Object.entries(standIns))
        writeFile(faultbox, `bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755);
      writeFile(faultbox, "task.md", "Review the change.\n");
      const lead = writeFile(faultbox, "lead.sh", script);
      return faultbox.shell(`bash ${lead}`, {
        env: {
          PATH: `${root()}/bin:/usr/local/bin:/usr/bin:/bin`,
          GEMINI_LIMIT: "1s",
          OPENAI_API_KEY: "key-of-codex",
          GEMINI_API_KEY: "key-of-gemini",
          SOMETHING_ELSE: "not for agents",
        },
      });
    }

    describe("run by a lead", () => {
      test("ends with exactly the records of what failed, each with its evidence", async () => {
        const ran = await runStory();
        expect([ran.code, ran.stderr.split("\n").filter((line) => line.includes("Cannot"))]).toEqual([0, []]);
        const records = fs
          .readFileSync(inRun("logs/errors-review-001.jsonl"), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
          .sort((one, other) => (one.agent < other.agent ? -1 : 1));
        const shared = { taskKey: "T-12", agentRole: "worker" };
        expect(records).toMatchObject([
          {
            ...shared,
            agent: "claude",
            model: "opus",
            source: "worker-reported",
            errorType: "tool-failure",
            tool: "lint",
            exitCode: 1,
          },
          {
            ...shared,
            agent: "codex",
            model: "gpt-5",
            phase: "review",
            source: "runner-observed",
            errorType: "cli-failure",
            exitCode: 3,
            message: expect.stringContaining("no model of that name"),
          },
          {
            ...shared,
            agent: "gemini",
            model: "gemini-2.5-pro",
            phase: "review",
            source: "runner-observed",
            errorType: "cli-failure",
            signal: "SIGTERM",
            attributes: { status: "timed_out" },
          },
        ]);
        for (const { diagnostics } of records) {
          const bytes = fs.readFileSync(diagnostics.path);
          const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
          expect(diagnostics).toEqual({ path: diagnostics.path, bytes: bytes.length, sha256 });
        }
        const states = [...ran.stdout.matchAll(/^(\S+) +[0-9a-f-]{36} /gm)].map(([, state]) => state);
        expect(states).toEqual(["timeout", "error", "completed"]);
        const roles = keptOutcomes(root()).map(({ role, status }) => [role, status]);
        expect(roles.sort()).toEqual([
          ["codex-worker", "failed"],
          ["gemini-worker", "timed_out"],
          ["tool", "failed"],
        ]);
        expect(ran.stderr).toContain("merged 1 from ");
        expect(ran.stderr.match(/there is no sidecar/g)).toHaveLength(2);

        expect(seen("codex", "argv").split("\0")).toEqual([
          ...["exec", "-C", root(), "--model", "gpt-5", "--sandbox", "workspace-write", "-", ""],
        ]);
        for (const agent of Object.keys(standIns)) {
          const prompt = fs.readFileSync(inRun(`prompts-001/${agent}.md`), "utf8");
          expect(seen(agent, "stdin")).toBe(prompt);
          expect(prompt).toEndWith("\n\nReview the change.\n");
          expect(seen(agent, "cwd")).toBe(`${root()}\n`);
          expect(seen(agent, "env")).toContain("OPENAI_API_KEY=key-of-codex\n");
          expect(seen(agent, "env")).toContain("GEMINI_API_KEY=key-of-gemini\n");
          expect(seen(agent, "env")).not.toContain("SOMETHING_ELSE");
          expect(fs.existsSync(inRun(`prompts-001/${agent}.md.log`))).toBe(true);
        }
      });
    });
  },
  ["bun", "compiled"],
);
