import { UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import type { System } from "../../system/system.ts";
import { bashHook } from "../bash-hook.ts";
import { captureLastLines } from "../capture-last-lines.ts";
import type { Call, Leave } from "../command.ts";
import { handedLogPath } from "../log-path.ts";

interface HookFlags {
  readonly out: string | undefined;
  readonly "task-key": string | undefined;
  readonly phase: string | undefined;
  readonly agent: string | undefined;
  readonly "agent-role": string | undefined;
  readonly model: string | undefined;
}

export async function bash({ flags, system }: Call<HookFlags>): Promise<Leave> {
  const { environment } = system;
  const snippet = bashHook({
    command: system.runtime.command ?? ["faultbox"],
    path: handedLogPath(
      "--out (or FAULTBOX_ERRORS_LOG)",
      flags.out ?? environment["FAULTBOX_ERRORS_LOG"],
      system.files,
    ),
    taskKey: flags["task-key"] || environment["FAULTBOX_TASK_KEY"] || null,
    phase: flags.phase || environment["FAULTBOX_PHASE"] || "script",
    agent: flags.agent || environment["FAULTBOX_AGENT"] || "bash",
    agentRole: flags["agent-role"] || environment["FAULTBOX_AGENT_ROLE"] || "wrapper",
    model: flags.model || environment["FAULTBOX_MODEL"] || null,
    nonce: crypto.randomUUID(),
  });
  system.output.line(snippet);
  return { code: ExitCode.ok };
}

interface CaptureFlags {
  readonly directory: string | undefined;
  readonly nonce: string | undefined;
}

export async function capture({ flags, system }: Call<CaptureFlags>): Promise<Leave> {
  const { directory, nonce } = flags;
  if (!directory || !nonce) throw new UsageError("Give --directory and --nonce");
  await captureLastLines(directory, nonce, copyOn(system));
  return { code: ExitCode.ok };
}

function copyOn({ files, output }: System) {
  return { files, write: (bytes: Uint8Array) => output.stdout.write(bytes) };
}
