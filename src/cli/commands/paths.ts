import { command } from "../command.ts";
import { runNameFlags, workersFlag } from "./run-name-flags.ts";

export const paths = command({
  summary: "Say where every file of an orchestrated run lies, and reserve its number",
  flags: {
    ...runNameFlags,
    seq: {
      type: "string",
      valueHint: "n|next",
      description: "The number of the run; next reserves one for the caller alone, and makes its directories",
      default: "next",
    },
    workers: workersFlag,
    format: {
      type: "string",
      valueHint: "table|json|shell|env",
      description: "shell: assignments to evaluate; env: the same, exported (table)",
    },
    json: { type: "boolean", description: "The same as --format json" },
  },
  examples: [
    'eval "$(faultbox paths --project-root "$PWD" --task-type review --seq next --format shell)"',
    'echo "$RUN_SEQ $RUN_ERRORS_LOG $RUN_CODEX_ERRORS_SIDECAR $RUN_REPORT_WRITER_RESULT"',
    "",
    "faultbox paths --project-root /srv/app --task-type review --seq 7 --workers gemini --json |",
    "  jq -r .workers.gemini.result",
    "",
    "A number that you choose yourself is not reserved, and no directory is made for it.",
  ],
  load: () => import("./paths.handler.ts"),
});
