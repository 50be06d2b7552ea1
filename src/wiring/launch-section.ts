import { shellQuote } from "../core/shell-quote.ts";
import type { RunPaths, WorkerPaths } from "./run-paths.ts";
import { variablePrefix } from "./workers.ts";

/** How a worker is called, for the line that merges its sidecar. */
const agentRole = "worker";

/**
 * The section "Run Logs" for the lead's own prompt: where the log of this run is, which files each worker has, and how
 * what a worker reported comes into the log. It holds no line that could be taken for a worker's header.
 */
export function launchSection(paths: RunPaths): string {
  return [
    "## Run Logs",
    "",
    `- Errors log (absolute): ${paths.errorsLog}`,
    `- Errors log (from the project root): ${paths.errorsLogRelative}`,
    ...paths.workers.map(workerLine),
    "",
    "Put the lines that `faultbox headers render` prints for a worker into that worker's prompt, verbatim, each on a",
    "line of its own. When a worker has ended, however it ended, take in what it reported; doing it twice adds nothing,",
    "and no sidecar means that it reported nothing:",
    "",
    "```sh",
    ...paths.workers.map((worker) => mergeCommand(worker, paths.errorsLog)),
    "```",
  ].join("\n");
}

function workerLine({ name, errorsSidecar, result }: WorkerPaths): string {
  return `- ${name}: sidecar ${errorsSidecar}, result ${result}`;
}

/** The key and the model are variables of the lead's: what is left to fill in would be pasted as it is. */
function mergeCommand({ name, errorsSidecar }: WorkerPaths, errorsLog: string): string {
  const files = `--sidecar ${shellQuote(errorsSidecar)} --out ${shellQuote(errorsLog)}`;
  const who = `--agent ${name} --agent-role ${agentRole} --model "$${variablePrefix(name)}_MODEL"`;
  return `faultbox error-log append-from-worker ${files} --task-key "$TASK_KEY" ${who}`;
}
