import type { AgentName } from "../../wiring/agents.ts";
import { type Commands, command } from "../command.ts";
import { environmentFlags } from "./environment-flags.ts";
import { run } from "./run.ts";
import { runNameFlags } from "./run-name-flags.ts";

const { root: _, ...environment } = environmentFlags;

/** The positions of a worker's call: what every wrapper of an agent is given, in the order it is given in. */
export const workerPositionals = [
  { name: "project-root", description: "where the agent works, an absolute path", required: true },
  { name: "model", description: "the agent's model", required: true },
  { name: "prompt-path", description: "the file with the prompt, an absolute path", required: true },
  { name: "worktree-path", description: "a directory to work in too; empty for none", required: false },
  { name: "role", description: "as what the agent works (worker)", required: false },
] as const;

export const workerFlags = {
  phase: {
    type: "string",
    valueHint: "name",
    description: "The phase of the task; implementation needs a worktree",
  },
  "task-key": {
    type: "string",
    valueHint: "key",
    description: "What it works on, for the record of a failure and the name of its evidence",
  },
  "print-argv": { type: "boolean", description: "Print the command as a JSON array, and run nothing" },
  timeout: {
    ...run.flags.timeout,
    description: "End it after this long: 90, 75m, 1h30m; 0 = never (FAULTBOX_TIMEOUT, else 1800 s)",
  },
  "idle-timeout": run.flags["idle-timeout"],
  grace: run.flags.grace,
  ...environment,
  profile: { ...environment.profile, default: "agent" },
  task: { ...run.flags.task, description: "What for; it names the evidence (the task key)" },
  "failures-dir": run.flags["failures-dir"],
  quiet: run.flags.quiet,
  outcome: run.flags.outcome,
  json: run.flags.json,
  exclusive: run.flags.exclusive,
  report: run.flags.report,
} as const;

function workerCommand(agent: AgentName) {
  return command({
    summary: `Run ${agent} on a prompt, under the limits and with the evidence of faultbox run`,
    positionals: workerPositionals,
    flags: workerFlags,
    examples: [
      `faultbox worker ${agent} /srv/app MODEL /srv/app/prompt.md --task-key T-12 --phase review`,
      `faultbox worker ${agent} /srv/app MODEL /srv/app/prompt.md /srv/app-T-12 --phase implementation`,
      `faultbox worker ${agent} /srv/app MODEL /srv/app/prompt.md --secret GITHUB_TOKEN --print-argv | jq -r '.[]'`,
      "",
      "The prompt is the agent's stdin, and must hold the lines of faultbox headers render: the sidecar's, and the",
      "errors log's if a failure is to be recorded there. Exit codes: the agent's own, and those of faultbox run;",
      `2 called wrongly; 65 a line is missing or cannot be used; 127 with ${agent.toUpperCase()}_NOT_INSTALLED on stdout.`,
    ],
    load: () => import("./worker.handler.ts").then(({ handlerOf }) => handlerOf(agent)),
  });
}

const workerFinish = command({
  summary: "Take in what a worker reported, when it has ended, however it ended; twice adds nothing",
  flags: {
    worker: {
      type: "string",
      valueHint: "name",
      description: "Whose sidecar it is: claude, codex, gemini or report-writer",
    },
    ...runNameFlags,
    seq: { type: "string", valueHint: "n", description: "The number of the run, as faultbox paths gave it" },
    "task-key": { type: "string", valueHint: "key", description: "What the agents work on" },
    phase: {
      type: "string",
      valueHint: "name",
      description: "In which phase of it, where an entry does not say",
    },
    "agent-role": {
      type: "string",
      valueHint: "role",
      description: "As what the worker worked",
      default: "worker",
    },
    model: { type: "string", valueHint: "name", description: "The worker's model" },
    json: { type: "boolean", description: "Say as JSON what was merged" },
  },
  examples: [
    'faultbox worker finish --worker codex --project-root "$PWD" --task-type review --seq "$RUN_SEQ" \\',
    '  --task-key T-12 --model "$MODEL"',
    "",
    "It merges the worker's sidecar into the errors log of the run. No sidecar is no failure: a worker without errors has",
    "none. Exit code 65 when an entry was refused; the good ones are merged all the same.",
  ],
  load: () => import("./worker-finish.handler.ts"),
});

const workerCodex = workerCommand("codex");
const workerGemini = workerCommand("gemini");
const workerClaude = workerCommand("claude");

export const workerCommands: Commands = {
  codex: workerCodex,
  gemini: workerGemini,
  claude: workerClaude,
  finish: workerFinish,
};
