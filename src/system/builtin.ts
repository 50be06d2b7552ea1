import type * as NodeCrypto from "node:crypto";
import type * as NodeFs from "node:fs";
import type * as NodeOs from "node:os";
import type * as NodePath from "node:path";

/**
 * Modules of the runtime, loaded where they are first used: a start that can do without should not pay for them. Under
 * Bun by `require`: `process.getBuiltinModule` takes over a millisecond more, the first time it is called.
 */
const isBun = "Bun" in globalThis;

export const loadFs = (): typeof NodeFs => (isBun ? require("node:fs") : process.getBuiltinModule("node:fs"));
export const loadPath = (): typeof NodePath =>
  isBun ? require("node:path") : process.getBuiltinModule("node:path");
export const loadOs = (): typeof NodeOs => (isBun ? require("node:os") : process.getBuiltinModule("node:os"));
export const loadCrypto = (): typeof NodeCrypto =>
  isBun ? require("node:crypto") : process.getBuiltinModule("node:crypto");
