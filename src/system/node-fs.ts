import type * as NodeFs from "node:fs";

let loaded: typeof NodeFs | null = null;

/** `node:fs`, at its first use: loading it takes over a millisecond, and a run that ends well can do without under Bun. */
export function fs(): typeof NodeFs {
  loaded ??= process.getBuiltinModule("node:fs");
  return loaded;
}
