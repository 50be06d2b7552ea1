import type { Clock } from "./system.ts";

const longestSlice = 2 ** 31 - 1;

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, cancel) {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !cancel?.aborted; left = until - performance.now()) {
      await slice(Math.min(left, longestSlice), cancel);
    }
  },
};

function slice(ms: number, cancel?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      cancel?.removeEventListener("abort", done);
      resolve();
    }
    cancel?.addEventListener("abort", done);
  });
}
