import { type Commands, command } from "../command.ts";
import { jobClaude, jobCodex, jobGemini, jobStart, jobSupervise } from "./job-start.ts";

const placeFlags = {
  root: {
    type: "string",
    valueHint: "dir",
    description: "The project whose logs/local/jobs is read (FAULTBOX_ROOT, else here)",
  },
} as const;

const json = { type: "boolean", description: "One array" } as const;

const jobWord = "a job's id, a prefix of one, its last 8 characters, or latest";
const oneJob = { name: "id", description: `${jobWord} (the default)`, required: false } as const;

const ask = () => import("./job-ask.handler.ts");

const jobPoll = command({
  summary: "Say at once how jobs stand: state, and for a running one how far it has come",
  positionals: [
    { name: "id", description: `${jobWord} (every one that runs)`, required: false, multiple: true },
  ],
  flags: { ...placeFlags, json },
  examples: [
    "faultbox job poll",
    "faultbox job poll \"$id\" --json | jq -r '.[0] | .state, .progress.lastOutputAt, .progress.lastLine'",
    "",
    "States: running; completed, error, timeout, not-run; lost, when its supervisor was killed; unknown, when it",
    "was started on another machine that does not share its locks. Exit code 1 when there is no such job.",
  ],
  load: () => ask().then(({ poll }) => ({ handle: poll })),
});

const jobWait = command({
  summary: "Wait until jobs have ended, but no longer than a limit",
  positionals: [{ name: "id", description: `${jobWord} (the default)`, required: false, multiple: true }],
  flags: {
    ...placeFlags,
    for: { type: "string", valueHint: "duration", description: "Wait no longer than this", default: "60s" },
    json,
  },
  examples: [
    'faultbox job wait "$id" --for 10m',
    'until faultbox job wait "$a" "$b"; [ $? != 75 ]; do echo "still working"; done',
    "",
    "Exit codes: 0 all have completed; 1 one of them did not, or there is no such job; 75 one still runs.",
  ],
  load: () => ask().then(({ wait }) => ({ handle: wait })),
});

const jobList = command({
  summary: "List jobs, newest first",
  flags: {
    ...placeFlags,
    limit: { type: "string", valueHint: "n", description: "At most so many", default: "20" },
    json,
  },
  examples: [
    "faultbox job list",
    "faultbox job list --limit 1000 --json | jq -r '.[] | [.state, .id] | @tsv'",
  ],
  load: () => ask().then(({ list }) => ({ handle: list })),
});

const jobShow = command({
  summary: "Show one job: what runs, since when, how far it has come or how it ended",
  positionals: [oneJob],
  flags: {
    ...placeFlags,
    json: { type: "boolean", description: "One object, with the outcome as it was written under ended" },
  },
  examples: ["faultbox job show", 'faultbox job show "$id" --json | jq .ended.cause'],
  load: () => ask().then(({ show }) => ({ handle: show })),
});

const jobLog = command({
  summary: "Print what a job has said on both streams, redacted",
  positionals: [oneJob],
  flags: {
    ...placeFlags,
    follow: { type: "boolean", description: "Print also what comes, until the job ends" },
    json: { type: "boolean", description: "Path and text as one object" },
  },
  examples: ["faultbox job log | tail", 'faultbox job log "$id" --follow'],
  load: () => import("./job-log.handler.ts"),
});

const jobStop = command({
  summary: "End jobs as their limit would: SIGTERM, the grace, SIGKILL; and say what happened",
  positionals: [{ name: "id", description: jobWord, required: true, multiple: true }],
  flags: {
    ...placeFlags,
    force: { type: "boolean", description: "Without a grace; also for one that was asked to stop before" },
    json,
  },
  examples: [
    'faultbox job stop "$id"',
    "",
    "Twice is fine, and so is a job that is over already. Exit codes: 0 all are over; 1 one cannot be reached from",
    "here, or there is no such job; 75 one is still ending.",
  ],
  load: () => import("./job-stop.handler.ts"),
});

const jobPrune = command({
  summary: "Remove the oldest jobs beyond a limit; what runs and the newest stay",
  flags: {
    ...placeFlags,
    "max-count": { type: "string", valueHint: "n", description: "Keep at most so many" },
    "max-bytes": {
      type: "string",
      valueHint: "size",
      description: "Keep at most so much: 1000000, 500K, 20M, 1G",
    },
    "max-age": {
      type: "string",
      valueHint: "duration",
      description: "Keep nothing that ended longer ago: 30d, 12h",
    },
    "dry-run": { type: "boolean", description: "Say what would be removed, and remove nothing" },
    json: { type: "boolean", description: "Say as JSON what was done" },
  },
  examples: [
    "faultbox job prune --max-age 7d --max-bytes 1G --dry-run",
    "",
    "The evidence of failures stays: faultbox failures prune is for that.",
  ],
  load: () => import("./job-prune.handler.ts"),
});

export const jobCommands: Commands = {
  start: jobStart,
  poll: jobPoll,
  wait: jobWait,
  stop: jobStop,
  list: jobList,
  show: jobShow,
  log: jobLog,
  prune: jobPrune,
  worker: {
    summary: "Run one agent of an orchestrated run in the background",
    commands: async () => ({ codex: jobCodex.start, gemini: jobGemini.start, claude: jobClaude.start }),
  },
  supervise: jobSupervise,
  "supervise-codex": jobCodex.supervise,
  "supervise-gemini": jobGemini.supervise,
  "supervise-claude": jobClaude.supervise,
};
