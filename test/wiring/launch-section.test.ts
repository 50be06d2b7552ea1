import { expect, test } from "bun:test";
import { launchSection } from "../../src/wiring/launch-section.ts";
import { extractHeaders } from "../../src/wiring/prompt-headers.ts";
import { runPaths } from "../../src/wiring/run-paths.ts";
import { workerNames } from "../../src/wiring/workers.ts";

const run = { projectRoot: "/srv/my app", taskType: "review", sequence: 7 };

test("launchSection() names the log, each worker's files, and how to merge", () => {
  expect(launchSection(runPaths(run, ["codex", "report-writer"]))).toMatchInlineSnapshot(`
    "## Run Logs

    - Errors log (absolute): /srv/my app/runs/review/logs/errors-review-007.jsonl
    - Errors log (from the project root): runs/review/logs/errors-review-007.jsonl
    - codex: sidecar /srv/my app/runs/review/worker-results/codex-worker-errors-review-007.json, result /srv/my app/runs/review/worker-results/codex-worker-review-007.md
    - report-writer: sidecar /srv/my app/runs/review/worker-results/report-writer-worker-errors-review-007.json, result /srv/my app/runs/review/worker-results/report-writer-worker-review-007.md

    Put the lines that \`faultbox headers render\` prints for a worker into that worker's prompt, verbatim, each on a
    line of its own. When a worker has ended, however it ended, take in what it reported; doing it twice adds nothing,
    and no sidecar means that it reported nothing:

    \`\`\`sh
    faultbox error-log append-from-worker --sidecar '/srv/my app/runs/review/worker-results/codex-worker-errors-review-007.json' --out '/srv/my app/runs/review/logs/errors-review-007.jsonl' --task-key "$TASK_KEY" --agent codex --agent-role worker --model "$CODEX_MODEL"
    faultbox error-log append-from-worker --sidecar '/srv/my app/runs/review/worker-results/report-writer-worker-errors-review-007.json' --out '/srv/my app/runs/review/logs/errors-review-007.jsonl' --task-key "$TASK_KEY" --agent report-writer --agent-role worker --model "$REPORT_WRITER_MODEL"
    \`\`\`"
  `);
});

test("launchSection() holds no line that is taken for a worker's header", () => {
  const section = launchSection(runPaths(run, workerNames));
  expect(extractHeaders(section, [])).toEqual({
    kind: "found",
    headers: { errorsLog: null, errorsSidecar: null, worktree: null },
  });
});
