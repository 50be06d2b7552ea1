/**
 * The careful whole-file write: a reader sees the old file, or the whole new one, and never a part.
 *
 * A temporary file made with O_EXCL beside the target; every byte counted; `fdatasync`; then the name; then `fsync` of
 * the directory. (`write-file-atomic` 7.0.1 replaced a good file with a truncated one on a full disk.)
 */
import { basename, dirname, join } from "../system/path.ts";
import type { Files, OpenFile } from "../system/system.ts";
import { describeError, Refusal } from "./errors.ts";
import { writeEveryByte } from "./write-bytes.ts";

/** Replaces or makes the file; on failure the old one stands as it was. Throws {@link Refusal} with the path and the reason. */
export function replaceFile(path: string, content: string | Uint8Array, files: Files, mode = 0o600): void {
  let temporary: string | null = null;
  try {
    const present = files.status(path);
    if (present && present.kind !== "file") throw new Error("it is not a regular file");
    // Through a link: replace what it names, and leave the link. Asked for a link only, since runtimes need /proc to answer.
    const target = files.linkStatus(path)?.kind === "link" && present ? files.realPath(path) : path;
    temporary = join(dirname(target), `${temporaryPrefix(target)}${crypto.randomUUID()}.tmp`);
    writeNew(temporary, content, files, present?.mode ?? mode);
    files.rename(temporary, target);
    files.syncDirectory(dirname(target));
  } catch (error) {
    if (temporary !== null) files.remove(temporary);
    throw new Refusal(`Cannot write "${path}": ${describeError(error)}`);
  }
}

/** Takes away what a replacing of that file left behind when it was killed. Only for who knows that nobody replaces it now. */
export function removeTemporaries(path: string, files: Files): void {
  const prefix = temporaryPrefix(path);
  if (prefix.length < basename(path).length) return; // shortened, so it can be another file's
  for (const name of files.names(dirname(path))) {
    if (name.startsWith(prefix) && name.endsWith(".tmp")) files.remove(join(dirname(path), name));
  }
}

function temporaryPrefix(path: string): string {
  return `.${basename(path).slice(0, 50)}.`;
}

/**
 * Makes a file that must not exist yet, durable when this returns. False when something stands at the path already;
 * any other failure removes what was written and throws the first error.
 */
export function writeOnce(path: string, content: string | Uint8Array, files: Files, mode = 0o600): boolean {
  try {
    writeNew(path, content, files, mode);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  files.syncDirectory(dirname(path));
  return true;
}

/** Makes a file whose bytes are durable when this returns; its name is not. Removes it again, and throws, when that failed. */
export function writeNew(path: string, content: string | Uint8Array, files: Files, mode = 0o600): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  writeNewFile(path, files, mode, (file) => writeEveryByte(file, bytes));
}

/** Makes a file that must not exist yet, and brings what `fill` writes into it to disk. On failure it is gone again. */
export function writeNewFile(path: string, files: Files, mode: number, fill: (file: OpenFile) => void): void {
  const file = files.createNew(path, mode);
  try {
    file.setMode(mode); // the umask took bits from it
    fill(file);
    file.sync();
  } catch (error) {
    files.remove(path);
    throw error;
  } finally {
    file.close();
  }
}
