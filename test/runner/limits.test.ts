import { expect, test } from "bun:test";
import { idleLimit, sleepAwake, totalLimit, wallLimit } from "../../src/runner/limits.ts";
import type { Clock } from "../../src/system/system.ts";

/** A clock that jumps: each sleep lasts as long as asked, and at the marked ones we are stopped for longer. */
function clockStoppedAt(stops: Readonly<Record<number, number>> = {}): Clock & { readonly sleeps: number[] } {
  let now = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    monotonic: () => now,
    sleep(ms) {
      sleeps.push(ms);
      now += ms + (stops[sleeps.length] ?? 0);
      return Promise.resolve();
    },
  };
}

const never = new AbortController().signal;

test("sleepAwake() sleeps as long as asked", async () => {
  const clock = clockStoppedAt();
  await sleepAwake(2100, clock, never);
  expect(clock.monotonic()).toBe(2100);
});

test("sleepAwake() does not count the time in which we were stopped, but for a moment of it", async () => {
  const clock = clockStoppedAt({ 2: 60_000 });
  await sleepAwake(2000, clock, never);
  expect(clock.monotonic()).toBeWithin(61_750, 62_001);
});

test("sleepAwake() ends at once when it is cancelled", async () => {
  const cancel = new AbortController();
  cancel.abort();
  const clock = clockStoppedAt();
  await sleepAwake(2000, clock, cancel.signal);
  expect(clock.monotonic()).toBe(0);
});

test("a limit of 0 is no entry of the race", () => {
  const clock = clockStoppedAt();
  expect(wallLimit(0, clock, never)).toEqual([]);
  expect(totalLimit(0, clock, never)).toEqual([]);
  expect(idleLimit(0, [], clock, never)).toEqual([]);
});

test("wallLimit() and totalLimit() say which limit it was, and how long", async () => {
  const clock = clockStoppedAt();
  expect(await wallLimit(300, clock, never)[0]).toEqual({
    kind: "timed-out",
    limit: "timeout",
    afterMs: 300,
  });
  expect(await totalLimit(400, clock, never)[0]).toMatchObject({ limit: "totalTimeout", afterMs: 400 });
});

test("idleLimit() begins anew with each word on any stream", async () => {
  const clock = clockStoppedAt();
  let last = 0;
  const talking = {
    state: () => "reading" as const,
    lastTextAt() {
      if (clock.monotonic() < 5000) last = clock.monotonic(); // one word at each look, for five seconds
      return last;
    },
  };
  const silent = { state: () => "reading" as const, lastTextAt: () => 0 };
  const [stop] = idleLimit(1000, [silent, talking], clock, never);
  expect(await stop).toEqual({ kind: "timed-out", limit: "idleTimeout", afterMs: 1000 });
  expect(clock.monotonic()).toBeWithin(5750, 6251);
});

test("idleLimit() does not call a program silent that waits for a slow reader", async () => {
  const clock = clockStoppedAt();
  const pump = {
    state: () => (clock.monotonic() < 5000 ? ("writing" as const) : ("reading" as const)),
    lastTextAt: () => 0,
  };
  await idleLimit(1000, [pump], clock, never)[0];
  expect(clock.monotonic()).toBeWithin(5750, 6251);
});

test("idleLimit() does not count the time in which we were stopped", async () => {
  const clock = clockStoppedAt({ 2: 60_000 });
  const pump = { state: () => "reading" as const, lastTextAt: () => 0 };
  await idleLimit(1000, [pump], clock, never)[0];
  expect(clock.monotonic()).toBeWithin(60_500, 61_001);
});
