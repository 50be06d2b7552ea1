/** Starting programs under Bun. */
import { errorCode } from "../core/errors.ts";
import { holdsRaw } from "../core/raw-text.ts";
import type { Adoption } from "./adoption.ts";
import { type Descriptors, type ExactChild, startExactly } from "./bun-exact-start.ts";
import { readStream } from "./byte-source.ts";
import { openChannel } from "./channel.ts";
import { underCallersFileLimit } from "./file-limit.ts";
import { ignoredSignals, inheritedDescriptors } from "./inherited.ts";
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import { pipeBehind } from "./proc.ts";
import type { ByteSource, Child, NotStarted, ProcessEnd, Processes, SpawnCommand, Usage } from "./system.ts";

/** What the starts of one faultbox share. */
interface World {
  readonly libc: Libc;
  readonly adoption: Adoption;
  /** The caller's descriptors above 2: the program gets them under the same numbers. */
  readonly inherited: readonly number[];
}

type Pipe = readonly [number, number];

/** How the Bun adapter starts programs. To be made before anything else is open. */
export function bunStarting(libc: Libc, adoption: Adoption): Pick<Processes, "spawn" | "openChannel"> {
  const world = { libc, adoption, inherited: inheritedDescriptors(libc) };
  return {
    spawn: spawnIn(world),
    openChannel: (number) => openChannel(number, world),
  };
}

function spawnIn(world: World): Processes["spawn"] {
  const { libc } = world;
  return (command) => {
    const pipes = { first: null as Pipe | null, second: null as Pipe | null };
    if (command.output !== "inherit") pipes.first = libc.pipe();
    if (command.output === "piped") pipes.second = libc.pipe();
    const child = start(command, pipes, world);
    closeAll(pipes, 1, libc);
    if (child.kind === "not-started") closeAll(pipes, 0, libc);
    return child;
  };
}

interface Pipes {
  readonly first: Pipe | null;
  readonly second: Pipe | null;
}

function closeAll({ first, second }: Pipes, end: 0 | 1, libc: Libc): void {
  for (const pipe of [first, second]) if (pipe) libc.close(pipe[end]);
}

function start(command: SpawnCommand, pipes: Pipes, world: World): Child | NotStarted {
  let raw = false;
  for (const word of command.argv) raw ||= holdsRaw(word);
  if (raw || ignoredSignals(world.libc).any) {
    const exact = underCallersFileLimit(world.libc, () => exactStart(command, pipes, world));
    if (exact?.kind === "not-started") return exact;
    if (exact) return describeExact(exact, command, pipes, world);
    if (raw) return { kind: "not-started", code: "EILSEQ" };
  }
  try {
    return underCallersFileLimit(world.libc, () => usualStart(command, pipes, world));
  } catch (error) {
    return { kind: "not-started", code: errorCode(error) };
  }
}

function usualStart(command: SpawnCommand, pipes: Pipes, world: World): Child {
  const stdin = command.stdin === "null" ? "ignore" : command.stdin;
  const [stdout, stderr] = channels(command, pipes);
  const child = Bun.spawn([command.executable, ...command.argv.slice(1)], {
    argv0: command.argv[0] ?? command.executable,
    cwd: command.cwd,
    env: { ...command.environment },
    stdio: [stdin, stdout, stderr, ...from3(descriptorsOf(command, world))],
    detached: command.ownSession,
  });
  const source = (pipe: Pipe | null, stream: unknown) =>
    pipe ? readPipe(pipe[0], world.libc) : stream instanceof ReadableStream ? readStream(stream) : null;
  world.adoption.started(child.pid);
  return {
    kind: "child",
    pid: child.pid,
    ended: child.exited.then(() => {
      world.adoption.ended(child.pid);
      return endOf(child);
    }),
    stdout: command.output === "inherit" ? null : source(pipes.first, child.stdout),
    stderr: command.output === "piped" ? source(pipes.second, child.stderr) : null,
    usage: () => usageOf(child),
  };
}

/** What the child gets as 1 and 2. Bun's own "pipe" is a socket pair, in which `echo x >/dev/stdout` fails: only a last resort. */
function channels(command: SpawnCommand, { first, second }: Pipes) {
  if (command.output === "inherit") return ["inherit", "inherit"] as const;
  const stdout = first?.[1] ?? ("pipe" as const);
  if (command.output === "merged") return [stdout, first?.[1] ?? ("pipe" as const)] as const;
  return [stdout, second?.[1] ?? ("pipe" as const)] as const;
}

/** What is inherited, each under its own number, and what the command says. By the child's number the one of ours. */
function descriptorsOf(
  { alone, descriptors }: SpawnCommand,
  { inherited }: World,
): ReadonlyMap<number, number> {
  if (inherited.length === 0 && descriptors === undefined) return none;
  const wanted = new Map<number, number | null>((alone ? [] : inherited).map((number) => [number, number]));
  for (const [theirs, ours] of descriptors ?? []) wanted.set(theirs, ours);
  return new Map([...wanted].flatMap(([theirs, ours]) => (ours === null ? [] : [[theirs, ours] as const])));
}

const none: ReadonlyMap<number, number> = new Map();

/** What stands in between stays closed. */
function from3(descriptors: ReadonlyMap<number, number>): (number | null)[] {
  if (descriptors.size === 0) return [];
  const last = Math.max(2, ...descriptors.keys());
  return Array.from({ length: last - 2 }, (_, index) => descriptors.get(index + 3) ?? null);
}

function endOf(child: Bun.Subprocess): ProcessEnd {
  if (child.signalCode) return { kind: "signaled", signal: String(child.signalCode) };
  return { kind: "exited", code: child.exitCode ?? 0 };
}

function readPipe(descriptor: number, libc: Libc): ByteSource {
  // `Bun.file(fd)` does not own the descriptor: neither the end of the stream nor `cancel` closes it.
  return readStream(Bun.file(descriptor).stream(), {
    pipe: () => pipeBehind(descriptor),
    release: () => libc.close(descriptor),
  });
}

function exactStart(command: SpawnCommand, pipes: Pipes, world: World): ExactChild | NotStarted | null {
  const stdin = command.stdin === "null" ? fs().openSync("/dev/null", "r") : command.stdin;
  const wanted: Descriptors = [
    ...(typeof stdin === "number" ? [[stdin, 0] as const] : []),
    ...(pipes.first ? [[pipes.first[1], 1] as const] : []),
    ...(command.output === "merged" && pipes.first ? [[pipes.first[1], 2] as const] : []),
    ...(pipes.second ? [[pipes.second[1], 2] as const] : []),
    ...Array.from(descriptorsOf(command, world), ([theirs, ours]) => [ours, theirs] as const),
  ];
  try {
    return startExactly(command, wanted);
  } finally {
    if (command.stdin === "null" && typeof stdin === "number") fs().closeSync(stdin);
  }
}

function describeExact(
  exact: ExactChild,
  command: SpawnCommand,
  pipes: Pipes,
  { adoption, libc }: World,
): Child {
  let usage: Usage = { maxMemoryBytes: null, userMs: null, systemMs: null };
  adoption.started(exact.pid);
  return {
    kind: "child",
    pid: exact.pid,
    ended: exact.ended.then(({ end, ...counted }) => {
      adoption.ended(exact.pid);
      usage = atLeastOurs(counted);
      return end;
    }),
    stdout: pipes.first && readPipe(pipes.first[0], libc),
    stderr: command.output === "piped" && pipes.second ? readPipe(pipes.second[0], libc) : null,
    usage: () => usage,
  };
}

function usageOf(child: Bun.Subprocess): Usage {
  const usage = child.resourceUsage();
  if (!usage) return { maxMemoryBytes: null, userMs: null, systemMs: null };
  return atLeastOurs({
    maxMemoryBytes: usage.maxRSS,
    userMs: Number(usage.cpuTime.user) / 1000,
    systemMs: Number(usage.cpuTime.system) / 1000,
  });
}

/**
 * The kernel's figures for a child. Its peak of memory is never below our own, since a child starts as a copy of us: then the
 * figure says nothing about the program and is null.
 */
function atLeastOurs<Figures extends Usage>(figures: Figures): Usage {
  const own = process.resourceUsage().maxRSS * 1024;
  const peak = figures.maxMemoryBytes;
  return { ...figures, maxMemoryBytes: peak !== null && peak > own ? peak : null };
}
