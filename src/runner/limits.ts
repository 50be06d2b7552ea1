import type { Clock } from "../system/system.ts";
import type { Pump } from "./pump.ts";

/** A limit that ended an attempt. */
export interface LimitStop {
  readonly kind: "timed-out";
  readonly limit: "timeout" | "idleTimeout" | "totalTimeout";
  readonly afterMs: number;
}

/**
 * How finely time is watched. A longer gap between two looks means that we were stopped (SIGSTOP cannot be seen coming),
 * and what is over it does not count.
 */
const lookMs = 250;

/** Sleeps until we were awake for that long; time in which we were stopped does not count. Ends at once when cancelled. */
export async function sleepAwake(ms: number, clock: Clock, cancel: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 && !cancel.aborted; ) left -= await look(left, clock, cancel);
}

/** The wall limit as an entry of a race; no entry when it is off. */
export function wallLimit(ms: number, clock: Clock, cancel: AbortSignal): readonly Promise<LimitStop>[] {
  return limitAfter(ms, "timeout", clock, cancel);
}

/** The limit for all attempts together, begun with the first. */
export function totalLimit(ms: number, clock: Clock, cancel: AbortSignal): readonly Promise<LimitStop>[] {
  return limitAfter(ms, "totalTimeout", clock, cancel);
}

/** The limit for silence: neither stream said anything for that long. A program that waits for a slow reader is not silent. */
export function idleLimit(
  ms: number,
  pumps: readonly Pick<Pump, "state" | "lastTextAt">[],
  clock: Clock,
  cancel: AbortSignal,
): readonly Promise<LimitStop>[] {
  if (ms === 0) return [];
  return [watchSilence(ms, pumps, clock, cancel)];
}

function limitAfter(
  ms: number,
  limit: LimitStop["limit"],
  clock: Clock,
  cancel: AbortSignal,
): readonly Promise<LimitStop>[] {
  if (ms === 0) return [];
  return [sleepAwake(ms, clock, cancel).then(() => ({ kind: "timed-out", limit, afterMs: ms }))];
}

async function watchSilence(
  ms: number,
  pumps: readonly Pick<Pump, "state" | "lastTextAt">[],
  clock: Clock,
  cancel: AbortSignal,
): Promise<LimitStop> {
  let silent = 0;
  while (silent < ms && !cancel.aborted) {
    const passed = await look(ms - silent, clock, cancel);
    silent = Math.min(silent + passed, sinceLastText(pumps, clock));
  }
  return { kind: "timed-out", limit: "idleTimeout", afterMs: ms };
}

function sinceLastText(pumps: readonly Pick<Pump, "state" | "lastTextAt">[], clock: Clock): number {
  const now = clock.monotonic();
  return Math.min(
    ...pumps.map((pump) => (pump.state() === "writing" ? 0 : now - pump.lastTextAt())),
    Number.POSITIVE_INFINITY,
  );
}

/** Sleeps until the next look, and returns how much of it we were awake. */
async function look(left: number, clock: Clock, cancel: AbortSignal): Promise<number> {
  const slice = Math.min(left, lookMs);
  const begin = clock.monotonic();
  await clock.sleep(slice, cancel);
  return Math.min(clock.monotonic() - begin, slice + lookMs);
}
