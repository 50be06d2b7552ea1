import { command } from "../command.ts";

/** Flags that both ways to append have. */
const appendFlags = {
  out: { type: "string", valueHint: "file", description: "The errors log, by its absolute path" },
  "task-key": { type: "string", valueHint: "key", description: "What the agents work on" },
  phase: { type: "string", valueHint: "name", description: "In which phase of it" },
  agent: { type: "string", valueHint: "name", description: "Who failed, for example codex" },
  "agent-role": { type: "string", valueHint: "role", description: "As what, for example worker" },
  model: { type: "string", valueHint: "name", description: "The agent's model" },
  durability: {
    type: "string",
    valueHint: "disk|none",
    description: "Whether to wait until the record is on disk",
    default: "disk",
  },
  json: { type: "boolean", description: "Say as JSON what became of it" },
} as const;

const text = { type: "string", valueHint: "text", takesAnyWord: true } as const;

export const appendObserved = command({
  summary: "Append an error that a lead or a wrapper observed",
  flags: {
    ...appendFlags,
    "error-type": {
      type: "string",
      valueHint: "type",
      description: "cli-failure or contract-violation",
    },
    command: { ...text, description: "What was run" },
    tool: { ...text, description: "The tool that failed" },
    "exit-code": { type: "string", valueHint: "n", description: "What it exited with" },
    signal: { type: "string", valueHint: "name", description: "The signal that ended it" },
    "duration-ms": { type: "string", valueHint: "n", description: "How long it ran" },
    message: { ...text, description: "What went wrong" },
    "message-file": {
      type: "string",
      valueHint: "file|-",
      description: "The message is in this file, or on stdin",
    },
    "stderr-excerpt-file": {
      type: "string",
      valueHint: "file|-",
      description: "What it wrote to stderr is in this file, or on stdin",
    },
    diagnostics: { type: "string", valueHint: "file", description: "The file with all the evidence" },
    "occurred-at": { type: "string", valueHint: "time", description: "When, in ISO 8601 (now)" },
    key: { ...text, description: "Append only once what has this key, however often it is tried" },
    fingerprint: { ...text, description: "Group it by this text instead of by what it says" },
    attribute: {
      ...text,
      valueHint: "name=value",
      description: "Anything else worth keeping",
      multiple: true,
    },
  },
  examples: [
    "faultbox error-log append-observed --out /srv/run/errors.jsonl --task-key T-12 --phase build \\",
    "  --agent codex --agent-role worker --error-type cli-failure --exit-code 3 --stderr-excerpt-file err.txt",
    "",
    "Exit codes: 0 durable, perhaps with a warning; 2 called wrongly, or a path that cannot be meant;",
    "65 a field is not what it must be; 74 it could be written nowhere. What is not logged is printed on",
    "stderr, whole: faultbox-unlogged: {…}",
  ],
  load: () => import("./error-log-append-observed.handler.ts"),
});

export const appendFromWorker = command({
  summary: "Append what a worker reported in its sidecar; twice adds nothing",
  flags: {
    ...appendFlags,
    sidecar: { type: "string", valueHint: "file", description: "The worker's sidecar, by its absolute path" },
  },
  examples: [
    "faultbox error-log append-from-worker --sidecar /srv/run/codex-errors.json --out /srv/run/errors.jsonl \\",
    "  --task-key T-12 --agent codex --agent-role worker --model gpt-5",
    "",
    "No sidecar is no failure: a worker without errors has none. Exit code 65 when an entry was refused; the",
    "good ones are appended all the same.",
  ],
  load: () => import("./error-log-append-from-worker.handler.ts"),
});
