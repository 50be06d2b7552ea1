import type { FileStatus } from "./system.ts";

/**
 * The system calls of an append, asked of libc: loading `node:fs` takes a millisecond and a half of a command that takes
 * eight. What fails here is undefined, and `node:fs` is asked again, which succeeds or says what is wrong.
 */
export interface FileCalls {
  /** What stands at a path, a link itself; null for nothing. */
  linkStatus(path: string): FileStatus | null | undefined;
  /** The `f_type` of statfs(2). */
  fileSystemType(path: string): number | undefined;
  /** As `Files.openAppend` promises: the descriptor. */
  openAppend(path: string, mode: number): number | undefined;
  /** How many bytes it took. */
  write(descriptor: number, bytes: Uint8Array): number | undefined;
  /** How many bytes it gave. */
  readAt(descriptor: number, buffer: Uint8Array, position: number): number | undefined;
  /** `fdatasync`. Throws when that failed: it must not be tried again, since the second one would claim what the first could not do. */
  sync(descriptor: number): void;
}

/** How Linux numbers them on one architecture: `openat`, and the `O_NOFOLLOW` that differs (fcntl.h). */
interface Numbers {
  readonly openAt: number;
  readonly noFollow: number;
}

/** Null where we do not know them. */
export function openNumbers(arch: string): Numbers | null {
  const known: Readonly<Record<string, Numbers>> = {
    x64: { openAt: 257, noFollow: 0o400000 },
    arm64: { openAt: 56, noFollow: 0o100000 },
  };
  return known[arch] ?? null;
}

/** `O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC`, the same on both. */
export const appending = 0o2 | 0o100 | 0o2000 | 0o4000 | 0o2000000;

/** More than a `struct statfs`, which begins with the type in a word of the machine. */
export const statfsBytes = 256;
