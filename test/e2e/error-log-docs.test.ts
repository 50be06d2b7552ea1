/** The recipes of docs/error-log.md, run as they stand there. */
import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { logOf, records } from "./error-log.ts";
import { eachWay } from "./support.ts";

const text = fs.readFileSync(join(import.meta.dir, "../../docs/error-log.md"), "utf8");

function recipe(name: string): string {
  const found = new RegExp(`\`\`\`bash recipe=${name}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/error-log.md has no recipe "${name}"`);
  return found;
}

/** Every recipe that was run. */
const followed = new Set<string>();

eachWay(
  "docs/error-log.md",
  (faultbox) => {
    /** Runs recipes with `faultbox` and a `codex` that fails on PATH. */
    async function follow(...names: string[]) {
      for (const name of names) followed.add(name);
      const bin = join(faultbox.directory(), "bin");
      fs.mkdirSync(bin, { recursive: true });
      fs.writeFileSync(join(bin, "faultbox"), `#!/bin/sh\nexec ${faultbox.command.join(" ")} "$@"\n`, {
        mode: 0o755,
      });
      fs.writeFileSync(join(bin, "codex"), '#!/bin/sh\necho "no model $1" >&2\nexit 3\n', { mode: 0o755 });
      const script = `export PATH=${bin}:$PATH TASK=T-12\n${names.map(recipe).join("\n")}`;
      fs.writeFileSync(join(faultbox.directory(), "script.sh"), script);
      const ran = await faultbox.shell("bash script.sh");
      return { ...ran, rows: fs.existsSync(logOf(faultbox)) ? records(logOf(faultbox)) : [] };
    }

    test("a wrapper script records what it sees fail", async () => {
      const { code, stderr, rows } = await follow("wrapper");
      expect([code, stderr]).toEqual([3, "no model exec\n"]);
      expect(rows).toMatchObject([
        {
          source: "lead-observed",
          taskKey: "T-12",
          exitCode: 3,
          command: "codex exec --json",
          stderrExcerpt: "no model exec\n",
        },
      ]);
    });

    test("run records it too, with its evidence", async () => {
      const { code, rows } = await follow("run");
      expect(code).toBe(3);
      expect(rows).toMatchObject([
        {
          source: "runner-observed",
          exitCode: 3,
          message: "no model exec",
          diagnostics: { sha256: expect.any(String) },
        },
      ]);
    });

    test("a script records every command of its own that fails", async () => {
      const { code, stderr, rows } = await follow("hook");
      expect([code, stderr]).toEqual([
        1,
        "fetching input.json\ncat: /nowhere/input.json: No such file or directory\n",
      ]);
      expect(rows).toMatchObject([
        {
          taskKey: "T-12",
          exitCode: 1,
          command: 'cat "/nowhere/$1"',
          stderrExcerpt: stderr,
          attributes: { function: "fetch" },
        },
      ]);
    });

    test("an agent reports, and the lead merges, once", async () => {
      const { code, rows } = await follow("sidecar", "merge", "merge");
      expect(code).toBe(0);
      expect(rows).toMatchObject([
        {
          source: "worker-reported",
          message: "two tests failed",
          tool: "bash",
          attributes: { suite: "unit" },
          model: "gpt-5",
        },
      ]);
    });

    test("a person and a program ask", async () => {
      const { code, stdout } = await follow("sidecar", "merge", "run");
      expect([code, stdout]).toEqual([3, ""]);
      const asked = await follow("groups", "jq");
      expect(asked.code).toBe(0);
      expect(asked.stdout).toContain("once, ");
      expect(asked.stdout).toContain("\tcodex\tno model exec\n");
    });

    test("the sidecar that is shown can be merged", async () => {
      const shown = /```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? "";
      fs.writeFileSync(join(faultbox.directory(), "s.json"), shown);
      const ran = await faultbox.run([
        "sidecar",
        "validate",
        "--sidecar",
        join(faultbox.directory(), "s.json"),
      ]);
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "1 entry can be merged\n", ""]);
    });

    test("the first lines record and show", async () => {
      const { code, stdout, rows } = await follow("first");
      expect([code, rows.length]).toEqual([0, 1]);
      expect(stdout).toContain("codex found no model");
      expect(stdout).toContain("once, ");
    });

    test("no recipe is left out", () => {
      const blocks = [...text.matchAll(/^```(?:ba)?sh(?: recipe=(\w+))?$/gm)].map(
        ([, name]) => name ?? "none",
      );
      expect(blocks.toSorted()).toEqual([...followed].toSorted());
    });
  },
  ["bun", "compiled"],
);
