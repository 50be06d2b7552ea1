import type { FileCalls } from "./file-calls.ts";
import type { FileStatus } from "./system.ts";

/** The few C functions that neither runtime offers, or offers at a price. Where libc cannot be loaded, {@link noLibc} does what is left. */
export interface Libc {
  /** A pipe as [read end, write end], neither inherited; null when it cannot be made. */
  pipe(): readonly [number, number] | null;
  /** Writes a few bytes to a pipe, if libc can be asked and the pipe takes them. */
  write(descriptor: number, text: string): void;
  /** `close`; false when it could not be asked. */
  close(descriptor: number): boolean;
  /** `flock(LOCK_EX | LOCK_NB)`. Throws when libc is missing. */
  tryLock(descriptor: number): boolean;
  isTerminal(descriptor: number): boolean;
  /** `lseek` to a place from the start; false when that failed. */
  seek(descriptor: number, position: number): boolean;
  /** The soft limit on open files, and the hard one; null when they cannot be told. */
  openFilesLimit(): FileLimit | null;
  setOpenFilesLimit(limit: FileLimit): void;
  /** Makes us the parent of every orphan below us, from now on; false when that failed. */
  becomeSubreaper(): boolean;
  /** Takes the ending of a child that is dead, so that its pid is free again. Never waits. */
  reap(pid: number): void;
  /** A handle on a process that stays on it when its pid is given to another; null when there is none. */
  openProcess(pid: number): number | null;
  /** A signal to the process behind a handle; false when it is gone. */
  signalProcess(handle: number, signal: number): boolean;
  closeProcess(handle: number): void;
  /** `prctl(PR_SET_DUMPABLE, 0)`; false where that failed or does not exist. */
  becomePrivate(): boolean;
  /** Lets a signal end this process again, and without a core file; false when that failed. */
  restoreDefaultSignal(number: number): boolean;
  /** `_exit`: ends this process with nothing done first; returns where that cannot be asked. */
  exitNow(code: number): void;
  /** Does something while a signal has its default effect on us, or none, whoever listens for it otherwise. */
  withSignal(number: number, effect: "default" | "none", act: () => void): void;
  /** `getpgrp`; null when it could not be asked. */
  ownGroup(): number | null;
  /** `tcgetpgrp`: the process group that has the terminal; null when it is not our terminal. */
  foregroundGroup(descriptor: number): number | null;
  /** `tcsetpgrp`. */
  setForegroundGroup(descriptor: number, group: number): void;
  /** `tcgetattr`, as the C library keeps it; null when it is no terminal. */
  terminalModes(descriptor: number): Uint8Array<ArrayBuffer> | null;
  /** `tcsetattr`, at once. */
  setTerminalModes(descriptor: number, modes: Uint8Array<ArrayBuffer>): void;
  /** What stands at a path (links followed) or is open as a descriptor; null for nothing, undefined when this cannot tell. */
  status(place: string | number): FileStatus | null | undefined;
  /** `access(X_OK)`; undefined when this cannot tell. */
  executable(path: string): boolean | undefined;
  /** The start of a small file, such as one of /proc; undefined when this cannot tell. */
  readStart(path: string, maxBytes: number): string | undefined;
  /** `gethostname`; undefined when this cannot tell. */
  hostName(): string | undefined;
  /** Our open descriptors in rising order, and what each is; undefined when this cannot tell. */
  openDescriptors(): ReadonlyMap<number, string> | undefined;
  /** The calls of an append; null where `node:fs` has to do. */
  fileCalls(): FileCalls | null;
}

/** As 64 bits: all ones is no limit. */
export interface FileLimit {
  readonly soft: bigint;
  readonly hard: bigint;
}

/** Where the C library of this platform may be found: glibc, musl, macOS. */
export function libcNames(platform: string, arch: string): readonly string[] {
  if (platform === "darwin") return ["libSystem.B.dylib"];
  return ["libc.so.6", `libc.musl-${arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];
}

/** `LOCK_EX | LOCK_NB`, the same on Linux and macOS (flock(2)). */
export const lockExclusiveNow = 2 | 4;
/** `O_CLOEXEC` on Linux (x86 and ARM, fcntl.h); macOS has no `pipe2`. */
export const closeOnExec = 0o2000000;
/** `RLIMIT_CORE`, the same on Linux and macOS (getrlimit(2)). */
export const coreFileLimit = 4;
/** `RLIMIT_NOFILE` on Linux. */
export const openFiles = 7;
/** `PR_SET_DUMPABLE` (linux/prctl.h). */
export const setDumpable = 4;
/** `SEEK_SET`. */
export const fromStart = 0;
/** `PR_SET_CHILD_SUBREAPER` (prctl(2)). */
export const setChildSubreaper = 36;
/** `WNOHANG`. */
export const withoutWaiting = 1;
/** `pidfd_open` and `pidfd_send_signal`: numbers that every architecture shares. glibc has functions for them since 2.36 only. */
export const systemCall = { openProcess: 434, signalProcess: 424 } as const;
/** `TCSANOW`. */
export const atOnce = 0;
/** More than a `struct termios` or a `struct sigaction` takes on any platform; we keep what was in them without looking inside. */
export const structBytes = 512;

/** A `struct sigaction` that begins, as on every platform of ours, with the handler: `SIG_DFL` is 0 and `SIG_IGN` 1. */
export function signalAction(effect: "default" | "none"): Uint8Array<ArrayBuffer> {
  const action = new Uint8Array(structBytes);
  action[0] = effect === "none" ? 1 : 0;
  return action;
}

/** What is left without libc. */
export const noLibc: Libc = {
  pipe: () => null,
  write() {},
  close: () => false,
  tryLock() {
    throw new Error("file locks need the C library, which could not be loaded");
  },
  isTerminal: () => false,
  seek: () => false,
  openFilesLimit: () => null,
  setOpenFilesLimit() {},
  becomeSubreaper: () => false,
  reap() {},
  openProcess: () => null,
  signalProcess: () => false,
  closeProcess() {},
  becomePrivate: () => false,
  restoreDefaultSignal: () => false,
  exitNow() {},
  withSignal: (_number, _effect, act) => act(),
  ownGroup: () => null,
  foregroundGroup: () => null,
  setForegroundGroup() {},
  terminalModes: () => null,
  setTerminalModes() {},
  status: () => undefined,
  executable: () => undefined,
  readStart: () => undefined,
  hostName: () => undefined,
  openDescriptors: () => undefined,
  fileCalls: () => null,
};
