/**
 * The pending folder of a file, `<file>.pending/`: where a line waits that could not be appended.
 *
 * 1. One line, one file. It has its name only once it is whole and durable.
 * 2. The names sort by time: what is taken in keeps each writer's order.
 * 3. A file goes only after its line is durable in the log. So a line can be found in both, and whoever takes it in
 *    looks for its key in the log first.
 * 4. The folder is a directory of ours that nobody else can write to. It may be a link that we made to a directory on
 *    another disk: then a full disk loses nothing.
 */
import { dirname, join } from "../system/path.ts";
import type { Files, System } from "../system/system.ts";
import { writeNewFile } from "./careful-write.ts";
import { errorCode } from "./errors.ts";
import { writeEveryByte } from "./write-bytes.ts";

/** What putting lines aside asks of the world. */
type PendingSystem = Pick<System, "files" | "host" | "clock">;

/** A line that waits, and the file that holds it. */
export interface Waiting {
  readonly path: string;
  readonly line: string;
}

/** Where the lines of a file wait. */
export function pendingDirectory(path: string): string {
  return `${path}.pending`;
}

/** The paths of what waits for a file, oldest first. `problem` says why they cannot be trusted or read. */
export function pendingPaths(
  path: string,
  { files, host }: Pick<System, "files" | "host">,
): { readonly paths: readonly string[]; readonly problem: string | null } {
  const directory = pendingDirectory(path);
  if (!isThere(directory, files)) return { paths: [], problem: null };
  const problem = unfit(directory, files, host.userId);
  if (problem !== null) return { paths: [], problem: `"${directory}" ${problem}` };
  const names = files.names(directory).filter((name) => /^[0-9a-f]{12}-[0-9a-f]{4}-.+\.json$/.test(name));
  return { paths: names.map((name) => join(directory, name)), problem: null };
}

/** The name of a log can be so long that no folder beside it can have its name. */
function isThere(directory: string, files: Files): boolean {
  try {
    return files.linkStatus(directory) !== null;
  } catch (error) {
    if (errorCode(error) === "ENAMETOOLONG") return false;
    throw error;
  }
}

/** Reads one; null when it is not one whole object of JSON on a line. It may be gone already, taken in by somebody else. */
export function readPending(path: string, files: Files): Waiting | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(files.read(path));
    const line = text.slice(0, -1);
    if (!text.endsWith("}\n") || line.includes("\n")) return null;
    JSON.parse(line);
    return { path, line };
  } catch {
    return null;
  }
}

/** Puts lines into the pending folder, durable when this returns, and says where; or leaves nothing and throws what went wrong. */
export function setAside(path: string, lines: readonly string[], system: PendingSystem): readonly string[] {
  const { files, clock } = system;
  const directory = pendingDirectory(path);
  const time = clock.now().toString(16).padStart(12, "0");
  const unique = crypto.randomUUID();
  const made: string[] = [];
  try {
    for (const [index, line] of lines.entries()) {
      const name = `${time}-${index.toString(16).padStart(4, "0")}-${unique}.json`;
      made.push(writeInto(directory, name, line, system));
    }
    files.syncDirectory(directory);
    return made;
  } catch (error) {
    for (const file of made) files.remove(file);
    files.removeEmptyDirectory(directory);
    throw error;
  }
}

/** Whoever takes in the last file removes the folder, perhaps between our making it and our writing into it. */
function writeInto(directory: string, name: string, line: string, system: PendingSystem): string {
  for (let attempt = 1; ; attempt++) {
    readyDirectory(directory, system.files, system.host.userId);
    try {
      return writeWhole(join(directory, name), line, system.files);
    } catch (error) {
      if (attempt === 5 || system.files.linkStatus(directory) !== null) throw error;
    }
  }
}

function readyDirectory(directory: string, files: Files, userId: number | null): void {
  if (files.linkStatus(directory) === null && files.makeDirectory(directory, 0o700)) {
    files.syncDirectory(dirname(directory));
  }
  const problem = unfit(directory, files, userId);
  if (problem !== null) throw new Error(`"${directory}" ${problem}`);
}

function unfit(directory: string, files: Files, userId: number | null): string | null {
  const itself = files.linkStatus(directory);
  const target = itself?.kind === "link" ? files.status(directory) : itself;
  if (itself === null || target?.kind !== "directory") return "is not a directory";
  if (userId !== null && [itself, target].some(({ owner }) => owner !== userId)) {
    return "belongs to another user";
  }
  return (target.mode & 0o022) === 0 ? null : "can be written to by others";
}

function writeWhole(path: string, line: string, files: Files): string {
  const temporary = `${path}.tmp`;
  writeNewFile(temporary, files, 0o600, (file) =>
    writeEveryByte(file, new TextEncoder().encode(`${line}\n`)),
  );
  try {
    files.rename(temporary, path);
  } catch (error) {
    files.remove(temporary);
    throw error;
  }
  return path;
}
