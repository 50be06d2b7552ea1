import { dirname, isAbsolute, join } from "../system/path.ts";
import type { World } from "./policy.ts";

/** Directories, and in words which were left out, each with the reason. */
export interface Sifted {
  readonly kept: readonly string[];
  readonly removed: readonly string[];
}

/** The entries of the parent's PATH without those that cannot be trusted, and without repeats. */
export function siftInherited(path: string, files: World["files"], tree: string | null = null): Sifted {
  const kept: string[] = [];
  const removed: string[] = [];
  for (const entry of path.split(":")) {
    const plain = withoutTrailingSlash(entry);
    const fault =
      faultIn(plain, files) ?? treeFault(plain, tree) ?? (kept.includes(plain) ? "a repeat" : null);
    if (fault === null) kept.push(plain);
    else removed.push(`"${entry}" (${fault})`);
  }
  return { kept, removed };
}

/** Directories that a policy declares. One may be missing still: what gets installed there later is found. */
export function siftDeclared(dirs: readonly string[], home: string, files: World["files"]): Sifted {
  const kept: string[] = [];
  const removed: string[] = [];
  for (const dir of dirs) {
    const path = dir.startsWith("~/") && isAbsolute(home) ? join(home, dir.slice(2)) : dir;
    const fault = dir.startsWith("~/") && path === dir ? "no HOME" : faultIn(path, files);
    if (fault === null || fault === "missing") kept.push(path);
    else removed.push(`"${dir}" (${fault})`);
  }
  return { kept, removed };
}

/**
 * The work tree that we are in: what lies there was written by whoever writes to the repository. Null outside of one,
 * and where all of somebody's home is one.
 */
export function workTree({ files, host }: Pick<World, "files" | "host">, home: string): string | null {
  for (let path = host.workingDirectory(); path !== dirname(path); path = dirname(path)) {
    if (holds(path, home)) return null;
    if (isThere(join(path, ".git"), files)) return path;
  }
  return null;
}

function holds(directory: string, path: string): boolean {
  return `${path}/`.startsWith(`${directory}/`);
}

function treeFault(directory: string, tree: string | null): string | null {
  return tree !== null && holds(tree, directory) ? "inside the working tree" : null;
}

function faultIn(directory: string, files: World["files"]): string | null {
  if (directory === "") return "empty";
  if (!isAbsolute(directory)) return "relative";
  if (directory.includes("\uFFFD")) return "not UTF-8";
  // Only a declared one can: in PATH it would be read as two directories.
  if (directory.includes(":")) return "a colon in its name";
  const status = statusOf(directory, files);
  if (status === null || status.kind !== "directory") return "missing";
  return (status.mode & 0o002) === 0 ? null : "world-writable";
}

function isThere(path: string, files: World["files"]): boolean {
  return statusOf(path, files) !== null;
}

function statusOf(path: string, files: World["files"]) {
  try {
    return files.status(path);
  } catch {
    return null;
  }
}

function withoutTrailingSlash(entry: string): string {
  return entry.endsWith("/") ? entry.replace(/(?<=.)\/+$/, "") : entry;
}
