import { type ConsolaInstance, createConsola } from "consola/core";
import type { Output } from "../system/system.ts";

/** Says things to people. */
export type Log = Pick<ConsolaInstance, "info" | "warn" | "error">;

/** News for people: each on stderr, as `faultbox: …`. */
export function createLog(output: Pick<Output, "note">): Log {
  const reporter = {
    log: ({ args }: { readonly args: readonly unknown[] }) => output.note(`faultbox: ${args.join(" ")}`),
  };
  return createConsola({ level: 3, throttle: 0, reporters: [reporter] });
}
