import { UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { renderHeaders, requiredHeaders } from "../../wiring/header-lines.ts";
import { launchSection } from "../../wiring/launch-section.ts";
import { extractHeaders, type PromptHeaders } from "../../wiring/prompt-headers.ts";
import { runPaths } from "../../wiring/run-paths.ts";
import { rosterOf, type WorkerName, workerNamed } from "../../wiring/workers.ts";
import type { Call, Leave } from "../command.ts";
import { handedOn } from "../handed-path.ts";
import { tellHeaderProblems } from "../header-problems.ts";
import { assignments, formatOf } from "../path-format.ts";
import { readPrompt } from "../read-prompt.ts";
import { type RunNameFlags, readRunName } from "../run-name.ts";

interface RenderFlags extends RunNameFlags {
  readonly worker: string | undefined;
  readonly worktree: string | undefined;
}

export async function render({ flags, system }: Call<RenderFlags>): Promise<Leave> {
  const worker = readWorker(flags.worker);
  const worktree = flags.worktree === undefined ? null : handedOn("--worktree", flags.worktree);
  const { errorsLog, workers } = runPaths(readRunName(flags, system.files), [worker]);
  for (const { errorsSidecar } of workers) {
    for (const line of renderHeaders({ errorsLog, errorsSidecar, worktree })) system.output.line(line);
  }
  return { code: ExitCode.ok };
}

interface SectionFlags extends RunNameFlags {
  readonly workers: readonly string[];
}

export async function section({ flags, system }: Call<SectionFlags>): Promise<Leave> {
  const roster = rosterOf(flags.workers);
  system.output.line(launchSection(runPaths(readRunName(flags, system.files), roster)));
  return { code: ExitCode.ok };
}

interface ExtractFlags {
  readonly worker: string | undefined;
  readonly format: string | undefined;
  readonly json: boolean | undefined;
}

export async function extract({ flags, positionals, system, log }: Call<ExtractFlags>): Promise<Leave> {
  const worker = readWorker(flags.worker);
  const format = formatOf(flags, ["json", "shell"]);
  const path = positionals[0] ?? "";
  const extraction = extractHeaders(await readPrompt(path, system.files), requiredHeaders(worker));
  if (extraction.kind === "refused")
    return tellHeaderProblems(extraction.problems, { worker, path, system, log });
  for (const line of linesOf(format, worker, extraction.headers)) system.output.line(line);
  return { code: ExitCode.ok };
}

/** A path that is absent is null, or an empty variable: what a script had in it before must not stay. */
function linesOf(format: "json" | "shell", worker: WorkerName, headers: PromptHeaders): readonly string[] {
  if (format === "json") return [JSON.stringify({ worker, ...headers }, null, 2)];
  const variables = {
    RUN_ERRORS_LOG: headers.errorsLog ?? "",
    RUN_ERRORS_SIDECAR: headers.errorsSidecar ?? "",
    RUN_WORKTREE: headers.worktree ?? "",
  };
  return assignments(variables, format);
}

function readWorker(word: string | undefined): WorkerName {
  if (word === undefined) throw new UsageError("Give --worker NAME, for example codex");
  return workerNamed(word, "--worker");
}
