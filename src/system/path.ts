/** Pure path arithmetic, the same on both runtimes, so that no other room names `node:path`. Windows is refused, so a path is a POSIX one. */
import type * as NodePath from "node:path";

export const basename: typeof NodePath.basename = (...words) => path().basename(...words);
export const dirname: typeof NodePath.dirname = (...words) => path().dirname(...words);
export const join: typeof NodePath.join = (...words) => path().join(...words);
export const resolve: typeof NodePath.resolve = (...words) => path().resolve(...words);

/** Needs no module, so that a plain run loads none. */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}

let loaded: typeof NodePath | null = null;

/** `node:path` at its first use: loading it takes 0.4 ms. */
function path(): typeof NodePath {
  loaded ??= process.getBuiltinModule("node:path");
  return loaded;
}
