/**
 * The careful append: lines added to a file that many processes write to, or the file as it was.
 *
 * 1. The file is a regular one, ours, with one name; never reached through a link. Anything else is refused at once.
 * 2. Only the holder of an exclusive `flock` writes, and only while the path still names the locked file.
 * 3. A torn last line is closed first: the next good record is never glued to it.
 * 4. Every byte is counted; a full disk shows first as a short write. On failure the file is cut back, under the
 *    lock, to its old size, if nobody else wrote since. The first error is the one reported.
 * 5. `fdatasync` before success is told. After a failed one the file is never synced again.
 * 6. What cannot be appended is set aside in the pending folder (pending.ts): no lock in time, a full disk, a failed
 *    sync, a network file system. The next append that gets through takes it in, before its own lines.
 */
import { dirname } from "../system/path.ts";
import type { OpenFile, System } from "../system/system.ts";
import { describeError, Refusal } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { keysPresent, lineKey } from "./line-keys.ts";
import { openLocked, WrongKind } from "./locked-file.ts";
import { networkFileSystem } from "./network-file-system.ts";
import { pendingDirectory, pendingPaths, readPending, setAside, type Waiting } from "./pending.ts";
import { writeEveryByte } from "./write-bytes.ts";

/** What appending asks of the world. */
export type AppendSystem = Pick<System, "files" | "clock" | "host">;

const newline = 10;

/** How to append. */
export interface AppendOptions {
  /** `none` leaves out fdatasync: a power cut may then take the lines. */
  readonly durability?: "disk" | "none";
  /** Leaves out every line whose key (its first field) stands in the file already. */
  readonly once?: boolean;
}

/** Where the lines are now. */
export type Appended =
  | { readonly kind: "appended"; readonly added: number }
  | { readonly kind: "pending"; readonly paths: readonly string[]; readonly because: string };

/**
 * Appends lines, all or none of them, and returns when they are durable, in the file or in its pending folder. Throws
 * {@link Refusal} with the path and the first reason when neither could take them.
 */
export async function appendLines(
  path: string,
  lines: readonly string[],
  system: AppendSystem,
  options: AppendOptions = {},
): Promise<Appended> {
  for (const line of lines) if (line.includes("\n")) throw new Error("a record must be one line");
  let file: OpenFile | null = null;
  try {
    refuseNetwork(path, system.files);
    file = await openLocked(path, system);
    takeIn(file, path, system);
    const isNew = file.status().size === 0;
    const added = appendUnderLock(file, lines, options);
    if (isNew && options.durability !== "none") system.files.syncDirectory(dirname(path));
    return { kind: "appended", added };
  } catch (error) {
    if (error instanceof WrongKind) throw error;
    // Still under the lock where we hold it: nobody takes the line in while its first half stands in the file.
    return putAside(path, lines, error, system);
  } finally {
    file?.close();
  }
}

/** {@link appendLines} for one line. */
export function appendLine(
  path: string,
  line: string,
  system: AppendSystem,
  options: AppendOptions = {},
): Promise<Appended> {
  return appendLines(path, [line], system, options);
}

/** How much is taken in between two syncs. */
const batchBytes = 4_000_000;

/** Appends, under the lock, what waits in the pending folder, and returns how many lines that were. What is no line stays there. */
export function takeIn(file: OpenFile, path: string, system: Pick<System, "files" | "host">): number {
  const { paths } = pendingPaths(path, system);
  let taken = 0;
  for (let from = 0; from < paths.length; ) {
    const batch: Waiting[] = [];
    for (let bytes = 0; from < paths.length && bytes < batchBytes; from++) {
      const waiting = readPending(paths[from] ?? "", system.files);
      if (waiting === null) continue;
      batch.push(waiting);
      bytes += waiting.line.length;
    }
    const lines = batch.map(({ line }) => line);
    taken += appendUnderLock(file, lines, { once: true });
    for (const waiting of batch) system.files.remove(waiting.path);
  }
  if (paths.length > 0) system.files.removeEmptyDirectory(pendingDirectory(path));
  return taken;
}

function refuseNetwork(path: string, files: System["files"]): void {
  const network = networkFileSystem(path, files);
  if (network !== null) throw new Error(`it lies on ${network}, where no append is atomic`);
}

/** Returns how many lines were written: fewer than given when some stood there already. */
function appendUnderLock(file: OpenFile, lines: readonly string[], options: AppendOptions): number {
  const missing = options.once ? withoutPresent(file, lines) : lines;
  writeOrCutBack(file, missing.length === 0 ? "" : `${missing.join("\n")}\n`);
  // Also when nothing was missing: who wrote it may have been killed before the sync.
  if (options.durability !== "none" && lines.length > 0) file.sync();
  return missing.length;
}

function withoutPresent(file: OpenFile, lines: readonly string[]): readonly string[] {
  const keys = lines.map(lineKey);
  const seen = new Set(keysPresent(file, new Set(keys.filter((key) => key !== null))));
  return lines.filter((_, index) => {
    const key = keys[index] ?? null;
    if (key === null) return true;
    const known = seen.has(key);
    seen.add(key);
    return !known;
  });
}

function writeOrCutBack(file: OpenFile, text: string): void {
  const size = file.status().size;
  const torn = size > 0 && file.readAt(size - 1, 1)[0] !== newline;
  let written = 0;
  try {
    writeEveryByte(file, new TextEncoder().encode(torn ? `\n${text}` : text), (count) => {
      written += count;
    });
  } catch (error) {
    cutBack(file, size, written);
    throw error;
  }
}

/** Never what somebody wrote behind us without the lock. */
function cutBack(file: OpenFile, size: number, written: number): void {
  try {
    if (file.status().size === size + written) file.truncate(size);
  } catch {
    // The first error is the one to report; the torn line is closed by the next append.
  }
}

function putAside(path: string, lines: readonly string[], first: unknown, system: AppendSystem): Appended {
  const because = describeError(first);
  const directory = pendingDirectory(path);
  let second: unknown;
  try {
    return { kind: "pending", paths: setAside(path, lines, system), because };
  } catch (error) {
    second = error;
  }
  // A directory that is missing, say, is told once.
  const nor = describeError(second) === because ? "" : `; nor into "${directory}": ${describeError(second)}`;
  throw new Refusal(`Cannot append to "${path}": ${because}${nor}`, ExitCode.notWritten);
}
