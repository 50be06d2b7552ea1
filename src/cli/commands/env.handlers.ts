/**
 * The work of the `env` commands, loaded together: each file that is loaded by itself cuts what `run` shares with it into
 * more pieces, and every piece is 0.02 ms at each start of `run`.
 */
export { exec, explain, show } from "./env.handler.ts";
export { bisect } from "./env-bisect.handler.ts";
export { check } from "./env-check.handler.ts";
export { diff } from "./env-diff.handler.ts";
export { profiles } from "./env-profiles.handler.ts";
