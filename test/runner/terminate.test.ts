import { expect, test } from "bun:test";
import { listenForInterrupts } from "../../src/runner/interrupts.ts";
import { terminate } from "../../src/runner/terminate.ts";
import type { Child, Clock, ProcessEnd, Processes } from "../../src/system/system.ts";

/** A deaf child in its grace, which never ends by itself, after a first signal at 0 ms. */
function graceAfter(first: string) {
  let now = 0;
  let listener: (signal: string) => void = () => {};
  let end: (end: ProcessEnd) => void = () => {};
  const signals = {
    on(names: readonly string[], listen: (signal: string) => void) {
      if (names.includes("SIGTERM")) listener = listen;
      return () => {};
    },
  };
  const clock: Clock = { now: () => now, monotonic: () => now, sleep: () => new Promise(() => {}) };
  const interrupts = listenForInterrupts({ signals, clock }, () => false);
  const ended = new Promise<ProcessEnd>((resolve) => {
    end = resolve;
  });
  const processes = {
    kill(_: number, signal: string) {
      if (signal === "SIGKILL") end({ kind: "signaled", signal });
      return true;
    },
    all: () => [],
    adopted: () => [],
  } as unknown as Processes;
  listener(first);
  const tree = { pid: 7, executionId: "id", ownSession: true, adopting: false, group: null };
  const sent = terminate(
    { ended } as Child,
    { signal: first, graceMs: 10_000, tree, interruptsSeen: 1 },
    { processes, clock, interrupts },
  );
  return {
    /** Whether the child is killed once these have come. */
    async killedBy(...later: readonly (readonly [signal: string, atMs: number])[]): Promise<boolean> {
      for (const [signal, atMs] of later) {
        now = atMs;
        listener(signal);
      }
      await Bun.sleep(1);
      end({ kind: "exited", code: 0 });
      return (await sent).includes("SIGKILL");
    },
  };
}

test.each([
  ["SIGTERM", [["SIGTERM", 60]], true],
  ["SIGTERM", [["SIGINT", 300]], true],
  ["SIGTERM", [["SIGHUP", 300]], true],
  ["SIGHUP", [["SIGTERM", 600]], true],
  // A Ctrl-C from the kernel and from who forwards it; a logout.
  ["SIGINT", [["SIGINT", 5]], false],
  ["SIGTERM", [["SIGHUP", 0]], false],
  ["SIGHUP", [["SIGTERM", 400]], false],
  // A hang-up told by the kernel and by the shell, once more when a stopped job is orphaned.
  ["SIGHUP", [["SIGHUP", 400]], false],
  [
    "SIGHUP",
    [
      ["SIGTERM", 1],
      ["SIGHUP", 2],
      ["SIGHUP", 400],
    ],
    false,
  ],
  // An echo does not put off who really asks again.
  [
    "SIGINT",
    [
      ["SIGINT", 40],
      ["SIGINT", 80],
    ],
    true,
  ],
  [
    "SIGHUP",
    [
      ["SIGHUP", 400],
      ["SIGTERM", 500],
    ],
    true,
  ],
] as const)("terminate() after %s and then %j kills at once: %p", async (first, later, killed) => {
  expect(await graceAfter(first).killedBy(...later)).toBe(killed);
});
