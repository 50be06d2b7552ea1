/** What the end-to-end cases of the errors log have in common. */
import * as fs from "node:fs";
import { join } from "node:path";
import type { Faultbox } from "./support.ts";

/** The words of `append-observed` that every record needs. */
export function observed(out: string, ...more: readonly string[]): readonly string[] {
  const who = ["--task-key", "T-1", "--phase", "build", "--agent", "codex", "--agent-role", "worker"];
  return ["error-log", "append-observed", "--out", out, ...who, "--error-type", "cli-failure", ...more];
}

/** The words of `append-from-worker`. */
export function fromWorker(sidecar: string, out: string, ...more: readonly string[]): readonly string[] {
  const who = ["--task-key", "T-1", "--agent", "codex", "--agent-role", "worker", "--model", "gpt"];
  return ["error-log", "append-from-worker", "--sidecar", sidecar, "--out", out, ...who, ...more];
}

/** Where this test's log lies. */
export function logOf(faultbox: Pick<Faultbox, "directory">): string {
  return join(faultbox.directory(), "errors.jsonl");
}

export type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly message: string };

/** The records of a log: every line must be one. */
export function records(path: string): readonly Row[] {
  const text = fs.readFileSync(path, "utf8");
  if (text !== "" && !text.endsWith("\n")) throw new Error(`the last line of ${path} is torn`);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** The records that a refused append printed on stderr. */
export function unlogged(stderr: string): readonly Row[] {
  return stderr
    .split("\n")
    .filter((line) => line.startsWith("faultbox-unlogged: "))
    .map((line) => JSON.parse(line.slice("faultbox-unlogged: ".length)));
}
