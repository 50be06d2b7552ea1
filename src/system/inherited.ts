/** What the caller handed to us beside words and variables, and what the program should get of it as if we were not there. */
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import { attempt, smallFile } from "./process-table.ts";

/**
 * The descriptors from 3 on that the caller left open for us: `9>file`, `<(…)`, the job server of make. To be asked before
 * anything of our own is open. Bun's two are told by what they are: it marks everything close-on-exec, the caller's too.
 */
export function inheritedDescriptors(libc: Pick<Libc, "smallDirectory">): readonly number[] {
  const directory = "/proc/self/fd";
  const names = libc.smallDirectory(directory) ?? attempt(() => fs().readdirSync(directory)) ?? [];
  // The usual ones, Bun's two, and the one that lists them: nothing to tell apart.
  if (names.length <= 6) return [];
  return names
    .map(Number)
    .filter((number) => number > 2 && isCallers(number))
    .sort((a, b) => a - b);
}

function isCallers(descriptor: number): boolean {
  // The one that listed them is gone by now, and so is its link.
  const target = attempt(() => fs().readlinkSync(`/proc/self/fd/${descriptor}`));
  return target !== null && target !== "anon_inode:[eventpoll]" && target !== "anon_inode:[eventfd]";
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

function readIgnoredSignals(libc: Pick<Libc, "readStart">): IgnoredSignals {
  const status = smallFile("/proc/self/status", libc) ?? "";
  const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0";
  // The signals that can be meant are below 32: half of the mask.
  const bits = Number.parseInt(mask.slice(-8), 16);
  const has = (number: number) => number > 0 && number <= 32 && ((bits >>> (number - 1)) & 1) === 1;
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
  const found = /^Max open files\s+(\d+)\s+(\d+)/m.exec(limits);
  const soft = BigInt(found?.[1] ?? 0);
  if (!found || soft >= hard || BigInt(found[2] ?? 0) !== hard) return null;
  const manager = smallFile(`/proc/${parent}/comm`, libc)?.trim() === "systemd";
  return manager ? null : soft;
}
