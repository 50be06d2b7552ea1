/** The Deno adapter: the same source, with less where Deno offers less. */
import { errorCode } from "../core/errors.ts";
import { holdsRaw } from "../core/raw-text.ts";
import { createAdoption } from "./adoption.ts";
import { readStream } from "./byte-source.ts";
import { systemClock } from "./clock.ts";
import { denoCompanion } from "./deno-companion.ts";
import { denoLibc } from "./deno-libc.ts";
import { type DenoChild, deno } from "./deno-runtime.ts";
import { underCallersFileLimit } from "./file-limit.ts";
import { nodeFiles } from "./files.ts";
import { fs } from "./node-fs.ts";
import { nodeHost, nodeProcesses, nodeSignals, nodeStdin } from "./node-process.ts";
import { nodeOutput } from "./output.ts";
import { lacksOfProc, ownPipes } from "./proc.ts";
import { wordsAsGiven } from "./raw-words.ts";
import type { ByteSource, Child, NotStarted, ProcessEnd, SpawnCommand, System } from "./system.ts";
import { words } from "./words.ts";

const libc = denoLibc();
const adoption = createAdoption(libc);

/** What a user of the source under Deno does without. */
const lacks = [
  "Deno tells no resource usage of a child",
  "Deno cannot give a program one pipe for both streams: --merge-output joins them behind two pipes",
  "Deno gives a program its path instead of the name it was called by",
  "Deno closes inherited descriptors above 2",
  "Deno gives a program every signal at its default, also those that were ignored",
  "Deno shows no variable whose value is not UTF-8, and can pass no such word on",
];

export const denoSystem: System = {
  runtime: {
    name: "deno",
    version: deno.version.deno,
    // Started again by its own words it would have to be given every right, since Deno does not tell which it has.
    command: null,
    get lacks() {
      return [...lacks, ...lacksOfProc()];
    },
  },
  words: wordsAsGiven(words),
  environment: deno.env.toObject(),
  host: nodeHost(libc),
  clock: systemClock,
  files: nodeFiles(libc),
  output: nodeOutput({ isTerminal: libc.isTerminal, write }),
  stdin: nodeStdin(libc),
  processes: {
    spawn,
    openChannel: () => "Deno gives a program no descriptors above 2",
    accompany: (script, environment) => denoCompanion(adoption, script, environment),
    ...nodeProcesses(libc, adoption),
  },
  signals: nodeSignals(libc),
};

/**
 * `node:fs` will not do here: its asynchronous write blocks Deno's timers, and its synchronous one tries again by itself
 * on a full pipe and then throws EAGAIN with the count lost (301,703,955 bytes arrived for 300,000,019).
 */
async function write(descriptor: number, bytes: Uint8Array): Promise<number | string> {
  try {
    return await (descriptor === 1 ? deno.stdout : deno.stderr).write(bytes);
  } catch (error) {
    return errorCode(error);
  }
}

function spawn(command: SpawnCommand): Child | NotStarted {
  const piped = command.output === "inherit" ? "inherit" : "piped";
  if (command.argv.some(holdsRaw)) return { kind: "not-started", code: "EILSEQ" };
  const before = ownPipes();
  try {
    const prepared = new deno.Command(command.executable, {
      args: command.argv.slice(1),
      cwd: command.cwd,
      clearEnv: true,
      env: { ...command.environment },
      stdin: typeof command.stdin === "number" ? "piped" : command.stdin,
      stdout: piped,
      stderr: piped,
      detached: command.ownSession,
    });
    const child = underCallersFileLimit(libc, () => prepared.spawn());
    adoption.started(child.pid);
    if (typeof command.stdin === "number") void feed(child, command.stdin);
    const ours = [...ownPipes()].filter(([number]) => !before.has(number)).map(([, pipe]) => pipe);
    return describe(child, command, ours);
  } catch (error) {
    return { kind: "not-started", code: errorCode(error) };
  }
}

/** `ours` are the pipes that starting made, in the order of their descriptors: stdout's reading end comes first. */
function describe(child: DenoChild, command: SpawnCommand, ours: readonly string[]): Child {
  const [stdoutPipe = null, stderrPipe = null] = typeof command.stdin === "number" ? ours.slice(1) : ours;
  const stdout = command.output === "inherit" ? null : readStream(child.stdout, { pipe: () => stdoutPipe });
  const stderr = command.output === "inherit" ? null : readStream(child.stderr, { pipe: () => stderrPipe });
  const merged = command.output === "merged" && stdout && stderr;
  return {
    kind: "child",
    pid: child.pid,
    ended: child.status.then((status): ProcessEnd => {
      adoption.ended(child.pid);
      return status.signal
        ? { kind: "signaled", signal: status.signal }
        : { kind: "exited", code: status.code };
    }),
    stdout: merged ? join(stdout, stderr) : stdout,
    stderr: merged ? null : stderr,
    usage: () => ({ maxMemoryBytes: null, userMs: null, systemMs: null }),
  };
}

/** Deno cannot give a descriptor to a child as its stdin: the file is copied through a pipe. The caller closes its own. */
async function feed(child: DenoChild, descriptor: number): Promise<void> {
  const copy = fs().openSync(`/dev/fd/${descriptor}`, "r");
  const writer = child.stdin.getWriter();
  const buffer = new Uint8Array(65_536);
  try {
    for (;;) {
      const count = fs().readSync(copy, buffer);
      if (count === 0) break;
      await writer.write(buffer.slice(0, count));
    }
    await writer.close();
  } catch {
    // The program closed its stdin, or the file cannot be read any further: the end of its input.
    await writer.abort().catch(() => {});
  } finally {
    fs().closeSync(copy);
  }
}

function join(first: ByteSource, second: ByteSource): ByteSource {
  async function* chunks() {
    const iterators = [first, second].map((source) => source.chunks[Symbol.asyncIterator]());
    const waiting = new Map(iterators.map((iterator, index) => [index, next(iterator, index)]));
    while (waiting.size > 0) {
      const { index, result } = await Promise.race(waiting.values());
      const iterator = iterators[index];
      if (result.done || !iterator) waiting.delete(index);
      else {
        waiting.set(index, next(iterator, index));
        yield result.value;
      }
    }
  }
  return {
    chunks: chunks(),
    close() {
      first.close();
      second.close();
    },
    holders: () => [...first.holders(), ...second.holders()],
  };
}

async function next(iterator: AsyncIterator<Uint8Array>, index: number) {
  return { index, result: await iterator.next() };
}
