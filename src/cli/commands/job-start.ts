import type { AgentName } from "../../wiring/agents.ts";
import { command } from "../command.ts";
import { run } from "./run.ts";
import { workerFlags, workerPositionals } from "./worker.ts";

const { quiet: _quiet, json: _json, report: _report, ...shared } = run.flags;

const jobFlags = {
  outcome: { type: "string", valueHint: "file", description: "Write the outcome there too, as JSON" },
  json: { type: "boolean", description: "Print id, directory, log and outcome as one object" },
} as const;

const flags = {
  ...shared,
  root: {
    ...run.flags.root,
    description: "The project: logs/local/jobs and logs/local/failures lie there (FAULTBOX_ROOT, else here)",
  },
  timeout: {
    ...run.flags.timeout,
    description: "End it after this long: 90, 75m, 1h30m; 0 = never (FAULTBOX_TIMEOUT, else 1800 s)",
  },
  stdin: {
    type: "string",
    valueHint: "null|file",
    description: "Where its input comes from; a prompt file goes here",
    default: "null",
  },
  ...jobFlags,
} as const;

export const jobStart = command({
  summary: "Start a program in the background, and print the id of the job at once",
  takesProgram: true,
  flags,
  examples: [
    "id=$(faultbox job start -- npm test)",
    "faultbox job start --timeout 2h --task T-12 --profile agent --stdin prompt.md -- claude -p",
    "faultbox job start --json -- ./deploy.sh | jq -r .log",
    "",
    "The job lives on when its starter, its terminal or its session ends. Like every execution it has limits, an",
    "outcome, and evidence when it fails; its files are in logs/local/jobs/<id> below the root. A program that",
    "cannot be started is a job too, with the state not-run. Exit codes: 0 it has started; 2 called wrongly;",
    "74 its files cannot be written; 75 with --exclusive, when somebody works on that task.",
  ],
  load: () => import("./job-start.handler.ts").then(({ starterWith }) => starterWith("supervise", 2)),
});

export const jobSupervise = command({
  summary: "What job start starts: runs the program, and tells on stdout once it does",
  hidden: true,
  takesProgram: true,
  flags,
  examples: ["faultbox job supervise -- npm test"],
  load: () => import("./job-supervise.handler.ts"),
});

function jobWorker(agent: AgentName) {
  const { quiet: _quiet, report: _report, "print-argv": _argv, ...rest } = workerFlags;
  const shown = { positionals: workerPositionals, flags: { ...rest, ...jobFlags } };
  const supervise = `supervise-${agent}`;
  return {
    start: command({
      ...shown,
      summary: `Run ${agent} on a prompt in the background, and print the id of the job at once`,
      examples: [
        `faultbox job worker ${agent} /srv/app MODEL /srv/app/prompt.md --task-key T-12 --phase review`,
        `id=$(faultbox job worker ${agent} /srv/app MODEL /srv/app/prompt.md --timeout 30m)`,
        'faultbox job wait "$id" --root /srv/app --for 10m',
        "",
        `One execution, with the limits and the evidence of faultbox worker ${agent}; its job lies below PROJECT-ROOT.`,
        "Exit codes: 0 it has started; else those of the worker: 2, 65, 75, or 127 with its word on stdout.",
      ],
      load: () => import("./job-start.handler.ts").then(({ starterWith }) => starterWith(supervise, 3)),
    }),
    supervise: command({
      ...shown,
      summary: `What job worker ${agent} starts`,
      hidden: true,
      examples: [`faultbox job ${supervise} /srv/app MODEL /srv/app/prompt.md`],
      load: () => import("./job-supervise.handler.ts").then(({ handlerOf }) => handlerOf(agent)),
    }),
  };
}

export const jobCodex = jobWorker("codex");
export const jobGemini = jobWorker("gemini");
export const jobClaude = jobWorker("claude");
