import { type Commands, command, type Group } from "../command.ts";

const sidecar = {
  type: "string",
  valueHint: "file",
  description: "The worker's sidecar, by its absolute path",
} as const;
const text = { type: "string", valueHint: "text", takesAnyWord: true } as const;
const json = { type: "boolean", description: "Say as JSON what there is" } as const;

const sidecarInit = command({
  summary: "Make an empty sidecar, or check the one that is there",
  flags: { sidecar, json },
  examples: ["faultbox sidecar init --sidecar /srv/run/codex-errors.json"],
  load: () => import("./sidecar.handler.ts").then(({ init }) => ({ handle: init })),
});

const sidecarAppend = command({
  summary: "Add a failure of a tool to a worker's sidecar, which is made when it is not there",
  flags: {
    sidecar,
    message: { ...text, description: "What went wrong" },
    "message-file": {
      type: "string",
      valueHint: "file|-",
      description: "The message is in this file, or on stdin",
    },
    tool: { ...text, description: "The tool that failed" },
    command: { ...text, description: "What was run" },
    "exit-code": { type: "string", valueHint: "n", description: "What it exited with" },
    signal: { type: "string", valueHint: "name", description: "The signal that ended it" },
    "duration-ms": { type: "string", valueHint: "n", description: "How long it ran" },
    "stderr-excerpt-file": {
      type: "string",
      valueHint: "file|-",
      description: "What it wrote to stderr is in this file, or on stdin",
    },
    phase: { type: "string", valueHint: "name", description: "In which phase of the task" },
    diagnostics: { type: "string", valueHint: "file", description: "The file with all the evidence" },
    "occurred-at": { type: "string", valueHint: "time", description: "When, in ISO 8601 (now)" },
    attribute: {
      ...text,
      valueHint: "name=value",
      description: "Anything else worth keeping",
      multiple: true,
    },
    json,
  },
  examples: [
    "faultbox sidecar append --sidecar /srv/run/codex-errors.json --tool bash --command 'npm test' \\",
    "  --exit-code 1 --message 'two tests failed' --stderr-excerpt-file err.txt",
    "",
    "Exit code 65 when the entry or the file that is there is not what it must be. What is not written is",
    "printed on stderr, whole: faultbox-unlogged: {…}",
  ],
  load: () => import("./sidecar.handler.ts").then(({ append }) => ({ handle: append })),
});

const sidecarValidate = command({
  summary: "Say whether a sidecar can be merged; exit code 65 when an entry would be refused",
  flags: { sidecar, json },
  examples: ["faultbox sidecar validate --sidecar /srv/run/codex-errors.json"],
  load: () => import("./sidecar.handler.ts").then(({ validate }) => ({ handle: validate })),
});

export const sidecarCommands: Commands = {
  init: sidecarInit,
  append: sidecarAppend,
  validate: sidecarValidate,
};

/** The same commands as part of another group. */
export const sidecarGroup: Group = {
  summary: "Write a worker's own failures, for the lead to merge",
  commands: async () => sidecarCommands,
};
