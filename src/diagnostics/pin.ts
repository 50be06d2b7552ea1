import { writeOnce } from "../core/careful-write.ts";
import { join } from "../system/path.ts";
import type { Files } from "../system/system.ts";

/** The marker beside the evidence that is never to be pruned: an empty file, so that it needs no index and outlives one. */
function pinPath(name: string, directory: string): string {
  return join(directory, `${name}.pin`);
}

/** Pins an execution. False when it was pinned already. */
export function pin(name: string, directory: string, files: Files): boolean {
  return writeOnce(pinPath(name, directory), "", files);
}

/** Unpins one. False when it was not pinned. */
export function unpin(name: string, directory: string, files: Files): boolean {
  if (files.linkStatus(pinPath(name, directory)) === null) return false;
  files.remove(pinPath(name, directory));
  if (files.linkStatus(pinPath(name, directory)) !== null) throw new Error("it could not be removed");
  return true;
}

/** The names of what is pinned, out of the names in a directory. */
export function pinnedAmong(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.filter((name) => name.endsWith(".pin")).map((name) => name.slice(0, -".pin".length)));
}
