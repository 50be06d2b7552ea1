import { command } from "../command.ts";
import { environmentFlags } from "./environment-flags.ts";

export const envShow = command({
  summary: "List every variable, whether the program gets it, and by which rule",
  flags: {
    ...environmentFlags,
    json: { type: "boolean", description: "One array of decisions" },
    values: { type: "boolean", description: "Show values too, but never of a secret" },
  },
  examples: [
    "faultbox env show",
    "faultbox env show --profile oc-worker --secret GITHUB_TOKEN",
    "faultbox env show --json | jq -r '.[] | select(.outcome == \"dropped\") | .name'",
  ],
  load: () => import("./env.handler.ts").then(({ show }) => ({ handle: show })),
});

export const envExplain = command({
  summary: "Say why a variable is or is not there, and what would allow it",
  positionals: [{ name: "name", description: "the variable, for example CL_ANCHOR", required: true }],
  flags: { ...environmentFlags, json: { type: "boolean", description: "The decision as JSON" } },
  examples: [
    "faultbox env explain CL_ANCHOR",
    "faultbox env explain PATH --profile oc-worker",
    "",
    "Exit code 1 when it would be missing.",
  ],
  load: () => import("./env.handler.ts").then(({ explain }) => ({ handle: explain })),
});

export const envExec = command({
  summary: "Run a program with the environment and nothing else: no limits, no evidence",
  takesProgram: true,
  flags: environmentFlags,
  examples: ["faultbox env exec -- env", "faultbox env exec --profile agent -- sh -c 'echo $PATH'"],
  load: () => import("./env.handler.ts").then(({ exec }) => ({ handle: exec })),
});
