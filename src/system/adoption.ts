/**
 * Orphans below us become our children, so that none gets away by losing its parent, and are reaped at once when they die: a
 * script that waits with `kill -0` for a daemon to end must not wait for a zombie.
 */
import type { Libc } from "./libc.ts";
import { listedChildren, processStatus, processTable } from "./process-table.ts";

export interface Adoption {
  /** Every process that we start ourselves is told, and told again when it has ended: its ending is taken by who waits for it. */
  started(pid: number): void;
  ended(pid: number): void;
  /** Begins; false where that is impossible. Can be repeated. */
  begin(): boolean;
  /** Our children that we did not start, zombies left out. */
  adopted(): readonly number[];
}

/** How long a run must last before dead orphans are looked for: a short one leaves them to whoever comes after us. */
const reapAfterMs = 100;

export function createAdoption(libc: Libc): Adoption {
  const ours = new Set<number>();
  let adopting: boolean | null = null;
  let reapingSoon = false;

  function strangers(): readonly number[] {
    const found: number[] = [];
    for (const pid of children(libc)) if (!ours.has(pid)) found.push(pid);
    return found;
  }

  function begin(): boolean {
    // Children from before us (`sleep 9 & exec faultbox …`) and their orphans are not ours to adopt.
    for (const pid of strangers()) if (processStatus(pid)?.alive) return false;
    if (!libc.becomeSubreaper()) return false;
    setTimeout(() => {
      process.on("SIGCHLD", reapSoon);
      reap();
    }, reapAfterMs).unref();
    return true;
  }

  /** At most every few milliseconds: children that fork and exit as fast as they can send a flood of signals. */
  function reapSoon(): void {
    if (reapingSoon) return;
    reapingSoon = true;
    setTimeout(() => {
      reapingSoon = false;
      reap();
    }, 5);
  }

  function reap(): void {
    for (const pid of strangers()) libc.reap(pid);
  }

  return {
    started: (pid) => ours.add(pid),
    ended: (pid) => ours.delete(pid),
    begin() {
      adopting ??= begin();
      return adopting;
    },
    adopted() {
      if (!adopting) return [];
      const found = strangers();
      if (found.length === 0) return found;
      reap();
      return strangers();
    },
  };
}

function children(libc: Libc): readonly number[] {
  return (
    listedChildren(libc) ??
    processTable()
      .filter(({ parent }) => parent === process.pid)
      .map(({ pid }) => pid)
  );
}
