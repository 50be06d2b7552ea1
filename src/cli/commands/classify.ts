import { command } from "../command.ts";

export const classify = command({
  summary: "Say whether the failure in a result file passes by itself, and which word decided",
  flags: {
    result: { type: "string", valueHint: "file", description: "The result.json to judge" },
    json: { type: "boolean", description: "The verdict as JSON" },
  },
  examples: [
    "faultbox classify --result result.json && retry-the-task",
    "",
    "Exit code 0: transient; 1: not, or there is no result to judge.",
  ],
  load: () => import("./classify.handler.ts"),
});
