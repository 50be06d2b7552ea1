import { UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import type { Outcome } from "../../core/outcome.ts";
import { findProgram } from "../../runner/start.ts";
import { dirname } from "../../system/path.ts";
import type { Files, System } from "../../system/system.ts";
import {
  type AgentCall,
  type AgentName,
  agentArgv,
  agentProblem,
  notInstalledStatus,
} from "../../wiring/agents.ts";
import { extractHeaders } from "../../wiring/prompt-headers.ts";
import type { Call, Handler, Leave } from "../command.ts";
import { tellHeaderProblems } from "../header-problems.ts";
import { policyOf, prepareEnvironment } from "../prepare-environment.ts";
import { readPrompt } from "../read-prompt.ts";
import { defaultWords } from "./run.defaults.ts";
import type { ErrorsLogFlags } from "./run.errors-log.ts";
import { type RunAdditions, handle as run } from "./run.handler.ts";
import type { RunFlags } from "./run.plan.ts";
import { addFailureToSidecar, errorsLogFor, type WorkerIdentity } from "./worker.failure.ts";
import { agentCall, readWorkerWords, type WorkerWords } from "./worker.plan.ts";

/** The flags of `run` that a worker has too. */
type SharedFlags = Pick<
  RunFlags,
  | "timeout"
  | "idle-timeout"
  | "grace"
  | "profile"
  | "pass"
  | "secret"
  | "set"
  | "drop"
  | "require"
  | "unsafe-allow"
  | "config"
  | "no-config"
  | "task"
  | "failures-dir"
  | "quiet"
  | "outcome"
  | "json"
  | "exclusive"
  | "report"
>;

export interface WorkerFlags extends SharedFlags {
  readonly phase: string | undefined;
  readonly "task-key": string | undefined;
  readonly "print-argv": boolean | undefined;
}

/** What a worker may take when nobody says otherwise. */
const defaultTimeoutMs = 1_800_000;

/** The handler of one agent. */
export function handlerOf(agent: AgentName): Handler<WorkerFlags> {
  return { handle: (call) => runWorker(agent, call) };
}

/** Runs an agent on a prompt. Whatever is wrong with the call or the prompt is told before anything is written. */
export async function runWorker(
  agent: AgentName,
  { flags, positionals, system, log }: Call<WorkerFlags>,
  additions: RunAdditions = {},
): Promise<Leave> {
  const words = readWorkerWords(positionals, system.files);
  const prompt = await readPrompt(words.promptPath, system.files);
  const extraction = extractHeaders(prompt, ["errorsSidecar"]);
  if (extraction.kind === "refused") {
    return tellHeaderProblems(extraction.problems, { worker: agent, path: words.promptPath, system, log });
  }
  const { headers } = extraction;
  const program = programOf(agent, agentCall(words, headers, flags.phase, system.files), prompt);
  if (flags["print-argv"]) return printArgv(program, system);
  const { role: agentRole, model } = words;
  const identity = { agent, agentRole, model, taskKey: flags["task-key"], phase: flags.phase, headers };
  const errorsLog = errorsLogFor(identity);
  const runFlags = {
    ...flagsOfRun(agent, flags, words, system.files),
    ...errorsLogFlags(identity, errorsLog),
  };
  if (!(await isInstalled(agent, runFlags, words.projectRoot, system)))
    return tellNotInstalled(agent, system);
  const afterFailure = (outcome: Outcome) => addFailureToSidecar(outcome, identity, { system, log });
  return run(
    { flags: runFlags, positionals: [], program, system, log },
    {
      ...additions,
      defaultTimeoutMs,
      taskKey: flags["task-key"],
      ...(errorsLog === null ? { afterFailure } : {}),
    },
  );
}

function programOf(agent: AgentName, call: AgentCall, prompt: string): readonly string[] {
  const problem = agentProblem(agent, call, prompt);
  if (problem !== null) throw new UsageError(`Cannot call ${agent}: ${problem}`);
  return agentArgv(agent, call);
}

function printArgv(program: readonly string[], { output }: System): Leave {
  output.line(JSON.stringify(program));
  return { code: ExitCode.ok };
}

/** The call of `run` that runs the agent. */
function flagsOfRun(
  agent: AgentName,
  flags: WorkerFlags,
  words: WorkerWords,
  files: Files,
): Omit<RunFlags, keyof ErrorsLogFlags> {
  return {
    ...defaultWords,
    ...flags,
    root: words.projectRoot,
    cwd: words.projectRoot,
    stdin: words.promptPath,
    mirror: liveLog(words.promptPath, files),
    role: `${agent}-${words.role}`,
    task: flags.task ?? flags["task-key"],
    "total-timeout": undefined,
    "merge-output": undefined,
    "redact-output": undefined,
    "mask-fd": undefined,
    result: undefined,
    "require-result": undefined,
    "annotate-result": undefined,
    "retry-seed": undefined,
    memory: undefined,
    pids: undefined,
    cpu: undefined,
  };
}

/** Without an errors log `run` is told nothing of who ran: the sidecar takes the failure. */
function errorsLogFlags(identity: WorkerIdentity, path: string | null): ErrorsLogFlags {
  const known = path === null ? null : identity;
  return {
    "errors-log": path ?? undefined,
    "task-key": known?.taskKey,
    phase: known?.phase,
    agent: known?.agent,
    "agent-role": known?.agentRole,
    model: known?.model,
  };
}

/** Beside the prompt, where something can be written there: nobody asked for it by name, so nobody is refused over it. */
function liveLog(promptPath: string, files: Files): string | undefined {
  const path = `${promptPath}.log`;
  const kind = files.linkStatus(path)?.kind;
  const possible = kind === undefined ? files.writable(dirname(promptPath)) : kind === "file";
  return possible ? path : undefined;
}

async function isInstalled(agent: AgentName, flags: RunFlags, cwd: string, system: System): Promise<boolean> {
  const { environment } = prepareEnvironment(
    await policyOf(flags, system),
    { root: cwd, program: agent, cwd },
    system,
  );
  return findProgram(agent, { cwd, environment: environment.variables }, system.files).kind === "found";
}

function tellNotInstalled(agent: AgentName, { output }: System): Leave {
  output.line(`${notInstalledStatus(agent)}: ${agent} is not on the PATH that it would be given`);
  return { code: ExitCode.notFound };
}
