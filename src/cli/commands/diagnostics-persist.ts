import { type Commands, command } from "../command.ts";

const persist = command({
  summary: "Keep the evidence of a program that a wrapper ran itself, and print the outcome",
  flags: {
    role: { type: "string", valueHint: "name", description: "Who ran it", default: "exec" },
    task: { type: "string", valueHint: "id", description: "What for (a new execution's id)" },
    "exit-code": { type: "string", valueHint: "n", description: "What it exited with" },
    signal: {
      type: "string",
      valueHint: "name",
      description: "The signal that ended it, for example SIGKILL or 9",
    },
    "stdout-file": { type: "string", valueHint: "file", description: "What it wrote to stdout" },
    "stderr-file": { type: "string", valueHint: "file", description: "What it wrote to stderr" },
    "result-file": { type: "string", valueHint: "file", description: "The result.json that it wrote" },
    reason: {
      type: "string",
      valueHint: "text",
      description: "Why it failed, when the result file does not say",
    },
    root: { type: "string", valueHint: "dir", description: "The project (FAULTBOX_ROOT, else here)" },
    "failures-dir": {
      type: "string",
      valueHint: "dir",
      description: "Keep it here instead of <root>/logs/local/failures",
    },
  },
  examples: [
    "faultbox diagnostics persist --role goal --task 4f2a91c0 --exit-code 1 \\",
    "  --stdout-file out.txt --stderr-file err.txt --result-file result.json",
  ],
  load: () => import("./diagnostics-persist.handler.ts"),
});

export const diagnosticsCommands: Commands = { persist };
