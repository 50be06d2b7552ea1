/** Files over `node:fs`, which Bun and Deno both serve with the same error codes. */
import type { BigIntStats, constants } from "node:fs";
import { digestFile, sha256 } from "./digest.ts";
import { readChunks } from "./input.ts";
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import type { FileStatus, Files, OpenFile } from "./system.ts";

/** The files port: `node:fs`, but for locks, which it lacks, and the two questions that every start asks of libc. */
export function nodeFiles(libc: FileLibc): Files {
  const open = (path: string, flags: readonly Flag[], mode?: number) =>
    openFile(fs().openSync(path, allOf(flags), mode), libc);
  return {
    read: readRegular,
    chunks: readChunks,
    digest: digestFile,
    sha256,
    status(path) {
      const status = libc.status(path);
      return status === undefined ? statusOrNull(() => fs().statSync(path, { bigint: true })) : status;
    },
    linkStatus(path) {
      const status = libc.fileCalls()?.linkStatus(path);
      return status === undefined ? statusOrNull(() => fs().lstatSync(path, { bigint: true })) : status;
    },
    executable: (path) => libc.executable(path) ?? allows(path, fs().constants.X_OK),
    writable: (path) => allows(path, fs().constants.W_OK | fs().constants.X_OK),
    names: namesIn,
    makeDirectory,
    removeEmptyDirectory: (path) => quietly(() => fs().rmdirSync(path)),
    remove: (path) => quietly(() => fs().unlinkSync(path)),
    rename: (from, to) => fs().renameSync(from, to),
    link: (from, to) => fs().linkSync(from, to),
    overwrite,
    realPath: (path) => fs().realpathSync(path),
    fileSystemType: (path) => libc.fileCalls()?.fileSystemType(path) ?? fileSystemType(path),
    syncDirectory,
    createNew: (path, mode) => open(path, ["O_RDWR", "O_CREAT", "O_EXCL"], mode),
    // O_NONBLOCK: opening a fifo that nobody reads would wait for ever. It changes nothing for a regular file.
    openAppend(path, mode) {
      const descriptor = libc.fileCalls()?.openAppend(path, mode);
      return descriptor === undefined
        ? open(path, ["O_RDWR", "O_APPEND", "O_CREAT", "O_NOFOLLOW", "O_NONBLOCK"], mode)
        : openFile(descriptor, libc);
    },
    openRead: (path) => open(path, ["O_RDONLY", "O_NONBLOCK"]),
    // For writing, although nothing is written: an exclusive lock over NFS asks for it (flock(2)).
    openPresent: (path) => open(path, ["O_RDWR", "O_NOFOLLOW", "O_NONBLOCK"]),
  };
}

type FileLibc = Pick<Libc, "tryLock" | "status" | "executable" | "close" | "fileCalls">;

type Flag = keyof typeof constants & `O_${string}`;

function allOf(flags: readonly Flag[]): number {
  return flags.reduce((all, flag) => all | fs().constants[flag], 0);
}

/** Never waits: a fifo that nobody writes to would be read for ever. */
function readRegular(path: string): Uint8Array<ArrayBuffer> {
  const descriptor = fs().openSync(path, allOf(["O_RDONLY", "O_NONBLOCK"]));
  try {
    const status = fs().fstatSync(descriptor);
    if (!status.isFile() && !status.isDirectory()) throw new Error("it is not a regular file");
    return new Uint8Array(fs().readFileSync(descriptor));
  } finally {
    fs().closeSync(descriptor);
  }
}

function overwrite(path: string, text: string): void {
  const descriptor = fs().openSync(path, allOf(["O_WRONLY"]));
  try {
    fs().writeSync(descriptor, text);
  } finally {
    fs().closeSync(descriptor);
  }
}

function openFile(descriptor: number, libc: FileLibc): OpenFile {
  let open = true;
  const calls = libc.fileCalls();
  return {
    descriptor,
    status: () => libc.status(descriptor) ?? toStatus(fs().fstatSync(descriptor, { bigint: true })),
    write: (bytes) => calls?.write(descriptor, bytes) ?? fs().writeSync(descriptor, bytes),
    readAt(position, length) {
      const buffer = new Uint8Array(length);
      const count =
        calls?.readAt(descriptor, buffer, position) ?? fs().readSync(descriptor, buffer, 0, length, position);
      return buffer.subarray(0, count);
    },
    setMode: (mode) => fs().fchmodSync(descriptor, mode),
    truncate: (size) => fs().ftruncateSync(descriptor, size),
    sync: () => (calls ? calls.sync(descriptor) : fs().fdatasyncSync(descriptor)),
    tryLock: () => libc.tryLock(descriptor),
    close() {
      if (!open) return;
      open = false;
      if (!libc.close(descriptor)) quietly(() => fs().closeSync(descriptor));
    },
  };
}

function statusOrNull(read: () => BigIntStats): FileStatus | null {
  try {
    return toStatus(read());
  } catch (error) {
    if (isCode(error, "ENOENT") || isCode(error, "ENOTDIR")) return null;
    throw error;
  }
}

function toStatus(stat: BigIntStats): FileStatus {
  return {
    kind: stat.isFile()
      ? "file"
      : stat.isDirectory()
        ? "directory"
        : stat.isSymbolicLink()
          ? "link"
          : "other",
    size: Number(stat.size),
    mode: Number(stat.mode & 0o7777n),
    owner: Number(stat.uid),
    links: Number(stat.nlink),
    inode: `${stat.dev}:${stat.ino}`,
    modifiedAt: Number(stat.mtimeMs),
    identity: [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(":"),
  };
}

function allows(path: string, mode: number): boolean {
  try {
    fs().accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return fs().readdirSync(directory).sort();
  } catch (error) {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  }
}

function makeDirectory(path: string, mode: number): boolean {
  try {
    fs().mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST") && fs().statSync(path).isDirectory()) return false;
    throw error;
  }
}

function fileSystemType(path: string): number | null {
  if (process.platform !== "linux") return null; // elsewhere the numbers differ from boot to boot
  try {
    return fs().statfsSync(path).type >>> 0;
  } catch {
    return null;
  }
}

function syncDirectory(path: string): void {
  let descriptor: number | null = null;
  try {
    descriptor = fs().openSync(path, allOf(["O_RDONLY"]));
    fs().fsyncSync(descriptor);
  } catch (error) {
    // Some network and FUSE file systems refuse fsync of a directory with EINVAL or ENOTSUP (fsync(2)).
    if (!["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EACCES"].some((code) => isCode(error, code))) throw error;
  } finally {
    if (descriptor !== null) fs().closeSync(descriptor);
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // Promised: these never throw. What is left behind is found by whoever looks next.
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
