/**
 * Where the files of one orchestrated run lie: all of them follow from the project's root, the type of the task and ONE
 * sequence number, so that whoever knows the three finds every file without asking or guessing.
 *
 *     <root>/runs/review/logs/errors-review-007.jsonl                              the errors log
 *     <root>/runs/review/worker-results/codex-worker-errors-review-007.json        codex's sidecar
 *     <root>/runs/review/worker-results/codex-worker-review-007.md                 codex's result
 *     <root>/runs/review/.sequence/007                                             the number is taken
 */
import { join } from "../system/path.ts";
import { type WorkerName, workerNames } from "./workers.ts";

/** Which run it is. Checked: the root is absolute, the type is one part of a file name, the number is 1 to 999. */
export interface RunName {
  readonly projectRoot: string;
  readonly taskType: string;
  readonly sequence: number;
}

/** All runs of one type. */
export type RunKind = Pick<RunName, "projectRoot" | "taskType">;

/** The files of one worker in one run. */
export interface WorkerPaths {
  readonly name: WorkerName;
  readonly errorsSidecar: string;
  readonly result: string;
}

/** The files of one run. Absolute, but for the errors log as it is called from the root. */
export interface RunPaths {
  readonly errorsLog: string;
  readonly errorsLogRelative: string;
  readonly workers: readonly WorkerPaths[];
}

/** The directories of the runs of one type. */
export interface RunDirectories {
  readonly runs: string;
  readonly ofType: string;
  readonly logs: string;
  readonly workerResults: string;
  readonly sequence: string;
}

/** Every path of a run. */
export function runPaths(run: RunName, roster: readonly WorkerName[]): RunPaths {
  const { logs, workerResults } = runDirectories(run);
  const log = errorsLogName(run.taskType, run.sequence);
  return {
    errorsLog: join(logs, log),
    errorsLogRelative: join("runs", run.taskType, "logs", log),
    workers: roster.map((name) => ({
      name,
      errorsSidecar: join(
        workerResults,
        `${name}-worker-errors-${run.taskType}-${digits(run.sequence)}.json`,
      ),
      result: join(workerResults, `${name}-worker-${run.taskType}-${digits(run.sequence)}.md`),
    })),
  };
}

export function runDirectories({ projectRoot, taskType }: RunKind): RunDirectories {
  const runs = join(projectRoot, "runs");
  const ofType = join(runs, taskType);
  return {
    runs,
    ofType,
    logs: join(ofType, "logs"),
    workerResults: join(ofType, "worker-results"),
    sequence: join(ofType, ".sequence"),
  };
}

/** A sequence number as it stands in every name: three digits. */
export function digits(sequence: number): string {
  return String(sequence).padStart(3, "0");
}

function errorsLogName(taskType: string, sequence: number): string {
  return `errors-${taskType}-${digits(sequence)}.jsonl`;
}

/** The number in the name of a file of a run of that type, or of what lies beside it; null for any other name. */
export function sequenceOf(fileName: string, taskType: string): number | null {
  const separator = `-${taskType}-`;
  const at = fileName.lastIndexOf(separator);
  const owners = ["errors", ...workerNames.flatMap((name) => [`${name}-worker`, `${name}-worker-errors`])];
  if (at < 0 || !owners.includes(fileName.slice(0, at))) return null;
  const found = /^(\d{3})(?:\.|$)/.exec(fileName.slice(at + separator.length));
  return found === null ? null : Number(found[1]);
}
