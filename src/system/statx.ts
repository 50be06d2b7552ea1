/**
 * `statx(2)`: the one stat whose record is laid out alike on every architecture.
 *
 * It is asked for by number, since musl has offered a function of that name only since 1.2.5.
 */
import type { FileStatus } from "./system.ts";

/** The number of the system call; null where we do not know it. */
export function statxNumber(platform: string, arch: string): number | null {
  if (platform !== "linux") return null;
  return { x64: 332, arm64: 291 }[arch] ?? null;
}

/** `AT_FDCWD`, `AT_EMPTY_PATH`. */
export const workingDirectory = -100;
export const emptyPath = 0x1000;
/** `AT_SYMLINK_NOFOLLOW`. */
export const linkItself = 0x100;
/** `STATX_BASIC_STATS`. */
export const basicStats = 0x7ff;

/** The size of `struct statx`. */
export const statxBytes = 256;

/** By the file type bits of the mode (inode(7)). */
const kinds = new Map<number, FileStatus["kind"]>([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "link"],
]);

/** The record as a status; the same as `node:fs` makes of `stat`. Long numbers are put together when somebody asks. */
export function readStatx(record: Uint8Array<ArrayBuffer>): FileStatus {
  const view = new DataView(record.buffer);
  const mode = view.getUint16(28, true);
  return {
    kind: kinds.get(mode & 0o170000) ?? "other",
    size: Number(view.getBigUint64(40, true)),
    mode: mode & 0o7777,
    owner: view.getUint32(20, true),
    links: view.getUint32(16, true),
    get inode() {
      return `${deviceOf(view)}:${view.getBigUint64(32, true)}`;
    },
    get modifiedAt() {
      return Number(nanoseconds(view, 112) / 1_000_000n);
    },
    get identity() {
      return `${this.inode}:${this.size}:${nanoseconds(view, 112)}:${nanoseconds(view, 96)}`;
    },
  };
}

function nanoseconds(view: DataView, at: number): bigint {
  return view.getBigInt64(at, true) * 1_000_000_000n + BigInt(view.getUint32(at + 8, true));
}

/** Major and minor as glibc's `makedev` packs them. */
function deviceOf(view: DataView): bigint {
  const major = view.getUint32(136, true);
  const minor = view.getUint32(140, true);
  const high = (BigInt(major & 0xfffff000) << 32n) | BigInt((major & 0xfff) << 8);
  return high | (BigInt(minor & 0xffffff00) << 12n) | BigInt(minor & 0xff);
}
