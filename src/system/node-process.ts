/** What both runtimes do in the same way through the `process` object and `node:fs`. */
import { ExitCode } from "../core/exit-codes.ts";
import { signalNumber } from "../core/signals.ts";
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import { descriptorPosition, groupAliveInProc, ignoredSignals } from "./proc.ts";
import type { Host, Processes, Signals, StandardInput } from "./system.ts";

export const nodeHost: Host = {
  // Asked for when there is an outcome to write; importing it at every start costs 0.2 ms.
  name: () => process.getBuiltinModule("node:os").hostname(),
  platform: process.platform,
  pid: process.pid,
  userId: process.geteuid?.() ?? null,
  workingDirectory: () => process.cwd(),
};

/** Signals to us, but never those that were ignored when we started: `nohup` stays in force. */
export function nodeSignals(libc: Pick<Libc, "readStart">): Signals {
  /** Asked once, before our own listeners change the answer. */
  let ignored: ((number: number) => boolean) | null = null;
  return {
    on(names, listener) {
      ignored ??= ignoredSignals(libc);
      const handlers = new Map<string, () => void>();
      for (const name of names) {
        const number = signalNumber(name, process.platform) ?? 0;
        // Deno puts an ignored SIGHUP back to its default once any listener exists; one that does nothing keeps it away.
        handlers.set(name, ignored(number) ? () => {} : () => listener(name));
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
  };
}

/** Killing and leaving; starting is each runtime's own. */
export function nodeProcesses(libc: Libc): Omit<Processes, "spawn"> {
  return {
    kill,
    groupAlive: (group) => groupAliveInProc(group) ?? signalReaches(-group),
    onFault(listener) {
      process.on("uncaughtException", listener);
      process.on("unhandledRejection", listener);
    },
    stopSelf: () => void kill(process.pid, "SIGSTOP"),
    exit: (code) => process.exit(code),
    dieBy(signal) {
      const number = signalNumber(signal, process.platform);
      if (number !== null && libc.restoreDefaultSignal(number)) {
        kill(process.pid, signal);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      }
      return process.exit(ExitCode.signalBase + (number ?? 0));
    },
  };
}

function kill(pid: number, signal: string): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Without `/proc`: also true for a zombie. */
function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
