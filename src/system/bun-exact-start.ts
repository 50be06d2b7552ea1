/**
 * Starting a program through the C library's own `posix_spawn`, for what `Bun.spawn` cannot do: it gives every program all
 * signals at their defaults, so that `nohup` ends with us, and knows words as UTF-8 only. Linux; glibc and musl agree on the
 * part of the structures that is used here.
 */

import { FFIType, ptr } from "bun:ffi";
import { encodeRaw } from "../core/raw-text.ts";
import { signalNames, signalNumber } from "../core/signals.ts";
import { loadOs } from "./builtin.ts";
import { loadFrom } from "./bun-dlopen.ts";
import { ignoredByRuntime } from "./inherited.ts";
import { withoutWaiting } from "./libc.ts";
import type { NotStarted, ProcessEnd, SpawnCommand } from "./system.ts";

/** A child that was started this way. */
export interface ExactChild {
  readonly kind: "exact-child";
  readonly pid: number;
  readonly ended: Promise<ExactEnd>;
}

interface ExactEnd {
  readonly end: ProcessEnd;
  readonly maxMemoryBytes: number;
  readonly userMs: number;
  readonly systemMs: number;
}

/** Which of our descriptors becomes which of the child's. */
export type Descriptors = readonly (readonly [ours: number, theirs: number])[];

/** Starts it; null where the C library lacks what it takes. */
export function startExactly(
  command: SpawnCommand,
  descriptors: Descriptors,
): ExactChild | NotStarted | null {
  const libc = loadFrom(symbols);
  if (libc === null) return null;
  const kept: unknown[] = [];
  const actions = new Uint8Array(256);
  libc.posix_spawn_file_actions_init(actions);
  libc.posix_spawn_file_actions_addchdir_np(actions, cText(command.cwd, kept));
  // A descriptor given to itself is no longer closed by exec.
  for (const [ours, theirs] of descriptors) libc.posix_spawn_file_actions_adddup2(actions, ours, theirs);
  const pid = new Int32Array(1);
  const variables = Object.entries(command.environment).map(([name, value]) => `${name}=${value}`);
  if ([...command.argv, ...variables].some((text) => text.includes("\0")))
    return { kind: "not-started", code: "EINVAL" };
  const problem = libc.posix_spawn(
    pid,
    cText(command.executable, kept),
    actions,
    attributes(command.ownSession),
    cTexts(command.argv, kept),
    cTexts(variables, kept),
  );
  kept.length = 0;
  if (problem !== 0) return { kind: "not-started", code: codeOf(problem) };
  return { kind: "exact-child", pid: pid[0] ?? 0, ended: endOf(pid[0] ?? 0, libc.wait4) };
}

const { i32, ptr: pointer } = FFIType;

const symbols = {
  posix_spawn: { args: [pointer, pointer, pointer, pointer, pointer, pointer], returns: i32 },
  posix_spawn_file_actions_init: { args: [pointer], returns: i32 },
  posix_spawn_file_actions_adddup2: { args: [pointer, i32, i32], returns: i32 },
  posix_spawn_file_actions_addchdir_np: { args: [pointer, pointer], returns: i32 },
  wait4: { args: [i32, pointer, i32, pointer], returns: i32 },
} as const;

const setSignalDefaults = 0x04;
const setSession = 0x80;

/** `posix_spawnattr_t`: flags (16 bits), process group (32 bits at 4), the signals to put back to their defaults (1024 bits at 8). */
function attributes(ownSession: boolean): Uint8Array {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, setSignalDefaults | (ownSession ? setSession : 0), true);
  for (const number of ignoredByRuntime) {
    view.setUint32(8, view.getUint32(8, true) | (1 << (number - 1)), true);
  }
  return bytes;
}

/** Texts and lists of texts as C has them, for as long as the array lives that they are kept in. */
function cText(text: string, kept: unknown[]): Uint8Array {
  const bytes = encodeRaw(`${text}\0`);
  kept.push(bytes);
  return bytes;
}

function cTexts(texts: readonly string[], kept: unknown[]): BigUint64Array {
  const pointers = texts.map((text) => BigInt(ptr(cText(text, kept))));
  return BigUint64Array.from([...pointers, 0n]);
}

type Wait4 = (pid: number, status: Int32Array, options: number, usage: BigInt64Array) => number;

/** How often we look for the end at most, beside each SIGCHLD: that one comes late, and could be lost in a flood of signals. */
const longestPauseMs = 100;

function endOf(pid: number, wait4: Wait4): Promise<ExactEnd> {
  return new Promise((resolve) => {
    let pauseMs = 1;
    let timer = setTimeout(lookAgain, pauseMs);
    process.on("SIGCHLD", look);

    function lookAgain() {
      pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
      timer = setTimeout(lookAgain, pauseMs);
      look();
    }
    function look() {
      const status = new Int32Array(1);
      const usage = new BigInt64Array(32);
      if (wait4(pid, status, withoutWaiting, usage) === 0) return;
      clearTimeout(timer);
      process.off("SIGCHLD", look);
      resolve({ end: toEnd(status[0] ?? 0), ...toUsage(usage) });
    }
  });
}

function toEnd(status: number): ProcessEnd {
  const signal = status & 0x7f;
  if (signal === 0) return { kind: "exited", code: (status >> 8) & 0xff };
  const name = signalNames.find((each) => signalNumber(each) === signal);
  return { kind: "signaled", signal: name ?? `SIG${signal}` };
}

/** `struct rusage`: two times of seconds and microseconds, then the peak of resident memory in KiB. */
function toUsage(usage: BigInt64Array): Omit<ExactEnd, "end"> {
  const [userS = 0n, userUs = 0n, systemS = 0n, systemUs = 0n, peak = 0n] = usage;
  return {
    maxMemoryBytes: Number(peak) * 1024,
    userMs: Number(userS) * 1000 + Number(userUs) / 1000,
    systemMs: Number(systemS) * 1000 + Number(systemUs) / 1000,
  };
}

function codeOf(number: number): string {
  const codes = loadOs().constants.errno;
  return Object.entries(codes).find(([, value]) => value === number)?.[0] ?? `errno ${number}`;
}
