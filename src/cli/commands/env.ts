import { type Commands, command } from "../command.ts";
import { configFlags, environmentFlags } from "./environment-flags.ts";

const json = (description: string) => ({ type: "boolean", description }) as const;

const envShow = command({
  summary: "List every variable, whether the program gets it, and by which rule",
  flags: {
    ...environmentFlags,
    json: json("One array of decisions"),
    values: { type: "boolean", description: "Show values too, but never of a secret" },
  },
  examples: [
    "faultbox env show",
    "faultbox env show --profile oc-worker --secret GITHUB_TOKEN",
    "faultbox env show --json | jq -r '.[] | select(.outcome == \"dropped\") | .name'",
  ],
  load: () => import("./env.handlers.ts").then(({ show }) => ({ handle: show })),
});

const envExplain = command({
  summary: "Say why a variable is or is not there, and what would allow it",
  positionals: [{ name: "name", description: "the variable, for example CL_ANCHOR", required: true }],
  flags: { ...environmentFlags, json: json("The decision as JSON") },
  examples: [
    "faultbox env explain CL_ANCHOR",
    "faultbox env explain PATH --profile oc-worker",
    "",
    "Exit code 1 when it would be missing.",
  ],
  load: () => import("./env.handlers.ts").then(({ explain }) => ({ handle: explain })),
});

const envExec = command({
  summary: "Run a program with the environment and nothing else: no limits, no evidence",
  takesProgram: true,
  flags: environmentFlags,
  examples: ["faultbox env exec -- env", "faultbox env exec --profile agent -- sh -c 'echo $PATH'"],
  load: () => import("./env.handlers.ts").then(({ exec }) => ({ handle: exec })),
});

const envCheck = command({
  summary: "Find what is wrong with the environment before a program does",
  takesProgram: true,
  flags: { ...environmentFlags, json: json("One array of findings") },
  examples: [
    "faultbox env check --profile agent",
    "faultbox env check --profile agent -- claude -p hello",
    "",
    "It finds required variables and tools that are missing, values that fail their check, rules that do not",
    "count, secrets too short to mask, locales that are not installed, variables given twice, and processes",
    "above us that still hold what is denied. Exit code 1 when it finds something.",
  ],
  load: () => import("./env.handlers.ts").then(({ check }) => ({ handle: check })),
});

const envDiff = command({
  summary: "Compare the environments of two executions, by name",
  positionals: [
    { name: "before", description: "an execution's id, or its outcome file", required: true },
    { name: "after", description: "the other one", required: true },
  ],
  flags: {
    json: json("The changes as JSON"),
    root: environmentFlags.root,
    "failures-dir": {
      type: "string",
      valueHint: "dir",
      description: "Where executions are kept, instead of <root>/logs/local/failures",
    },
  },
  examples: [
    "faultbox env diff goal-4f2a91c0 goal-4f2a91c0.2",
    "faultbox env diff yesterday.json ./outcome.json",
    "",
    "Exit code 1 when a variable is there in one and not in the other.",
  ],
  load: () => import("./env.handlers.ts").then(({ diff }) => ({ handle: diff })),
});

const envBisect = command({
  summary: "Find the dropped variables that a program cannot do without, by running it again and again",
  takesProgram: true,
  flags: {
    ...environmentFlags,
    timeout: {
      type: "string",
      valueHint: "duration",
      description: "End each run after this long; that run failed",
      default: "10m",
    },
    stdin: {
      type: "string",
      valueHint: "inherit|null|file",
      description: "Where the input of each run comes from",
      default: "null",
    },
    json: json("What was found as JSON"),
  },
  examples: [
    "faultbox env bisect -- ./executor.sh",
    "faultbox env bisect --profile agent --timeout 30s -- claude --version",
    "",
    "Denied variables are never passed. On stdout come the lines to add to a policy file.",
    "Exit code 1 when there is nothing to find: it works, or it fails with every variable too.",
  ],
  load: () => import("./env.handlers.ts").then(({ bisect }) => ({ handle: bisect })),
});

const envProfiles = command({
  summary: "List the profiles there are",
  flags: {
    ...configFlags,
    json: json("One array of profiles"),
    toml: { type: "boolean", description: "Print the built-in profiles as a policy file" },
  },
  examples: ["faultbox env profiles", "faultbox env profiles --toml >faultbox.toml"],
  load: () => import("./env.handlers.ts").then(({ profiles }) => ({ handle: profiles })),
});

export const envCommands: Commands = {
  show: envShow,
  explain: envExplain,
  check: envCheck,
  diff: envDiff,
  exec: envExec,
  bisect: envBisect,
  profiles: envProfiles,
};
