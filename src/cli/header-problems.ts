import { ExitCode } from "../core/exit-codes.ts";
import type { System } from "../system/system.ts";
import { missingStatus } from "../wiring/header-lines.ts";
import type { HeaderProblem } from "../wiring/header-problem.ts";
import type { WorkerName } from "../wiring/workers.ts";
import type { Leave } from "./command.ts";
import type { Log } from "./log.ts";

/** Says why a prompt cannot be used: one line on stdout that a lead looks for, and the reasons on stderr. */
export function tellHeaderProblems(
  problems: readonly HeaderProblem[],
  {
    worker,
    path,
    system,
    log,
  }: { readonly worker: WorkerName; readonly path: string; readonly system: System; readonly log: Log },
): Leave {
  const summaries = problems.map(({ summary }) => summary).join(", ");
  system.output.line(`${missingStatus(worker)}: ${summaries}`);
  const prompt = path === "-" ? "on stdin" : JSON.stringify(path);
  for (const { detail } of problems) log.error(`Cannot use the prompt ${prompt}: ${detail}`);
  return { code: ExitCode.dataRefused };
}
