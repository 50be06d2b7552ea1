import type { Group } from "./command.ts";
import { afterLoss } from "./commands/after-loss.ts";
import { classify } from "./commands/classify.ts";
import { persist } from "./commands/diagnostics-persist.ts";
import { envBisect, envCheck, envDiff, envExec, envExplain, envProfiles, envShow } from "./commands/env.ts";
import { appendFromWorker, appendObserved } from "./commands/error-log-append.ts";
import {
  errorLogFollow,
  errorLogGroups,
  errorLogList,
  errorLogQuery,
  errorLogShow,
  errorLogStats,
} from "./commands/error-log-ask.ts";
import { hookBash, hookCapture } from "./commands/error-log-hook.ts";
import {
  errorLogCat,
  errorLogMerge,
  errorLogPrune,
  errorLogRepair,
  errorLogVerify,
} from "./commands/error-log-upkeep.ts";
import {
  failuresGroups,
  failuresList,
  failuresLog,
  failuresPin,
  failuresPrune,
  failuresRecover,
  failuresReindex,
  failuresShow,
  failuresUnpin,
} from "./commands/failures.ts";
import { headersExtract, headersLaunchSection, headersRender } from "./commands/headers.ts";
import { paths } from "./commands/paths.ts";
import { run } from "./commands/run.ts";
import { schema } from "./commands/schema.ts";
import { sidecarAppend, sidecarInit, sidecarValidate } from "./commands/sidecar.ts";
import { version } from "./commands/version.ts";
import { workerClaude, workerCodex, workerGemini } from "./commands/worker.ts";

const sidecar: Group = {
  summary: "Write a worker's own failures, for the lead to merge",
  commands: { init: sidecarInit, append: sidecarAppend, validate: sidecarValidate },
};

/** Every command, as data. The work of each is loaded when it is called. */
export const commands: Group = {
  summary: "Run executors transparently, and keep the evidence of every failure",
  commands: {
    run,
    env: {
      summary: "Build, show and explain the environment that an executor gets",
      commands: {
        show: envShow,
        explain: envExplain,
        check: envCheck,
        diff: envDiff,
        exec: envExec,
        bisect: envBisect,
        profiles: envProfiles,
      },
    },
    failures: {
      summary: "Find the evidence of failed executions",
      commands: {
        list: failuresList,
        show: failuresShow,
        log: failuresLog,
        groups: failuresGroups,
        recover: failuresRecover,
        pin: failuresPin,
        unpin: failuresUnpin,
        prune: failuresPrune,
        reindex: failuresReindex,
      },
    },
    "error-log": {
      summary: "Append errors to the log of a run from anywhere, and ask it",
      commands: {
        "append-observed": appendObserved,
        "append-from-worker": appendFromWorker,
        sidecar,
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
          commands: { bash: hookBash, capture: hookCapture },
        },
      },
    },
    sidecar,
    diagnostics: {
      summary: "Keep evidence of a program that something else ran",
      commands: { persist },
    },
    paths,
    headers: {
      summary: "Write and read the lines of a prompt that tell a worker where its files are",
      commands: { render: headersRender, "launch-section": headersLaunchSection, extract: headersExtract },
    },
    worker: {
      summary: "Run one agent of an orchestrated run on its prompt",
      commands: { codex: workerCodex, gemini: workerGemini, claude: workerClaude },
    },
    classify,
    schema,
    version,
    "after-loss": afterLoss,
  },
};
