/** Killing what is left of a program, until nothing is. */
import type { Leftover } from "../core/outcome.ts";
import type { Clock, Processes, ProcessStatus } from "../system/system.ts";
import { asksToStay, descendants, leftoversOf, type Tree } from "./tree.ts";

/** What it takes to look and to kill. */
export interface Sweeper {
  readonly processes: Processes;
  readonly clock: Clock;
}

/** How long we look for processes that fork while they are being killed. What is alive then cannot be killed. */
const sweepMs = 5000;

/** How long a process that is ending with the program may still be there without being called a leftover. */
const endingMs = 50;

/** How many of them are named by their command at most. */
export const namedAtMost = 50;

export const askedToStay = "left alone, as it asked to be";

/**
 * Kills what is left, to a fixed point: until nothing is found and no orphan is ours. Who forks while being killed is found in
 * the next round; its children cannot get away, since they come to us. What asks to stay is left alone. Returns what was found.
 */
export async function endLeftovers(tree: Tree, world: Sweeper): Promise<readonly Leftover[]> {
  const { processes, clock } = world;
  const met = new Map<number, Leftover>();
  const until = clock.monotonic() + sweepMs;
  for (;;) {
    const found = leftoversOf(tree, processes, { carriers: true });
    const { staying, leaving } = whoStays(found, processes);
    const late = clock.monotonic() >= until;
    meet(met, pidsOf(staying), { action: askedToStay, processes });
    meet(met, pidsOf(leaving), { action: late ? "could not be killed" : "killed", processes });
    if (late) return [...met.values()];
    if (staying.length === 0) tree.group?.killAll();
    if (!staying.some((member) => inGroup(member, tree))) killGroup(leaving, tree, processes);
    for (const member of leaving) processes.killExactly(member, "SIGKILL");
    const chased = await chaseOrphans(met, world, until);
    if (leaving.length === 0 && !chased) return [...met.values()];
    await clock.sleep(1);
  }
}

/**
 * Kills orphans by their pids alone, and again at once: a process that forks and exits as fast as it can is another one by the
 * time a table of processes is read. They are our children, so that no pid is reused before we reap it. False when there were none.
 */
async function chaseOrphans(
  met: Map<number, Leftover>,
  { processes, clock }: Sweeper,
  until: number,
): Promise<boolean> {
  for (let round = 0; ; round++) {
    const orphans = processes.adopted().filter((pid) => !asksToStay(pid, processes));
    if (orphans.length === 0 || clock.monotonic() >= until) return round > 0;
    for (const pid of orphans) processes.kill(pid, "SIGKILL");
    // Named afterwards: a zombie still has its short name.
    meet(met, orphans, { action: "killed", processes });
    if (round % 20 === 19) await clock.sleep(1);
  }
}

/** Kills what is left of the program's session, and only that. */
export async function endSession(tree: Tree, { processes, clock }: Sweeper): Promise<void> {
  if (!tree.ownSession) return;
  const until = clock.monotonic() + sweepMs;
  const members = () =>
    leftoversOf(tree, processes, { carriers: false }).filter(({ session }) => session === tree.pid);
  for (let found = members(); found.length > 0 && clock.monotonic() < until; found = members()) {
    killGroup(found, tree, processes);
    for (const member of found) processes.killExactly(member, "SIGKILL");
    await clock.sleep(5);
  }
}

/** Where the system shows no processes, the program's group is all that can be ended. */
export async function endGroup(tree: Tree, { processes, clock }: Sweeper): Promise<readonly Leftover[]> {
  const until = clock.monotonic() + sweepMs;
  while (tree.ownSession && processes.groupAlive(tree.pid) && clock.monotonic() < until) {
    processes.kill(-tree.pid, "SIGKILL");
    await clock.sleep(5);
  }
  return [];
}

/** Gives those of the leftovers a moment who may be ending with the program, for example of the same polite signal. */
export async function letEnd(
  tree: Tree,
  { processes, clock }: Sweeper,
  mayBeEnding: (member: ProcessStatus) => boolean,
): Promise<void> {
  const until = clock.monotonic() + endingMs;
  while (clock.monotonic() < until) {
    if (!leftoversOf(tree, processes, { carriers: false }).some(mayBeEnding)) return;
    await clock.sleep(2);
  }
}

/** Who asks to stay keeps what is below it too. */
function whoStays(found: readonly ProcessStatus[], processes: Processes) {
  const asking = found.filter(({ pid }) => asksToStay(pid, processes));
  const kept = descendants(pidsOf(asking), found);
  return {
    staying: found.filter(({ pid }) => kept.has(pid)),
    leaving: found.filter(({ pid }) => !kept.has(pid)),
  };
}

function meet(
  met: Map<number, Leftover>,
  pids: readonly number[],
  { action, processes }: { readonly action: string; readonly processes: Processes },
): void {
  for (const pid of pids) {
    const command = met.get(pid)?.command ?? (met.size < namedAtMost ? processes.commandOf(pid) : "?");
    met.set(pid, { pid, command, action });
  }
}

function pidsOf(found: readonly ProcessStatus[]): readonly number[] {
  return found.map(({ pid }) => pid);
}

/** Nothing that forks gets out of a group while it is killed as one. */
function killGroup(found: readonly ProcessStatus[], tree: Tree, processes: Processes): void {
  if (found.some((member) => inGroup(member, tree))) processes.kill(-tree.pid, "SIGKILL");
}

function inGroup({ group }: ProcessStatus, tree: Tree): boolean {
  return tree.ownSession && group === tree.pid;
}
