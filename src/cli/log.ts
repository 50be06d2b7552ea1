import { type ConsolaInstance, createConsola } from "consola/core";
import { neutralize } from "../core/neutralize.ts";
import type { Output } from "../system/system.ts";

/** Says things to people. */
export type Log = Readonly<Record<"info" | "warn" | "error", (text: string) => void>>;

/** News for people: each on stderr, as `faultbox: …`. The logger is made for the first one; most runs have none. */
export function createLog(output: Pick<Output, "note">): Log {
  let logger: ConsolaInstance | null = null;
  const say = (level: keyof Log) => (text: string) => {
    logger ??= createConsola({ level: 3, throttle: 0, reporters: [reporterTo(output)] });
    logger[level](text);
  };
  return { info: say("info"), warn: say("warn"), error: say("error") };
}

function reporterTo(output: Pick<Output, "note">) {
  return {
    // News may name what somebody else wrote: a key in a file, a path.
    log: ({ args }: { readonly args: readonly unknown[] }) =>
      output.note(`faultbox: ${neutralize(args.join(" "))}`),
  };
}
