/**
 * One execution of a task at a time: an exclusive flock on a file of the task's own in `logs/local/locks` below the root, which
 * the kernel releases when its holder dies. In the file stands who holds it, for whoever comes second.
 *
 * 1. The file is there while the task is held, and goes with the holder. One that a killed holder left is taken over.
 * 2. It goes before the lock does: whoever gets the lock of a file that has lost its name begins anew.
 */
import { entryOf } from "../system/path.ts";
import type { OpenFile, System } from "../system/system.ts";
import { describeError, Refusal } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { ignoreInGit, inPrivateDirectory } from "./make-directories.ts";
import { writeEveryByte } from "./write-bytes.ts";

/** Who works on a task. */
interface Holder {
  readonly taskKey: string;
  readonly executionId: string;
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** A task that is ours. */
export interface TaskLock {
  /** Gives it back. Never throws. */
  release(): void;
}

type World = Pick<System, "files" | "clock" | "host">;

/** Takes a task, or throws a `Refusal` with 75 that names who has it. */
export async function takeTask(
  root: string,
  task: { readonly key: string; readonly executionId: string },
  system: World,
): Promise<TaskLock> {
  const directory = `${root === "/" ? "" : root}/logs/local/locks`;
  const path = entryOf(directory, lockName(task.key, system));
  const made: string[] = [];
  const file = orRefuse(path, () => openAndLock(path, directory, made, system));
  if (file === null) throw await busy(path, task.key, system);
  const holder: Holder = {
    taskKey: task.key,
    executionId: task.executionId,
    pid: system.host.pid,
    host: system.host.name(),
    since: new Date(system.clock.now()).toISOString(),
  };
  orRefuse(path, () => {
    file.truncate(0);
    writeEveryByte(file, new TextEncoder().encode(`${JSON.stringify(holder)}\n`));
  });
  return {
    release() {
      system.files.remove(path);
      file.close();
      leaveDirectory(directory, made, system);
    },
  };
}

/** A name that people recognize, and that no other key has. */
function lockName(key: string, { files }: World): string {
  const readable = key
    .replaceAll(/[^\w.-]/g, "_")
    .replace(/^\.+/, "_")
    .slice(0, 40);
  return `${readable}-${files.sha256(new TextEncoder().encode(key)).slice(0, 16)}.lock`;
}

/** Null when somebody else holds it. */
function openAndLock(path: string, directory: string, made: string[], { files }: World): OpenFile | null {
  for (;;) {
    const file = inPrivateDirectory(directory, files, () => files.openAppend(path, 0o600), made);
    try {
      const isOurs = file.tryLock();
      if (isOurs && files.linkStatus(path)?.inode === file.status().inode) return file;
      file.close();
      if (!isOurs) return null;
    } catch (error) {
      file.close();
      throw error;
    }
  }
}

const looks = 40;
const lookMs = 5;

/** Who has just taken it needs a moment to say so. */
async function busy(path: string, key: string, system: World): Promise<Refusal> {
  let holder = holderIn(path, system);
  for (let look = 1; holder === null && look < looks; look++) {
    await system.clock.sleep(lookMs);
    holder = holderIn(path, system);
  }
  const who =
    holder === null
      ? "another process"
      : `process ${holder.pid} on "${holder.host}" since ${holder.since}, execution ${holder.executionId}`;
  return new Refusal(`Cannot start: task ${JSON.stringify(key)} is held by ${who}`, ExitCode.tryAgain);
}

function holderIn(path: string, { files }: World): Holder | null {
  try {
    const holder = JSON.parse(new TextDecoder().decode(files.read(path)));
    return typeof holder?.executionId === "string" ? holder : null;
  } catch {
    return null;
  }
}

function orRefuse<Value>(path: string, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    throw new Refusal(`Cannot hold the task in "${path}": ${describeError(error)}`);
  }
}

/** What was made here goes when nothing is in it. */
function leaveDirectory(directory: string, made: readonly string[], { files }: World): void {
  try {
    const ignore = entryOf(directory, ".gitignore");
    if (!made.includes(directory) || files.names(directory).some((name) => name !== ".gitignore")) return;
    files.remove(ignore);
    for (const path of [...made].reverse()) files.removeEmptyDirectory(path);
    // Somebody came in the meantime: it stays, and stays ignored.
    if (files.status(directory) !== null) ignoreInGit(directory, files);
  } catch {
    // Promised. What is left behind is an empty directory.
  }
}
