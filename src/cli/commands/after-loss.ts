import { command } from "../command.ts";

export const afterLoss = command({
  summary:
    "What the watchdog of a run becomes when its faultbox is killed: ends the tree, keeps the evidence",
  hidden: true,
  flags: {
    execution: { type: "string", valueHint: "id", description: "The execution that is lost" },
    "failures-dir": { type: "string", valueHint: "dir", description: "Where its spool lies" },
    session: {
      type: "string",
      valueHint: "pid:start time",
      description: "A session that its program led",
      multiple: true,
    },
    "sessions-only": { type: "boolean", description: "Leave alone what has left them" },
    "control-group": {
      type: "string",
      valueHint: "dir",
      description: "A control group that was made for its program",
      multiple: true,
    },
  },
  examples: ["faultbox after-loss --execution ID --failures-dir logs/local/failures --session 4712:83021"],
  load: () => import("./after-loss.handler.ts"),
});
