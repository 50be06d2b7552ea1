/**
 * Writing a file of lines anew, under its lock: a new file of the lines that stay, renamed into the place of the old one. Whoever
 * waits for the lock of the old one finds that the path names another, and goes there.
 *
 * 1. A line that stays keeps every byte.
 * 2. What is taken out and to be kept is safe elsewhere before the old file loses its name.
 * 3. Killed at any moment, the file is the old one or the new one. A temporary file that was left is removed next time.
 */

import { basename, dirname, join } from "../system/path.ts";
import type { Files, OpenFile } from "../system/system.ts";
import { type ByteLine, byteLines } from "./byte-lines.ts";
import { writeNewFile } from "./careful-write.ts";
import { describeError, Refusal } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { type LockSystem, LockTimeout, openLocked } from "./locked-file.ts";
import { writeEveryByte } from "./write-bytes.ts";

/** Does something with a file while nobody else can write to it. Throws a `Refusal`: with 75 when the lock was not to be had. */
export async function underLock<Result>(
  path: string,
  verb: string,
  system: LockSystem,
  action: (file: OpenFile) => Result | Promise<Result>,
): Promise<Result> {
  if (system.files.linkStatus(path) === null) throw new Refusal(`Cannot ${verb} "${path}": no such file`);
  let file: OpenFile | null = null;
  try {
    file = await openLocked(path, system);
    return await action(file);
  } catch (error) {
    if (error instanceof LockTimeout) {
      throw new Refusal(`Cannot ${verb} "${path}": ${error.message}; try again`, ExitCode.tryAgain);
    }
    if (error instanceof Refusal) throw error;
    throw new Refusal(`Cannot ${verb} "${path}": ${describeError(error)}`);
  } finally {
    file?.close();
  }
}

/** Looks at a file without its lock: others may write to it meanwhile. Null when nothing that can be looked at is there. */
export function looking<Result>(
  path: string,
  { files }: Pick<LockSystem, "files">,
  action: (file: OpenFile) => Result,
): Result | null {
  if (files.linkStatus(path)?.kind !== "file") return null;
  const file = files.openRead(path);
  try {
    return action(file);
  } finally {
    file.close();
  }
}

/** Which lines stay, and what is added behind them. */
interface NewLines {
  readonly stays: (line: ByteLine) => boolean;
  readonly last?: string;
}

/** Replaces a locked file by those of its lines that stay. */
export function rewrite(path: string, locked: OpenFile, files: Files, { stays, last = "" }: NewLines): void {
  const directory = dirname(path);
  const stem = `.${basename(path).slice(0, 100)}.rewrite.`;
  for (const name of files.names(directory)) if (name.startsWith(stem)) files.remove(join(directory, name));
  const temporary = join(directory, `${stem}${crypto.randomUUID()}.tmp`);
  writeNewFile(temporary, files, locked.status().mode, (file) => {
    writeLines(file, byteLines(locked), stays);
    writeEveryByte(file, new TextEncoder().encode(last));
  });
  try {
    files.rename(temporary, path);
  } catch (error) {
    files.remove(temporary);
    throw error;
  }
  files.syncDirectory(directory);
}

const partBytes = 1 << 18;

/** Writes those of the lines that are wanted, many at a time. */
export function writeLines(
  file: OpenFile,
  lines: Iterable<ByteLine>,
  wanted: (line: ByteLine) => boolean,
): void {
  const part = new Uint8Array(partBytes);
  let length = 0;
  const flush = () => {
    writeEveryByte(file, part.subarray(0, length));
    length = 0;
  };
  for (const line of lines) {
    if (!wanted(line)) continue;
    if (length + line.bytes.length > part.length) flush();
    if (line.bytes.length > part.length) writeEveryByte(file, line.bytes);
    else {
      part.set(line.bytes, length);
      length += line.bytes.length;
    }
  }
  flush();
}
