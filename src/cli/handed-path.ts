import { describeError, UsageError } from "../core/errors.ts";
import { pathProblem } from "../core/given-path.ts";
import { resolve } from "../system/path.ts";
import type { FileStatus, Files } from "../system/system.ts";

/** A path that was handed on: absolute and complete. `origin` is what the caller knows it by, for example `--worktree`. */
export function handedOn(origin: string, word: string): string {
  const problem = pathProblem(word);
  if (problem === null) return word;
  if (problem === "is empty") throw new UsageError(`Give ${origin} an absolute path`);
  const wayOut = problem === "is relative" ? "; give the absolute path" : "";
  throw new UsageError(`Cannot use ${origin} ${JSON.stringify(word.slice(0, 200))}: it ${problem}${wayOut}`);
}

/** The same for a directory that must be there, without `.`, `..` and slashes that say nothing. */
export function presentDirectory(origin: string, word: string, files: Pick<Files, "status">): string {
  const path = resolve("/", handedOn(origin, word));
  const status = statusOf(origin, path, files);
  if (status?.kind === "directory") return path;
  const why = status === null ? "there is no such directory" : "it is not a directory";
  throw new UsageError(`Cannot use ${origin} "${word}": ${why}`);
}

/** The same for a regular file that must be there. */
export function presentFile(origin: string, word: string, files: Pick<Files, "status">): string {
  const status = statusOf(origin, handedOn(origin, word), files);
  if (status?.kind === "file") return word;
  const why = status === null ? "there is no such file" : "it is not a regular file";
  throw new UsageError(`Cannot use ${origin} "${word}": ${why}`);
}

/** So much room is left for the names below it: see `runPaths`. */
const mostRootCharacters = 3700;

/** The root of a project: every path of a run lies below it. */
export function projectRoot(origin: string, word: string, files: Pick<Files, "status">): string {
  const root = presentDirectory(origin, word, files);
  if (root.length <= mostRootCharacters) return root;
  throw new UsageError(`Cannot use ${origin}: it is longer than ${mostRootCharacters} characters`);
}

function statusOf(origin: string, path: string, files: Pick<Files, "status">): FileStatus | null {
  try {
    return files.status(path);
  } catch (error) {
    throw new UsageError(`Cannot use ${origin} "${path}": ${describeError(error)}`);
  }
}
