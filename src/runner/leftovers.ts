/** What is still there when the program has ended, and what becomes of it. */
import type { Leftover } from "../core/outcome.ts";
import type { ProcessName } from "../system/system.ts";
import {
  askedToStay,
  endGroup,
  endLeftovers,
  endSession,
  letEnd,
  namedAtMost,
  type Sweeper,
} from "./sweep.ts";
import { asksToStay, leftoversOf, type Tree } from "./tree.ts";

/**
 * `kill` ends everything that is left, always. `report` does so after a limit or a signal and before a retry; after a normal end
 * it only tells. `allow` leaves alone, at every end, what has left the program's session.
 */
export type LeftoverPolicy = "kill" | "report" | "allow";

/** After a limit or a signal, and before a retry: ends what the policy says. Returns what was found. */
export async function endTree(
  tree: Tree,
  policy: LeftoverPolicy,
  world: Sweeper,
): Promise<readonly Leftover[]> {
  const { processes } = world;
  if (processes.all().length === 0) return endGroup(tree, world);
  if (policy !== "allow") {
    await letEnd(tree, world, ({ session }) => !tree.ownSession || session === tree.pid);
    return endLeftovers(tree, world);
  }
  await endSession(tree, world);
  return tellLeftovers(tree, world);
}

/** After the program has ended by itself. Returns what was found, and what was done about it. */
export async function afterNormalEnd(
  tree: Tree,
  policy: LeftoverPolicy,
  world: Sweeper,
): Promise<readonly Leftover[]> {
  switch (policy) {
    case "kill":
      return world.processes.all().length === 0 ? endGroup(tree, world) : endLeftovers(tree, world);
    case "report":
      // The usual case, at the price of one small file.
      if (tree.adopting && tree.group === null && world.processes.adopted().length === 0) return [];
      return tellLeftovers(tree, world);
    case "allow":
      return [];
  }
}

/** What is left, unless it is about to end: the other side of a pipe, a job that got the same signal. */
async function tellLeftovers(tree: Tree, { processes, clock }: Sweeper): Promise<readonly Leftover[]> {
  await letEnd(tree, { processes, clock }, () => true);
  return leftoversOf(tree, processes, { carriers: false }).map((member) => ({
    pid: member.pid,
    command: processes.commandOf(member.pid),
    action: asksToStay(member.pid, processes) ? askedToStay : "left alone",
  }));
}

/** The leftovers as an outcome names them: each once, those that held the output open too, and no more than a screenful. */
export function namedLeftovers(
  found: readonly Leftover[],
  holders: readonly ProcessName[],
): { readonly leftovers: readonly Leftover[]; readonly notes: readonly string[] } {
  if (found.length === 0 && holders.length === 0) return { leftovers: [], notes: [] };
  const held = holders.map((holder): Leftover => ({ ...holder, action: "left alone" }));
  const all = [...new Map([...held, ...found].map((leftover) => [leftover.pid, leftover])).values()];
  const more = all.length - namedAtMost;
  return {
    leftovers: all.slice(0, namedAtMost),
    notes: more > 0 ? [`${more} more processes were left after the end than are named here`] : [],
  };
}
