import { command } from "../command.ts";
import { configFlags } from "./environment-flags.ts";

export const redact = command({
  summary: "Copy stdin to stdout with every secret masked",
  flags: {
    "from-env": {
      type: "boolean",
      description:
        "Mask the values of our own variables that are secret by name or by a policy (the default)",
      negativeDescription: "Mask only what is named, and tokens by their shape",
    },
    name: {
      type: "string",
      valueHint: "NAME",
      description: "Mask the value of this variable, whatever its name looks like",
      multiple: true,
    },
    "mask-file": {
      type: "string",
      valueHint: "file",
      description: "Mask the secrets in this file: one a line, bare or as NAME=value",
      multiple: true,
    },
    report: { type: "boolean", description: "At the end say on stderr how often each name was masked" },
    json: { type: "boolean", description: "The same as one JSON object" },
    profile: {
      type: "string",
      valueHint: "name",
      description: "Whose rules say what is secret: minimal, agent, oc-worker or your own (minimal)",
    },
    ...configFlags,
  },
  examples: [
    "make deploy 2>&1 | faultbox redact | tee deploy.log",
    "faultbox redact --name DEPLOY_PIN --report <build.log >public.log",
    "faultbox redact --no-from-env --mask-file .env <trace.txt",
    "faultbox redact --mask-file <(pass show ci/token) <trace.txt",
    "",
    "What may be the beginning of a secret waits for what follows, at most 100 ms if it is shorter than 8 bytes.",
    "Exit codes: 0 done; 2 called wrongly, or stdin cannot be read; 74 stdout cannot be written.",
  ],
  load: () => import("./redact.handler.ts"),
});
