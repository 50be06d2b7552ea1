import { writeOnce } from "../core/careful-write.ts";
import { dirname, join } from "../system/path.ts";
import type { Files } from "../system/system.ts";

/** Where the failures of a root lie. */
export function failuresDirectory(root: string): string {
  return `${root === "/" ? "" : root}/logs/local/failures`;
}

/** A directory that is there, and what of it was made for this: those directories go again if nothing was kept. */
export interface ReadyDirectory {
  readonly path: string;
  /** Takes back what was made here and stayed empty. */
  abandon(): void;
}

/** Makes the directory, mode 0700, and its parents. A directory that is made here gets a `.gitignore` with `*`. */
export function readyDirectory(path: string, files: Files): ReadyDirectory {
  const made: string[] = [];
  const abandon = () => {
    const ignore = join(path, ".gitignore");
    if (made.includes(path) && files.names(path).every((name) => name === ".gitignore")) files.remove(ignore);
    for (const directory of [...made].reverse()) files.removeEmptyDirectory(directory);
  };
  try {
    makeWithParents(path, files, made);
    if (made.includes(path)) writeOnce(join(path, ".gitignore"), "*\n", files);
  } catch (error) {
    abandon();
    throw error;
  }
  return { path, abandon };
}

function makeWithParents(path: string, files: Files, made: string[]): void {
  if (files.status(path)?.kind === "directory") return;
  if (dirname(path) !== path) makeWithParents(dirname(path), files, made);
  if (files.makeDirectory(path, 0o700)) made.push(path);
}
