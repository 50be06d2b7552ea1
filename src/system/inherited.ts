/** What the caller handed to us beside words and variables, and what the program should get of it as if we were not there. */
import type { Libc } from "./libc.ts";
import { smallFile } from "./process-table.ts";

/**
 * The descriptors from 3 on that the caller left open for us: `9>file`, `<(…)`, the job server of make. To be asked before
 * anything of our own is open. Bun's two are told by what they are: it marks everything close-on-exec, the caller's too.
 */
export function inheritedDescriptors(libc: Pick<Libc, "openDescriptors" | "status">): readonly number[] {
  // Since Linux 6.2 the size of the directory is the number of descriptors: the usual three, and Bun's two.
  if (libc.status("/proc/self/fd")?.size === 5) return [];
  const found: number[] = [];
  for (const [number, link] of libc.openDescriptors() ?? []) {
    if (number > 2 && link !== "anon_inode:[eventpoll]" && link !== "anon_inode:[eventfd]")
      found.push(number);
  }
  return found;
}

/** The signals, by number, that were ignored when we started, in `/proc/self/status` (proc(5)). */
export interface IgnoredSignals {
  has(number: number): boolean;
  /** Whether a program that should ignore them too needs help: the runtime itself ignores some, and starts programs with none. */
  readonly any: boolean;
}

/** Asked once, before our own listeners change the answer. */
export function ignoredSignals(libc: Pick<Libc, "readStart">): IgnoredSignals {
  ignored ??= readIgnoredSignals(libc);
  return ignored;
}

let ignored: IgnoredSignals | null = null;

/** SIGPIPE and SIGXFSZ: Bun ignores them before our code runs, so that nobody knows what the caller did with them. */
export const ignoredByRuntime: readonly number[] = [13, 25];
const ignoredByRuntimeBits = 0x01001000;

/** The same, asked now. */
export function readIgnoredSignals(libc: Pick<Libc, "readStart">): IgnoredSignals {
  const status = smallFile("/proc/self/status", libc) ?? "";
  const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0";
  // The signals that can be meant are below 32. The next two are glibc's own, and ignored in whatever its posix_spawn started.
  const bits = Number.parseInt(mask.slice(-8), 16) & 0x7fffffff;
  const has = (number: number) => number > 0 && number < 32 && ((bits >>> (number - 1)) & 1) === 1;
  return { has, any: (bits & ~ignoredByRuntimeBits) !== 0 };
}

/**
 * The caller's soft limit on open files, which Bun raises to the hard one before our code runs: what our parent has, if it has
 * the same hard limit. Null where nothing is to be lowered, and where a parent says nothing about us: a service manager gives
 * each service limits of its own.
 */
export function callersFileLimit(hard: bigint, libc: Pick<Libc, "readStart">): bigint | null {
  const parent = process.ppid;
  if (parent <= 1) return null;
  const limits = smallFile(`/proc/${parent}/limits`, libc) ?? "";
  const at = limits.indexOf("Max open files ");
  // In columns: the name has 26, each limit 21 (fs/proc/base.c). "unlimited" is no number.
  const soft = Number.parseInt(limits.slice(at + 26), 10);
  if (at < 0 || !(soft < Number(hard)) || Number.parseInt(limits.slice(at + 47), 10) !== Number(hard))
    return null;
  const manager = smallFile(`/proc/${parent}/comm`, libc)?.trim() === "systemd";
  return manager ? null : BigInt(soft);
}
