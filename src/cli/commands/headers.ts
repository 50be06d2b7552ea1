import { type Commands, command } from "../command.ts";
import { runNameFlags, workersFlag } from "./run-name-flags.ts";

const seq = {
  type: "string",
  valueHint: "n",
  description: "The number of the run, as faultbox paths gave it",
} as const;

const worker = {
  type: "string",
  valueHint: "name",
  description: "Whose prompt it is: claude, codex, gemini or report-writer",
} as const;

const headersRender = command({
  summary: "Print the lines that a worker's prompt must hold, verbatim",
  flags: {
    worker,
    ...runNameFlags,
    seq,
    worktree: {
      type: "string",
      valueHint: "dir",
      description: "Name this directory too, as the one to work in; an absolute path",
    },
  },
  examples: [
    "faultbox headers render --worker codex --project-root /srv/app --task-type review --seq 7 >>prompt.md",
  ],
  load: () => import("./headers.handler.ts").then(({ render }) => ({ handle: render })),
});

const headersLaunchSection = command({
  summary: 'Print the section "Run Logs" for the prompt of the lead',
  flags: { ...runNameFlags, seq, workers: workersFlag },
  examples: ["faultbox headers launch-section --project-root /srv/app --task-type review --seq 7 >>lead.md"],
  load: () => import("./headers.handler.ts").then(({ section }) => ({ handle: section })),
});

const headersExtract = command({
  summary: "Read the paths from a worker's prompt, strictly",
  positionals: [{ name: "prompt", description: "the file of the prompt, or - for stdin", required: true }],
  flags: {
    worker,
    format: {
      type: "string",
      valueHint: "json|shell",
      description: "shell: assignments to evaluate (json)",
    },
    json: { type: "boolean", description: "The same as --format json" },
  },
  examples: [
    "faultbox headers extract --worker codex prompt.md",
    'paths=$(faultbox headers extract --worker claude --format shell prompt.md) && eval "$paths"',
    "",
    "Exit code 65 when a line is missing or cannot be used, with CODEX_ERRORS_PATH_MISSING: … on stdout",
    "(GEMINI_…, CLAUDE_WORKER_…, REPORT_WRITER_WORKER_…) and every reason on stderr. Nothing is guessed.",
  ],
  load: () => import("./headers.handler.ts").then(({ extract }) => ({ handle: extract })),
});

export const headersCommands: Commands = {
  render: headersRender,
  "launch-section": headersLaunchSection,
  extract: headersExtract,
};
