import { main } from "./cli/cli.ts";
import { detectSystem } from "./system/detect.ts";

const system = await detectSystem();
const leave = await main(system);
if (leave.signal !== undefined) system.processes.dieBy(leave.signal);
// At once: a caller that reads no more may hold a write of ours on the thread pool.
system.processes.exit(leave.code);
