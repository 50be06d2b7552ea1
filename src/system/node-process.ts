/** What both runtimes do in the same way through the `process` object and `node:fs`. */
import { errorCode } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { signalNumber } from "../core/signals.ts";
import type { Adoption } from "./adoption.ts";
import { loadOs } from "./builtin.ts";
import { ignoredSignals } from "./inherited.ts";
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import { descriptorPosition, isGroupAlive, placeInProc } from "./proc.ts";
import {
  commandOf,
  listedChildren,
  nameOf,
  processStatus,
  processTable,
  startTimeOf,
  variableOf,
} from "./process-table.ts";
import type { Host, Processes, ProcessStatus, Signals, StandardInput } from "./system.ts";
import { terminalAtStdin } from "./terminal.ts";

/** The machine and our place on it. */
export function nodeHost(libc: Pick<Libc, "readStart" | "hostName">): Host {
  return {
    // Where libc tells it, the module that does need not be loaded: 0.3 ms.
    name: () => libc.hostName() || loadOs().hostname(),
    platform: process.platform,
    pid: process.pid,
    userId: process.geteuid?.() ?? null,
    workingDirectory,
    place: () => placeInProc(libc),
  };
}

/** A directory whose name is not UTF-8 has no path that a string can hold; but this one leads there, for us and for the program. */
function workingDirectory(): string {
  const path = process.cwd();
  return path.includes("\uFFFD") ? "/proc/self/cwd" : path;
}

/** Signals to us, but never those that were ignored when we started: `nohup` stays in force. */
export function nodeSignals(libc: Pick<Libc, "readStart">): Signals {
  return {
    on(names, listener) {
      const ignored = ignoredSignals(libc);
      const handlers = new Map<string, () => void>();
      for (const name of names) {
        const number = signalNumber(name, process.platform) ?? 0;
        if (!ignored.has(number)) handlers.set(name, () => listener(name));
        // Deno puts an ignored SIGHUP back to its default once any listener exists; one that does nothing keeps it away.
        // Bun leaves it ignored, and so does the program that we start.
        else if ("Deno" in globalThis) handlers.set(name, () => {});
      }
      for (const [name, handler] of handlers) process.on(name, handler);
      return () => {
        for (const [name, handler] of handlers) process.off(name, handler);
      };
    },
  };
}

/** Standard input as the caller left it. */
export function nodeStdin(libc: Libc): StandardInput {
  const isTerminal = () => libc.isTerminal(0);
  return {
    isTerminal,
    kind() {
      try {
        if (isTerminal()) return "terminal";
        const stat = fs().fstatSync(0);
        if (stat.isFile()) return "file";
        return stat.isCharacterDevice() ? "null" : "stream";
      } catch {
        return "null";
      }
    },
    position: () => descriptorPosition(0, libc),
    seek: (position) => libc.seek(0, position),
    ...terminalAtStdin(libc),
  };
}

/** Finding, killing and leaving; starting is each runtime's own. */
export function nodeProcesses(
  libc: Libc,
  adoption: Adoption,
): Omit<Processes, "spawn" | "openChannel" | "accompany"> {
  function exit(code: number): never {
    // Bun would give a terminal the modes back that it had at our start, even from the background, where others use it by now.
    libc.exitNow(code);
    return process.exit(code);
  }

  return {
    adoptOrphans: adoption.begin,
    adopted: adoption.adopted,
    all: processTable,
    startTimeOf: (pid) => startTimeOf(pid, libc),
    exists,
    commandOf,
    nameOf,
    variableOf,
    becomePrivate: () => libc.becomePrivate(),
    kill,
    killExactly: (target, signal) => killExactly(target, signalNumber(signal, process.platform) ?? 0, libc),
    groupAlive(group) {
      // Without a list of our children nobody else reaps those of the group that came to us: it would be alive for ever.
      if (listedChildren(libc) === null) libc.reap(-group);
      return isGroupAlive(group);
    },
    onFault(listener) {
      process.on("uncaughtException", listener);
      process.on("unhandledRejection", listener);
    },
    stopped: (pid) => processStatus(pid)?.stopped ?? null,
    leadsGroup: () => libc.ownGroup() === process.pid,
    stopSelf(signal) {
      const number = signalNumber(signal, process.platform) ?? 0;
      if (signal === "SIGSTOP") kill(process.pid, signal);
      else libc.withSignal(number, "default", () => kill(process.pid, signal));
    },
    exit,
    dieBy(signal) {
      const number = signalNumber(signal, process.platform);
      if (number !== null && libc.restoreDefaultSignal(number)) {
        kill(process.pid, signal);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      }
      return exit(ExitCode.signalBase + (number ?? 0));
    },
  };
}

function kill(pid: number, signal: string | number): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** One that cannot be signalled, being somebody else's, is there too. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

type ProcessIdentity = Pick<ProcessStatus, "pid" | "startTime">;

/**
 * A handle on the process is taken first and its start time compared afterwards, so that a pid which was given away meanwhile is
 * never hit. Where the system has no handles the comparison alone must do.
 */
function killExactly(target: ProcessIdentity, number: number, libc: Libc): boolean {
  const isStillThere = () => processStatus(target.pid)?.startTime === target.startTime;
  const handle = libc.openProcess(target.pid);
  if (handle === null) return isStillThere() && kill(target.pid, number);
  try {
    return isStillThere() && libc.signalProcess(handle, number);
  } finally {
    libc.closeProcess(handle);
  }
}
