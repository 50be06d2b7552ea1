import { ExitCode } from "../../core/exit-codes.ts";
import { reserveNext } from "../../wiring/reserve.ts";
import { digits, type RunName, type RunPaths, runPaths } from "../../wiring/run-paths.ts";
import { rosterOf, variablePrefix } from "../../wiring/workers.ts";
import type { Call, Leave } from "../command.ts";
import { assignments, formatOf, type NamedPaths } from "../path-format.ts";
import { type RunNameFlags, readRunKind, readSequence } from "../run-name.ts";

interface PathsFlags extends RunNameFlags {
  readonly seq: string;
  readonly workers: readonly string[];
  readonly format: string | undefined;
  readonly json: boolean | undefined;
}

export async function handle({ flags, system }: Call<PathsFlags>): Promise<Leave> {
  const format = formatOf(flags, ["table", "json", "shell", "env"]);
  const roster = rosterOf(flags.workers);
  const given = flags.seq === "next" ? null : readSequence(flags.seq);
  const kind = readRunKind(flags, system.files);
  // Last of all: a number is not taken for a call that is refused.
  const run = { ...kind, sequence: given ?? reserveNext(kind, system.files) };
  const paths = runPaths(run, roster);
  for (const line of linesOf(format, run, paths)) system.output.line(line);
  return { code: ExitCode.ok };
}

function linesOf(
  format: "table" | "json" | "shell" | "env",
  run: RunName,
  paths: RunPaths,
): readonly string[] {
  switch (format) {
    case "json":
      return [JSON.stringify(asJson(run, paths), null, 2)];
    case "shell":
    case "env":
      return assignments(asVariables(run, paths), format);
    case "table":
      return asTable(run, paths);
  }
}

function asJson(run: RunName, { workers, ...ofRun }: RunPaths) {
  return {
    projectRoot: run.projectRoot,
    taskType: run.taskType,
    seq: digits(run.sequence),
    ...ofRun,
    workers: Object.fromEntries(workers.map(({ name, ...files }) => [name, files])),
  };
}

function asVariables(run: RunName, paths: RunPaths): NamedPaths {
  const ofWorkers = paths.workers.flatMap(({ name, errorsSidecar, result }) => {
    const prefix = `RUN_${variablePrefix(name)}`;
    return [
      [`${prefix}_ERRORS_SIDECAR`, errorsSidecar],
      [`${prefix}_RESULT`, result],
    ] as const;
  });
  return {
    RUN_PROJECT_ROOT: run.projectRoot,
    RUN_TASK_TYPE: run.taskType,
    RUN_SEQ: digits(run.sequence),
    RUN_WORKERS: paths.workers.map(({ name }) => name).join(" "),
    RUN_ERRORS_LOG: paths.errorsLog,
    RUN_ERRORS_LOG_RELATIVE: paths.errorsLogRelative,
    ...Object.fromEntries(ofWorkers),
  };
}

function asTable(run: RunName, { errorsLog, workers }: RunPaths): readonly string[] {
  const rows = [
    ["run", `${run.taskType} ${digits(run.sequence)}`],
    ["errors log", errorsLog],
    ...workers.flatMap(({ name, errorsSidecar, result }) => [
      [`${name} sidecar`, errorsSidecar],
      [`${name} result`, result],
    ]),
  ] as const;
  const width = Math.max(...rows.map(([title = ""]) => title.length));
  return rows.map(([title = "", value = ""]) => `${title.padEnd(width)}  ${value}`);
}
