/** Pure path arithmetic, the same on both runtimes, so that no other room names `node:path`. Windows is refused, so a path is a POSIX one. */
import type * as NodePath from "node:path";
import { loadPath } from "./builtin.ts";

export const basename: typeof NodePath.basename = (...words) => path().basename(...words);

/** The same as node's, which takes 0.4 ms to load. */
export function dirname(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  const parent = trimmed.slice(0, Math.max(0, trimmed.lastIndexOf("/"))).replace(/\/+$/, "");
  return parent !== "" ? parent : path.startsWith("/") ? "/" : ".";
}

export const join: typeof NodePath.join = (...words) => path().join(...words);
export const resolve: typeof NodePath.resolve = (...words) => path().resolve(...words);

/** Needs no module, so that a plain run loads none. */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}

/** A name in a directory. Needs no module either. */
export function entryOf(directory: string, name: string): string {
  return directory.endsWith("/") ? `${directory}${name}` : `${directory}/${name}`;
}

let loaded: typeof NodePath | null = null;

/** `node:path` at its first use: loading it takes 0.4 ms. */
function path(): typeof NodePath {
  loaded ??= loadPath();
  return loaded;
}
