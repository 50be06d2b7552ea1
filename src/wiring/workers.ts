import { UsageError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";

/** Everybody who can work in an orchestrated run, in the order in which they are listed. */
export const workerNames = ["claude", "codex", "gemini", "report-writer"] as const;

export type WorkerName = (typeof workerNames)[number];

/** Who works in every run. */
const always: readonly WorkerName[] = ["claude", "codex", "report-writer"];

/** The workers of a run: those of every run, and those asked for. A value can hold several, with commas between them. */
export function rosterOf(asked: readonly string[]): readonly WorkerName[] {
  const added = asked.flatMap((value) => value.split(",")).map((word) => workerNamed(word, "--workers"));
  return workerNames.filter((name) => always.includes(name) || added.includes(name));
}

/** The worker of that name. Throws a `UsageError` that lists the known ones. */
export function workerNamed(word: string, flag: string): WorkerName {
  const known = workerNames.find((name) => name === word.trim());
  if (known !== undefined) return known;
  const close = nearest(word, workerNames);
  const hint = close === null ? "" : `; did you mean "${close}"?`;
  throw new UsageError(
    `Unknown worker ${JSON.stringify(word)} in ${flag}: known are ${workerNames.join(", ")}${hint}`,
  );
}

/** What the names of a worker's variables and status words begin with: REPORT_WRITER. */
export function variablePrefix(worker: WorkerName): string {
  return worker.replaceAll("-", "_").toUpperCase();
}
