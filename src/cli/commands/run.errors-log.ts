import { UsageError } from "../../core/errors.ts";
import type { System } from "../../system/system.ts";
import { handedLogPath } from "../log-path.ts";

/** The flags of `run` that say where a failure is recorded, and under whose name. */
export interface ErrorsLogFlags {
  readonly "errors-log": string | undefined;
  readonly "task-key": string | undefined;
  readonly phase: string | undefined;
  readonly agent: string | undefined;
  readonly "agent-role": string | undefined;
  readonly model: string | undefined;
}

/** With `--exclusive` a task key is for its lock too. */
type AskedFlags = ErrorsLogFlags & { readonly exclusive: boolean | undefined };

/** The errors log that a failure goes to, and what its record says of who ran. */
export interface ErrorsLog {
  readonly path: string;
  readonly taskKey: string;
  readonly phase: string;
  readonly agent: string;
  readonly agentRole: string;
  readonly model: string | null;
}

/** Null when no log is named. Throws before anything starts when what a record needs is missing. */
export function errorsLogOf(flags: AskedFlags, { files }: Pick<System, "files">): ErrorsLog | null {
  if (flags["errors-log"] === undefined) return refuseStray(flags);
  const needed = (flag: "task-key" | "phase" | "agent" | "agent-role") => {
    const word = flags[flag];
    if (!word?.trim()) throw new UsageError(`Give --${flag} with --errors-log`);
    return word;
  };
  return {
    path: handedLogPath("--errors-log", flags["errors-log"], files),
    taskKey: needed("task-key"),
    phase: needed("phase"),
    agent: needed("agent"),
    agentRole: needed("agent-role"),
    model: flags.model || null,
  };
}

function refuseStray(flags: AskedFlags): null {
  for (const name of ["task-key", "phase", "agent", "agent-role", "model"] as const) {
    if (name === "task-key" && flags.exclusive) continue;
    if (flags[name] !== undefined) throw new UsageError(`Give --errors-log FILE with --${name}`);
  }
  return null;
}
