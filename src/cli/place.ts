import { UsageError } from "../core/errors.ts";
import { dirname, resolve } from "../system/path.ts";
import type { System } from "../system/system.ts";

/** Where a command works: the project's root and the directory of its failures, both absolute. */
export interface Place {
  readonly root: string;
  readonly failures: string;
}

/** From the flags, else FAULTBOX_ROOT, else the current directory. Whatever stands in the way is told before anything starts. */
export function placeOf(
  flags: { readonly root: string | undefined; readonly "failures-dir"?: string | undefined },
  system: System,
): Place {
  const here = system.host.workingDirectory();
  const absolute = rootOf(flags, here, system);
  const named = flags["failures-dir"];
  if (named === undefined) return { root: absolute, failures: failuresDirectory(absolute) };
  checkDirectory("--failures-dir", named, here, system);
  return { root: absolute, failures: resolve(here, named) };
}

function rootOf(flags: { readonly root: string | undefined }, here: string, system: System): string {
  const root = flags.root ?? system.environment["FAULTBOX_ROOT"];
  if (root === undefined || (root === "" && flags.root === undefined)) return here;
  checkDirectory(flags.root === undefined ? "FAULTBOX_ROOT" : "--root", root, here, system);
  return resolve(here, root);
}

/** It may be missing, since it is made when there is something to keep; but nothing else may stand in its place. */
function checkDirectory(origin: string, word: string, here: string, system: System): void {
  if (word === "" || word.includes("\0")) throw new UsageError(`Give ${origin} a directory`);
  for (let path = resolve(here, word); ; path = dirname(path)) {
    const kind = kindOf(path, system);
    if (kind === "directory" || kind === "unknown") return;
    if (kind !== null) throw new UsageError(`Cannot use ${origin} "${word}": "${path}" is not a directory`);
    if (path === dirname(path)) return;
  }
}

function kindOf(path: string, { files }: System): string | null {
  try {
    return files.status(path)?.kind ?? null;
  } catch {
    return "unknown"; // not ours to look into: writing there will tell
  }
}

/** Where the failures of a root lie. */
function failuresDirectory(root: string): string {
  return `${root === "/" ? "" : root}/logs/local/failures`;
}
