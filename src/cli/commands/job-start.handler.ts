import { Refusal } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { signalNumber } from "../../core/signals.ts";
import type { ByteSource, Child, System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";

interface StartFlags {
  readonly json: boolean | undefined;
}

/** What the supervisor says when its job stands. */
export interface StartedJob {
  readonly id: string;
  readonly directory: string;
  readonly log: string;
  readonly outcome: string;
}

/**
 * Starts the supervisor with the words of this call, and waits until it holds its job's lock, or says why there is none. Everything
 * is checked there: when this process dies, at whichever moment, there is a whole job or none.
 */
export async function handle({ flags, system }: Call<StartFlags>): Promise<Leave> {
  const supervisor = startSupervisor(["job", "supervise", ...system.words.slice(2)], system);
  const said = await firstLine(supervisor);
  if (said === null) return tellRefusal(supervisor, system);
  const job: StartedJob = JSON.parse(said);
  system.output.line(flags.json ? JSON.stringify(job) : job.id);
  return { code: ExitCode.ok };
}

/** Its stdout and stderr are pipes to us alone: they break when we are gone, and whoever waits for our own to end waits for us only. */
function startSupervisor(words: readonly string[], system: System): Child {
  const { runtime, environment, host, processes } = system;
  if (runtime.command === null)
    throw new Refusal(
      "Cannot start a job: Deno would have to be told which rights faultbox has; use the compiled faultbox",
      ExitCode.usage,
    );
  const argv = [...runtime.command, ...words];
  const child = processes.spawn({
    executable: argv[0] ?? "",
    argv,
    // It has an execution of its own, and is nobody's leftover.
    environment: { ...environment, FAULTBOX_EXECUTION: "" },
    cwd: host.workingDirectory(),
    stdin: "null",
    output: "piped",
    ownSession: true,
    alone: true,
  });
  if (child.kind === "child") return child;
  throw new Refusal(`Cannot start a job: faultbox cannot be started again (${child.code})`);
}

async function firstLine({ stdout }: Child): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stdout?.chunks ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) return text.slice(0, text.indexOf("\n"));
  }
  return null;
}

/** What the supervisor said of it is said by us. */
async function tellRefusal(supervisor: Child, { output }: System): Promise<Leave> {
  const words = (await textOf(supervisor.stderr)).replace(/\n$/, "");
  const end = await supervisor.ended;
  if (words !== "") output.note(words);
  if (end.kind === "exited" && end.code !== 0) return { code: end.code };
  const how = end.kind === "exited" ? "ended" : `was ended by ${end.signal}`;
  const code =
    end.kind === "signaled" ? ExitCode.signalBase + (signalNumber(end.signal) ?? 0) : ExitCode.internal;
  throw new Refusal(`Cannot start a job: its supervisor ${how} before it had begun`, code);
}

async function textOf(source: ByteSource | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of source?.chunks ?? []) text += decoder.decode(chunk, { stream: true });
  return text;
}
