import type { Child, Clock, Processes } from "../system/system.ts";
import { firstThatCounts, type Interrupts } from "./interrupts.ts";
import { sleepAwake } from "./limits.ts";
import { livingTree, type Tree } from "./tree.ts";

/** The way to end a child that has to end. */
export interface Termination {
  /** The first, polite signal. */
  readonly signal: string;
  readonly graceMs: number;
  readonly tree: Tree;
  /** Signals that came already; the next one that is no echo of theirs kills at once. */
  readonly interruptsSeen: number;
}

/**
 * How soon after a signal another one is its echo: who forwards a Ctrl-C that the kernel told us too, TERM and HUP at a
 * logout. There HUP comes first, and the shell's TERM to stopped jobs as it ends, on a busy machine a while later (bash(1)).
 */
const echoMs = { usually: 50, atLogout: 500 } as const;

/**
 * The signal, then CONT so that a stopped process can act on it, then the grace, then KILL. A child that ends early ends the
 * wait. Returns the signals that were sent. What is left of the tree is somebody else's to end.
 */
export async function terminate(
  child: Child,
  termination: Termination,
  world: { readonly processes: Processes; readonly clock: Clock; readonly interrupts: Interrupts },
): Promise<readonly string[]> {
  const sent = [termination.signal];
  signalTree(termination.tree, [termination.signal, "SIGCONT"], world.processes);
  const cancel = new AbortController();
  const ended = child.ended.then(() => true);
  const patience = [
    sleepAwake(termination.graceMs, world.clock, cancel.signal),
    secondWish(world.interrupts, termination.interruptsSeen, world.clock.monotonic()),
  ];
  const inTime = await Promise.race([ended, ...patience.map((reason) => reason.then(() => false))]);
  cancel.abort();
  if (!inTime) {
    sent.push("SIGKILL");
    signalTree(termination.tree, ["SIGKILL"], world.processes);
    await child.ended;
  }
  return sent;
}

/**
 * In a session of its own: the program's group at once, then the other groups of the session, as an interactive shell makes
 * them. On a terminal that others use too: the program, then each of its descendants. Who has left the session gets no word.
 */
export function signalTree(tree: Tree, signals: readonly string[], processes: Processes): void {
  const first = tree.ownSession ? -tree.pid : tree.pid;
  for (const signal of signals) processes.kill(first, signal);
  const others = livingTree(tree, processes).filter(({ pid, group, session }) =>
    tree.ownSession ? session === tree.pid && group !== tree.pid : pid !== tree.pid,
  );
  for (const member of others) for (const signal of signals) processes.killExactly(member, signal);
}

/**
 * A signal from somebody who will not wait. Echoes are told from the moment when the first signal was passed on: what came
 * while we did that is heard only then. Another HUP is never a wish of its own.
 */
function secondWish(interrupts: Interrupts, seen: number, passedOnAt: number): Promise<unknown> {
  return firstThatCounts(interrupts, seen, ({ signal, at }, index) => {
    const echo = interrupts.received[0]?.signal === "SIGHUP" ? echoMs.atLogout : echoMs.usually;
    if (seen > 0 && at - passedOnAt < echo) return false;
    return signal !== "SIGHUP" || !interrupts.received.slice(0, index).some((one) => one.signal === "SIGHUP");
  });
}
