/**
 * The careful append: one line added to a file that many processes write to, or the file as it was.
 *
 * 1. The file is a regular one, ours, with one name; never reached through a link. Anything else is refused.
 * 2. Only the holder of an exclusive `flock` writes, and only while the path still names the locked file.
 * 3. A torn last line is closed first: the next good record is never glued to it.
 * 4. Every byte is counted; a full disk shows first as a short write. On failure the file is cut back, under the
 *    lock, to its old size, and the first error is the one reported.
 * 5. `fdatasync` before success is told. After a failed one the file is never synced again.
 */
import type { Clock, FileStatus, OpenFile, System } from "../system/system.ts";
import { describeError, errorCode, Refusal } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { writeEveryByte } from "./write-bytes.ts";

/** What appending asks of the world. */
export type AppendSystem = Pick<System, "files" | "clock" | "host">;

const lockTimeoutMs = 5000;
const newline = 10;

/** Appends one record as one line and returns when it is durable. Throws {@link Refusal} with the path and the reason. */
export async function appendLine(path: string, line: string, system: AppendSystem): Promise<void> {
  if (line.includes("\n")) throw new Error("a record must be one line");
  const file = await openLocked(path, system);
  try {
    appendUnderLock(file, new TextEncoder().encode(`${line}\n`));
  } catch (error) {
    throw refusal(path, describeError(error));
  } finally {
    file.close();
  }
}

async function openLocked(path: string, system: AppendSystem): Promise<OpenFile> {
  const deadline = system.clock.monotonic() + lockTimeoutMs;
  for (;;) {
    const file = openRegular(path, system);
    try {
      await lock(file, path, deadline, system.clock);
      if (system.files.linkStatus(path)?.inode === file.status().inode) return file;
      file.close(); // replaced while we waited: the name is what counts
    } catch (error) {
      file.close();
      throw error instanceof Refusal ? error : refusal(path, describeError(error));
    }
  }
}

function openRegular(path: string, system: AppendSystem): OpenFile {
  let file: OpenFile;
  try {
    file = system.files.openAppend(path, 0o600);
  } catch (error) {
    // A fifo without a reader answers ENXIO to a non-blocking open (open(2)).
    throw refusal(path, errorCode(error) === "ENXIO" ? "it is not a regular file" : describeError(error));
  }
  const problem = unfit(file.status(), system.host.userId);
  if (problem === null) return file;
  file.close();
  throw refusal(path, problem);
}

function unfit(status: FileStatus, userId: number | null): string | null {
  if (status.kind !== "file") return "it is not a regular file";
  if (status.links !== 1) return `it has ${status.links} names (hard links)`;
  if (userId !== null && status.owner !== userId) return `it belongs to another user (${status.owner})`;
  return null;
}

async function lock(file: OpenFile, path: string, deadline: number, clock: Clock): Promise<void> {
  for (let pause = 1; !file.tryLock(); pause = Math.min(pause * 2, 50)) {
    if (clock.monotonic() > deadline) {
      throw refusal(path, `another writer held the lock for ${lockTimeoutMs / 1000} s`);
    }
    await clock.sleep(pause * (0.5 + Math.random()));
  }
}

function appendUnderLock(file: OpenFile, line: Uint8Array): void {
  const size = file.status().size;
  const torn = size > 0 && file.readAt(size - 1, 1)[0] !== newline;
  try {
    if (torn) writeEveryByte(file, Uint8Array.of(newline));
    writeEveryByte(file, line);
  } catch (error) {
    cutBack(file, size);
    throw error;
  }
  file.sync();
}

function cutBack(file: OpenFile, size: number): void {
  try {
    file.truncate(size);
  } catch {
    // The first error is the one to report; the torn line is closed by the next append.
  }
}

function refusal(path: string, reason: string): Refusal {
  return new Refusal(`Cannot append to "${path}": ${reason}`, ExitCode.notWritten);
}
