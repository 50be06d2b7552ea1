/** {@link FileCalls} through `bun:ffi`, on Linux. */
import { type dlopen, FFIType, read } from "bun:ffi";
import { loadOs } from "./builtin.ts";
import { appending, type FileCalls, openNumbers, statfsBytes } from "./file-calls.ts";
import { basicStats, linkItself, readStatx, statxBytes, statxNumber, workingDirectory } from "./statx.ts";
import type { FileStatus } from "./system.ts";

const { i32, i64_fast, ptr, u32 } = FFIType;

/** What they need of libc. */
export const appendFunctions = {
  __errno_location: { args: [], returns: ptr },
  fdatasync: { args: [i32], returns: i32 },
  pread: { args: [i32, ptr, i64_fast, i64_fast], returns: i64_fast },
  statfs: { args: [ptr, ptr], returns: i32 },
  write: { args: [i32, ptr, i64_fast], returns: i64_fast },
  /** Declared as `statx` needs it; `openat` needs no more. */
  syscall: { args: [i64_fast, i32, ptr, i32, u32, ptr], returns: i64_fast },
} as const;

type AppendLibc = ReturnType<typeof dlopen<typeof appendFunctions>>["symbols"];

/** `statx` of a path below a directory, or of a descriptor; null for nothing there, undefined when this cannot tell. */
export type StatusAt = (directory: number, path: string, flags: number) => FileStatus | null | undefined;

export function statusAsker(libc: AppendLibc): StatusAt {
  const number = statxNumber(process.platform, process.arch);
  return (directory, path, flags) => {
    if (number === null) return undefined;
    const record = new Uint8Array(statxBytes);
    if (Number(libc.syscall(number, directory, cText(path), flags, basicStats, record)) === 0)
      return readStatx(record);
    return meansNothingThere(errnoOf(libc)) ? null : undefined;
  };
}

/** Null on an architecture whose numbers we do not know. */
export function bindFileCalls(libc: AppendLibc, statusAt: StatusAt): FileCalls | null {
  const numbers = openNumbers(process.arch);
  if (numbers === null) return null;
  return {
    linkStatus: (path) => statusAt(workingDirectory, path, linkItself),
    fileSystemType(path) {
      const record = new Uint8Array(statfsBytes);
      return libc.statfs(cText(path), record) === 0 ? new Uint32Array(record.buffer)[0] : undefined;
    },
    openAppend(path, mode) {
      const flags = appending | numbers.noFollow;
      return succeeded(libc.syscall(numbers.openAt, workingDirectory, cText(path), flags, mode, null));
    },
    write: (descriptor, bytes) =>
      bytes.length === 0 ? 0 : succeeded(libc.write(descriptor, bytes, bytes.length)),
    readAt: (descriptor, buffer, position) =>
      buffer.length === 0 ? 0 : succeeded(libc.pread(descriptor, buffer, buffer.length, position)),
    sync(descriptor) {
      while (libc.fdatasync(descriptor) !== 0) {
        const code = codeOf(errnoOf(libc));
        if (code !== "EINTR") throw Object.assign(new Error(`fdatasync: ${code}`), { code });
      }
    },
  };
}

function succeeded(result: number | bigint): number | undefined {
  return Number(result) < 0 ? undefined : Number(result);
}

function errnoOf(libc: AppendLibc): number {
  const place = libc.__errno_location();
  return place === null ? 0 : read.i32(place);
}

function codeOf(errno: number): string {
  const known = Object.entries(loadOs().constants.errno).find(([, number]) => number === errno);
  return known?.[0] ?? "EIO";
}

/** `ENOENT` and `ENOTDIR`. Whatever else is wrong, `node:fs` is to say in its own words. */
function meansNothingThere(errno: number): boolean {
  return errno === 2 || errno === 20;
}

/** A text that C can read. One with a NUL inside would be cut there, so it names nothing. */
export function cText(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text.includes("\0") ? "\0" : `${text}\0`);
}
