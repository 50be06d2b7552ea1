import { dirname, entryOf } from "../system/path.ts";
import type { Files } from "../system/system.ts";
import { errorCode } from "./errors.ts";
import { writeEveryByte } from "./write-bytes.ts";

/** Makes a directory with its parents, each with mode 0700, and adds those that were not there to `made`, the outermost first. */
export function makeDirectories(
  path: string,
  files: Pick<Files, "status" | "makeDirectory">,
  made: string[],
): void {
  if (files.status(path)?.kind === "directory") return;
  if (dirname(path) !== path) makeDirectories(dirname(path), files, made);
  if (files.makeDirectory(path, 0o700)) made.push(path);
}

const mostTries = 20;

/**
 * Makes a directory that is ours alone and that git does not look into, and puts something into it; again when somebody took it
 * away in between, since beside it others remove theirs when they are empty. Adds the directories that were made to `made`.
 */
export function inPrivateDirectory<Value>(
  path: string,
  files: Pick<Files, "status" | "makeDirectory" | "createNew">,
  put: () => Value,
  made: string[] = [],
): Value {
  for (let tries = 1; ; tries++) {
    try {
      const fresh: string[] = [];
      makeDirectories(path, files, fresh);
      made.push(...fresh);
      if (fresh.includes(path)) ignoreInGit(path, files);
      return put();
    } catch (error) {
      if (errorCode(error) !== "ENOENT" || tries === mostTries) throw error;
    }
  }
}

/** Keeps a directory out of git, by a file in it. */
export function ignoreInGit(path: string, files: Pick<Files, "createNew">): void {
  const file = files.createNew(entryOf(path, ".gitignore"), 0o600);
  try {
    writeEveryByte(file, new TextEncoder().encode("*\n"));
  } finally {
    file.close();
  }
}
