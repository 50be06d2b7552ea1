import type { Group } from "./command.ts";
import { afterLoss } from "./commands/after-loss.ts";
import { classify } from "./commands/classify.ts";
import { persist } from "./commands/diagnostics-persist.ts";
import { envBisect, envCheck, envDiff, envExec, envExplain, envProfiles, envShow } from "./commands/env.ts";
import { failuresList, failuresLog, failuresRecover, failuresShow } from "./commands/failures.ts";
import { headersExtract, headersLaunchSection, headersRender } from "./commands/headers.ts";
import { paths } from "./commands/paths.ts";
import { run } from "./commands/run.ts";
import { version } from "./commands/version.ts";
import { workerClaude, workerCodex, workerGemini } from "./commands/worker.ts";

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
      commands: { list: failuresList, show: failuresShow, log: failuresLog, recover: failuresRecover },
    },
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
    version,
    "after-loss": afterLoss,
  },
};
