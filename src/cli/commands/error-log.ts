import type { Commands } from "../command.ts";
import { appendFromWorker, appendObserved } from "./error-log-append.ts";
import {
  errorLogFollow,
  errorLogGroups,
  errorLogList,
  errorLogQuery,
  errorLogShow,
  errorLogStats,
} from "./error-log-ask.ts";
import { hookBash, hookCapture } from "./error-log-hook.ts";
import {
  errorLogCat,
  errorLogMerge,
  errorLogPrune,
  errorLogRepair,
  errorLogVerify,
} from "./error-log-upkeep.ts";
import { sidecarGroup } from "./sidecar.ts";

export const errorLogCommands: Commands = {
  "append-observed": appendObserved,
  "append-from-worker": appendFromWorker,
  sidecar: sidecarGroup,
  list: errorLogList,
  show: errorLogShow,
  query: errorLogQuery,
  groups: errorLogGroups,
  follow: errorLogFollow,
  stats: errorLogStats,
  verify: errorLogVerify,
  repair: errorLogRepair,
  merge: errorLogMerge,
  prune: errorLogPrune,
  cat: errorLogCat,
  hook: {
    summary: "Record what fails in a script",
    commands: async () => ({ bash: hookBash, capture: hookCapture }),
  },
};
