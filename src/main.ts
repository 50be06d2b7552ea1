import { version } from "./core/version.ts";
import { words } from "./system/words.ts";

// Scripts ask this at every start, and nothing needs to be loaded to answer it.
if (words[0] === "--version") console.log(version);
else await start();

async function start(): Promise<never> {
  const { detectSystem } = await import("./system/detect.ts");
  const { main } = await import("./cli/cli.ts");
  const system = await detectSystem();
  const leave = await main(system);
  if (leave.signal !== undefined) system.processes.dieBy(leave.signal);
  // At once: a caller that reads no more may hold a write of ours on the thread pool.
  return system.processes.exit(leave.code);
}
