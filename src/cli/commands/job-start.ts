import { command } from "../command.ts";
import { run } from "./run.ts";

const { quiet: _quiet, json: _json, report: _report, ...shared } = run.flags;

const flags = {
  ...shared,
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
  outcome: { type: "string", valueHint: "file", description: "Write the outcome there too, as JSON" },
  json: { type: "boolean", description: "Print id, directory, log and outcome as one object" },
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
  load: () => import("./job-start.handler.ts"),
});

export const jobSupervise = command({
  summary: "What job start starts: runs the program, and tells on stdout once it does",
  hidden: true,
  takesProgram: true,
  flags,
  examples: ["faultbox job supervise -- npm test"],
  load: () => import("./job-supervise.handler.ts"),
});
