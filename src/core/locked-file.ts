/**
 * The lock that every writer of a shared file takes: an exclusive `flock` on the file itself, which the kernel releases
 * when its holder dies, and which `flock(1)` respects.
 *
 * It is polled, because a blocking `flock` cannot be given up. The longer a writer has waited the more often it asks, so
 * that one who comes back at once does not starve the others.
 */
import type { Clock, FileStatus, OpenFile, System } from "../system/system.ts";
import { describeError, errorCode, Refusal } from "./errors.ts";

/** What locking asks of the world. */
export type LockSystem = Pick<System, "files" | "clock" | "host">;

/** A path that names something that must not be written to, whoever asks and however long. */
export class WrongKind extends Refusal {}

/** The lock was not to be had in time. */
export class LockTimeout extends Error {}

/** How long a writer waits for the others. */
export const lockTimeoutMs = 5000;

/**
 * Opens a file for appending, made with mode 0600 when absent, and returns it once nobody else holds its lock and the
 * path still names it. Throws {@link WrongKind} at once, and {@link LockTimeout} after 5 s.
 */
export async function openLocked(path: string, system: LockSystem): Promise<OpenFile> {
  const deadline = system.clock.monotonic() + lockTimeoutMs;
  for (;;) {
    const file = openRegular(path, system);
    try {
      await waitForLock(file, deadline, system.clock);
      if (system.files.linkStatus(path)?.inode === file.status().inode) return file;
      file.close(); // replaced while we waited: the name is what counts
    } catch (error) {
      file.close();
      throw error;
    }
  }
}

function openRegular(path: string, system: LockSystem): OpenFile {
  const file = open(path, system);
  const problem = unfit(file.status(), system.host.userId);
  if (problem === null) return file;
  file.close();
  throw wrongKind(path, problem);
}

/** What is no regular file answers an open with these (open(2)); a fifo that nobody reads with ENXIO. */
const wrongKindCodes: Readonly<Record<string, string | null>> = {
  EISDIR: null,
  ELOOP: null,
  ENODEV: "it is not a regular file",
  ENXIO: "it is not a regular file",
};

function open(path: string, { files }: LockSystem): OpenFile {
  try {
    return files.openAppend(path, 0o600);
  } catch (error) {
    const words = wrongKindCodes[errorCode(error)];
    throw words === undefined ? error : wrongKind(path, words ?? describeError(error));
  }
}

function wrongKind(path: string, reason: string): WrongKind {
  return new WrongKind(`Cannot append to "${path}": ${reason}`);
}

function unfit(status: FileStatus, userId: number | null): string | null {
  if (status.kind !== "file") return "it is not a regular file";
  if (status.links !== 1) return `it has ${status.links} names (hard links)`;
  if (userId !== null && status.owner !== userId) return `it belongs to another user (${status.owner})`;
  return null;
}

async function waitForLock(file: OpenFile, deadline: number, clock: Clock): Promise<void> {
  for (let pause = 1; !file.tryLock(); pause *= 2) {
    const left = deadline - clock.monotonic();
    if (left <= 0) throw new LockTimeout(`another writer held the lock for ${lockTimeoutMs / 1000} s`);
    const longest = 2 + (48 * left) / lockTimeoutMs;
    await clock.sleep(Math.min(pause, longest) * (0.5 + Math.random()));
  }
}
