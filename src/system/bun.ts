/** The Bun adapter: the product's own runtime. */
import { errorCode } from "../core/errors.ts";
import { bunLibc } from "./bun-libc.ts";
import { bunWriting } from "./bun-writing.ts";
import { readStream } from "./byte-source.ts";
import { systemClock } from "./clock.ts";
import { nodeFiles } from "./files.ts";
import { nodeHost, nodeProcesses, nodeSignals, nodeStdin } from "./node-process.ts";
import { nodeOutput } from "./output.ts";
import { pipeBehind } from "./proc.ts";
import type { ByteSource, Child, NotStarted, ProcessEnd, SpawnCommand, System, Usage } from "./system.ts";
import { words } from "./words.ts";

const libc = bunLibc();

export const bunSystem: System = {
  runtime: { name: "bun", version: Bun.version, lacks: [] },
  words,
  environment: { ...process.env } as Record<string, string>,
  host: nodeHost,
  clock: systemClock,
  files: nodeFiles(libc),
  output: nodeOutput(bunWriting(libc.isTerminal)),
  stdin: nodeStdin(libc),
  processes: { spawn, ...nodeProcesses(libc) },
  signals: nodeSignals(libc),
};

type Pipe = readonly [number, number];

function spawn(command: SpawnCommand): Child | NotStarted {
  const first = command.output === "inherit" ? null : libc.pipe();
  const second = command.output === "piped" ? libc.pipe() : null;
  const [stdout, stderr] = channels(command, first, second);
  try {
    const child = Bun.spawn([command.executable, ...command.argv.slice(1)], {
      argv0: command.argv[0] ?? command.executable,
      cwd: command.cwd,
      env: { ...command.environment },
      stdio: [command.stdin === "null" ? "ignore" : command.stdin, stdout, stderr],
      detached: command.ownSession,
    });
    return describe(child, command, first, second);
  } catch (error) {
    for (const pipe of [first, second]) if (pipe) libc.close(pipe[0]);
    return { kind: "not-started", code: errorCode(error) };
  } finally {
    for (const pipe of [first, second]) if (pipe) libc.close(pipe[1]);
  }
}

/** What the child gets as 1 and 2. Bun's own "pipe" is a socket pair, in which `echo x >/dev/stdout` fails: only a last resort. */
function channels(command: SpawnCommand, first: Pipe | null, second: Pipe | null) {
  if (command.output === "inherit") return ["inherit", "inherit"] as const;
  const stdout = first?.[1] ?? ("pipe" as const);
  if (command.output === "merged") return [stdout, first?.[1] ?? ("pipe" as const)] as const;
  return [stdout, second?.[1] ?? ("pipe" as const)] as const;
}

function describe(
  child: Bun.Subprocess,
  command: SpawnCommand,
  first: Pipe | null,
  second: Pipe | null,
): Child {
  const source = (pipe: Pipe | null, stream: unknown) =>
    pipe ? readPipe(pipe[0]) : stream instanceof ReadableStream ? readStream(stream) : null;
  return {
    kind: "child",
    pid: child.pid,
    ended: child.exited.then(() => endOf(child)),
    stdout: command.output === "inherit" ? null : source(first, child.stdout),
    stderr: command.output === "piped" ? source(second, child.stderr) : null,
    usage: () => usageOf(child),
  };
}

function endOf(child: Bun.Subprocess): ProcessEnd {
  if (child.signalCode) return { kind: "signaled", signal: String(child.signalCode) };
  return { kind: "exited", code: child.exitCode ?? 0 };
}

function readPipe(descriptor: number): ByteSource {
  // `Bun.file(fd)` does not own the descriptor: neither the end of the stream nor `cancel` closes it.
  return readStream(Bun.file(descriptor).stream(), {
    pipe: () => pipeBehind(descriptor),
    release: () => libc.close(descriptor),
  });
}

/**
 * The kernel's figures for a child. Its maxRSS is never below our own, since a child starts as a copy of us: then
 * the figure says nothing about the program and is null.
 */
function usageOf(child: Bun.Subprocess): Usage {
  const usage = child.resourceUsage();
  if (!usage) return { maxMemoryBytes: null, userMs: null, systemMs: null };
  const own = process.resourceUsage().maxRSS * 1024;
  return {
    maxMemoryBytes: usage.maxRSS > own ? usage.maxRSS : null,
    userMs: Number(usage.cpuTime.user) / 1000,
    systemMs: Number(usage.cpuTime.system) / 1000,
  };
}
