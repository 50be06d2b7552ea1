import type { Group } from "./command.ts";
import { afterLoss } from "./commands/after-loss.ts";
import { classify } from "./commands/classify.ts";
import { paths } from "./commands/paths.ts";
import { redact } from "./commands/redact.ts";
import { run } from "./commands/run.ts";
import { schema } from "./commands/schema.ts";
import { version } from "./commands/version.ts";

/** Every command, as data. The work of each is loaded when it is called. */
export const commands: Group = {
  summary: "Run executors transparently, and keep the evidence of every failure",
  commands: async () => ({
    run,
    env: {
      summary: "Build, show and explain the environment that an executor gets",
      commands: () => import("./commands/env.ts").then(({ envCommands }) => envCommands),
    },
    failures: {
      summary: "Find the evidence of failed executions",
      commands: () => import("./commands/failures.ts").then(({ failuresCommands }) => failuresCommands),
    },
    "error-log": {
      summary: "Append errors to the log of a run from anywhere, and ask it",
      commands: () => import("./commands/error-log.ts").then(({ errorLogCommands }) => errorLogCommands),
    },
    sidecar: {
      summary: "Write a worker's own failures, for the lead to merge",
      commands: () => import("./commands/sidecar.ts").then(({ sidecarCommands }) => sidecarCommands),
    },
    diagnostics: {
      summary: "Keep evidence of a program that something else ran",
      commands: () =>
        import("./commands/diagnostics-persist.ts").then(({ diagnosticsCommands }) => diagnosticsCommands),
    },
    paths,
    headers: {
      summary: "Write and read the lines of a prompt that tell a worker where its files are",
      commands: () => import("./commands/headers.ts").then(({ headersCommands }) => headersCommands),
    },
    worker: {
      summary: "Run one agent of an orchestrated run on its prompt, and take in what it reported",
      commands: () => import("./commands/worker.ts").then(({ workerCommands }) => workerCommands),
    },
    job: {
      summary: "Run programs in the background: start, watch, wait for and stop them",
      commands: () => import("./commands/job.ts").then(({ jobCommands }) => jobCommands),
    },
    redact,
    classify,
    schema,
    version,
    "after-loss": afterLoss,
  }),
};
