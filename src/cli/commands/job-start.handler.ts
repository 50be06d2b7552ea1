import { Refusal } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { signalNumber } from "../../core/signals.ts";
import type { ByteSource, Child, System } from "../../system/system.ts";
import type { Handler, Leave } from "../command.ts";

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
 * The handler that starts the supervisor, by the name of its command and with the words of this call but for the first ones, and
 * waits until it holds its job's lock, or says why there is none. Everything is checked there: when this process dies, at whichever
 * moment, there is a whole job or none.
 */
export function starterWith(command: string, commandWords: number): Handler<StartFlags> {
  return {
    async handle({ flags, system }) {
      const supervisor = startSupervisor(["job", command, ...system.words.slice(commandWords)], system);
      const said = await textOf(supervisor.stdout, "\n");
      const job = jobIn(said);
      if (job === null) return tellRefusal(said, supervisor, system);
      system.output.line(flags.json ? JSON.stringify(job) : job.id);
      return { code: ExitCode.ok };
    },
  };
}

function jobIn(said: string): StartedJob | null {
  const [line = ""] = said.split("\n");
  return line.startsWith("{") ? JSON.parse(line) : null;
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

/** What the supervisor said instead is said by us. */
async function tellRefusal(said: string, supervisor: Child, { output }: System): Promise<Leave> {
  const rest = await textOf(supervisor.stdout);
  const news = await textOf(supervisor.stderr);
  const end = await supervisor.ended;
  output.raw(new TextEncoder().encode(said + rest));
  if (news !== "") output.note(news.replace(/\n$/, ""));
  if (end.kind === "exited" && end.code !== 0) return { code: end.code };
  const how = end.kind === "exited" ? "ended" : `was ended by ${end.signal}`;
  const code =
    end.kind === "signaled" ? ExitCode.signalBase + (signalNumber(end.signal) ?? 0) : ExitCode.internal;
  throw new Refusal(`Cannot start a job: its supervisor ${how} before it had begun`, code);
}

/** What comes until the end, or until that mark has come. */
async function textOf(source: ByteSource | null, mark?: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (const chunks = source?.chunks[Symbol.asyncIterator](); chunks; ) {
    const { done, value } = await chunks.next();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    if (mark !== undefined && text.includes(mark)) break;
  }
  return text;
}
