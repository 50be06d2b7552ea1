import type * as NodeFs from "node:fs";
import { loadFs } from "./builtin.ts";

let loaded: typeof NodeFs | null = null;

/** `node:fs`, at its first use: loading it takes over a millisecond, and a run that ends well can do without under Bun. */
export function fs(): typeof NodeFs {
  loaded ??= loadFs();
  return loaded;
}
