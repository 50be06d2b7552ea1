import { command } from "../command.ts";

export const schema = command({
  summary: "Print the JSON Schema of a format",
  positionals: [{ name: "format", description: "error-record, sidecar, outcome or policy", required: true }],
  flags: {},
  examples: [
    "faultbox schema error-record >error-record.schema.json",
    "faultbox schema policy >faultbox.schema.json",
  ],
  load: () => import("./schema.handler.ts"),
});
