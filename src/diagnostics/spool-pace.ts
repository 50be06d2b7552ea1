import type { System } from "../system/system.ts";

/** Decides when what came is written: at once while that is cheap, else together with what comes after it. */
export interface Pacer {
  /** So many bytes came. */
  came(bytes: number): void;
}

/** The share of the time that writing may take, and how much of it may be saved up. */
const share = 1 / 20;
const mostCreditMs = 10;
/** Nothing waits longer, as long as the machine lets us run. */
const longestWaitMs = 40;
/** More than this is a flood: most of it will be left out, so that the more of it comes together the better. */
const flood = { bytes: 131_072, waitMs: 100 } as const;

/** A pacer that calls `write`, which says whether it could. */
export function createPacer(clock: System["clock"], write: () => boolean): Pacer {
  /** Not counted before the first write: it makes the files, and is slow once. */
  let creditMs: number | null = null;
  let lastAt = clock.monotonic();
  let pending = 0;
  let armed = false;

  function writeNow(): void {
    const begin = clock.monotonic();
    const credit = creditAt(begin);
    if (write()) pending = 0;
    lastAt = clock.monotonic();
    creditMs = creditMs === null ? mostCreditMs : credit - (lastAt - begin);
    if (pending > 0) writeLater();
  }

  function writeLater(): void {
    if (armed) return;
    armed = true;
    void clock.sleep(longestWaitMs).then(() => {
      armed = false;
      if (pending === 0) return;
      if (isEarlyFlood(clock.monotonic())) writeLater();
      else writeNow();
    });
  }

  function creditAt(now: number): number {
    return Math.min(mostCreditMs, (creditMs ?? mostCreditMs) + (now - lastAt) * share);
  }

  function isEarlyFlood(now: number): boolean {
    return pending > flood.bytes && now - lastAt < flood.waitMs;
  }

  return {
    came(bytes) {
      pending += bytes;
      const now = clock.monotonic();
      if (creditAt(now) > 0 && !isEarlyFlood(now)) writeNow();
      else writeLater();
    },
  };
}
