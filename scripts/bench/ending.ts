/** What it costs to end a whole tree, from the start of the program to the end of its last process. */
import { type Bench, type Row, slowdown, unlessMissing } from "./row.ts";

/** A hundred processes, every fourth in a session of its own, where a killer by group does not reach it. */
const tree = "for i in $(seq 25); do sleep 7 & sleep 7 & sleep 7 & setsid sleep 7 & done; wait";

export async function measureEnding({ directory, faultbox }: Bench): Promise<readonly Row[]> {
  const ours = [faultbox, "run", "--no-report", "--timeout", "300ms", "--", "sh", "-c", tree];
  const theirs = ["timeout", "0.3", "sh", "-c", tree];
  const what = "ending a tree of 100 processes : timeout, which leaves 25 of them";
  return unlessMissing("timeout", () => slowdown(what, { ours, theirs, code: 124 }, null, directory));
}
