import { command } from "../command.ts";

export const version = command({
  summary: "Say which faultbox this is",
  flags: { json: { type: "boolean", description: "Version, commit, target and Bun version as JSON" } },
  examples: ["faultbox version", "faultbox version --json"],
  load: () => import("./version.handler.ts"),
});
