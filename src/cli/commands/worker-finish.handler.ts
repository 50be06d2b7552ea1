import { UsageError } from "../../core/errors.ts";
import { runPaths } from "../../wiring/run-paths.ts";
import { workerNamed } from "../../wiring/workers.ts";
import type { Call, Leave } from "../command.ts";
import { type RunNameFlags, readRunName } from "../run-name.ts";
import { handle as merge } from "./error-log-append-from-worker.handler.ts";

interface FinishFlags extends RunNameFlags {
  readonly worker: string | undefined;
  readonly "task-key": string | undefined;
  readonly phase: string | undefined;
  readonly "agent-role": string;
  readonly model: string | undefined;
  readonly json: boolean | undefined;
}

/** Merges the sidecar of one worker of a run: where it and the log are follows from the run. */
export async function handle({ flags, ...call }: Call<FinishFlags>): Promise<Leave> {
  if (flags.worker === undefined) throw new UsageError("Give --worker NAME, for example codex");
  const worker = workerNamed(flags.worker, "--worker");
  const { errorsLog, workers } = runPaths(readRunName(flags, call.system.files), [worker]);
  return merge({
    ...call,
    flags: {
      sidecar: workers[0]?.errorsSidecar,
      out: errorsLog,
      "task-key": flags["task-key"],
      phase: flags.phase,
      agent: worker,
      "agent-role": flags["agent-role"],
      model: flags.model,
      durability: "disk",
      json: flags.json,
    },
  });
}
