import type { Child, Clock, Processes } from "../system/system.ts";
import type { Interrupts } from "./interrupts.ts";

/** The way to end a child that has to end. */
export interface Termination {
  /** The first, polite signal. */
  readonly signal: string;
  readonly graceMs: number;
  /** Whether the child leads a session of its own. Otherwise only the child itself is ours to signal. */
  readonly ownSession: boolean;
  /** Signals that came already; the next one kills at once. */
  readonly interruptsSeen: number;
}

/** How long we look for members of the session that fork while they are being killed. */
const sweepMs = 1000;

/**
 * The signal, then CONT so that a stopped process can act on it, then the grace, then KILL; then whatever is left of
 * the session. A child that ends early ends the wait. Returns the signals that were sent.
 */
export async function terminate(
  child: Child,
  termination: Termination,
  world: { readonly processes: Processes; readonly clock: Clock; readonly interrupts: Interrupts },
): Promise<readonly string[]> {
  const target = termination.ownSession ? -child.pid : child.pid;
  const sent = [termination.signal];
  world.processes.kill(target, termination.signal);
  world.processes.kill(target, "SIGCONT");
  const cancel = new AbortController();
  const ended = child.ended.then(() => true);
  const patience = [
    world.clock.sleep(termination.graceMs, cancel.signal),
    world.interrupts.at(termination.interruptsSeen),
  ];
  const inTime = await Promise.race([ended, ...patience.map((reason) => reason.then(() => false))]);
  cancel.abort();
  if (!inTime) {
    sent.push("SIGKILL");
    world.processes.kill(target, "SIGKILL");
    await child.ended;
  }
  if (termination.ownSession) await sweepGroup(child.pid, world);
  return sent;
}

/** Kills what is left of a child's session, until nothing of it is alive. */
export async function sweepGroup(
  group: number,
  world: { readonly processes: Processes; readonly clock: Clock },
): Promise<void> {
  const until = world.clock.monotonic() + sweepMs;
  while (world.processes.groupAlive(group) && world.clock.monotonic() < until) {
    world.processes.kill(-group, "SIGKILL");
    await world.clock.sleep(5);
  }
}
