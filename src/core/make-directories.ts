import { dirname } from "../system/path.ts";
import type { Files } from "../system/system.ts";

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
