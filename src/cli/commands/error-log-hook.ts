import { command } from "../command.ts";

export const hookBash = command({
  summary: "Print a snippet that records each failing command of a Bash script, and changes nothing else",
  flags: {
    out: {
      type: "string",
      valueHint: "file",
      description: "The errors log, by its absolute path (FAULTBOX_ERRORS_LOG)",
    },
    "task-key": {
      type: "string",
      valueHint: "key",
      description: "What the script works on (FAULTBOX_TASK_KEY, else the script's name)",
    },
    phase: {
      type: "string",
      valueHint: "name",
      description: "In which phase of it (FAULTBOX_PHASE, else script)",
    },
    agent: { type: "string", valueHint: "name", description: "Who runs it (FAULTBOX_AGENT, else bash)" },
    "agent-role": {
      type: "string",
      valueHint: "role",
      description: "As what (FAULTBOX_AGENT_ROLE, else wrapper)",
    },
    model: { type: "string", valueHint: "name", description: "The agent's model (FAULTBOX_MODEL)" },
  },
  examples: [
    "# at the top of a script, behind its own set and trap:",
    'eval "$(faultbox error-log hook bash)"',
    "",
    "Each record has the command, its exit code, its line and the last lines on stderr, unless that is a terminal.",
  ],
  load: () => import("./error-log-hook.handler.ts").then(({ bash }) => ({ handle: bash })),
});

export const hookCapture = command({
  summary: "Used by the snippet: copy stdin to stdout, and hand over its last lines when asked",
  flags: {
    directory: { type: "string", valueHint: "dir", description: "Where to put them; removed at the end" },
    nonce: { type: "string", valueHint: "word", description: "Tells who asks" },
  },
  examples: ["faultbox error-log hook capture --directory /tmp/x --nonce 1234"],
  load: () => import("./error-log-hook.handler.ts").then(({ capture }) => ({ handle: capture })),
});
