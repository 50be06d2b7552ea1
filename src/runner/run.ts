import { describeError } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import type { Leftover } from "../core/outcome.ts";
import type { Witness } from "../core/witness.ts";
import type { System } from "../system/system.ts";
import { type Attempt, refusedAttempt, runAttempt } from "./attempt.ts";
import { toAttemptOutcome } from "./attempt-outcome.ts";
import type { CaptureBounds } from "./capture.ts";
import { firstThatCounts, type Interrupt } from "./interrupts.ts";
import { listenAround } from "./job-control.ts";
import { judge, type Verdict } from "./judge.ts";
import { endTree } from "./leftovers.ts";
import { type LimitStop, sleepAwake, totalLimit } from "./limits.ts";
import type { RunRequest } from "./request.ts";
import { retryPauseMs, stdinReplay, wantsRetry } from "./retry.ts";
import type { StartFailure } from "./start.ts";
import type { Fault, Outside } from "./watch.ts";

/** One execution: all its attempts, and what the last one makes of it. */
export interface Execution {
  readonly attempts: readonly [Attempt, ...Attempt[]];
  readonly verdict: Verdict;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly durationMs: number;
  /** What could not be done, in words. */
  readonly notes: readonly string[];
}

/**
 * Runs the program until it succeeds, until no retry is due, or until a signal ends it all. Never rejects for what the
 * program does. Signals stay caught afterwards: one that comes while evidence is saved must not end faultbox over it.
 */
export async function run(
  request: RunRequest,
  world: Pick<RunWorld, "system" | "bounds" | "witnesses">,
): Promise<Execution> {
  const { system } = world;
  const around = listenAround(request, system);
  const faults = listenForFaults(system);
  const begin = system.clock.monotonic();
  const startedAt = system.clock.now();
  const over = new AbortController();
  const stops = [...totalLimit(request.limits.totalTimeout.ms, system.clock, over.signal), faults];
  const { attempts, verdict, notes } = await attemptUntilDone(request, { ...world, ...around, stops });
  over.abort();
  return {
    attempts,
    verdict,
    startedAt,
    endedAt: system.clock.now(),
    durationMs: Math.round(system.clock.monotonic() - begin),
    notes: [...notes, ...notesOf(world.witnesses)],
  };
}

function notesOf(witnesses: readonly Witness[]): readonly string[] {
  const notes: string[] = [];
  for (const witness of witnesses) notes.push(...witness.notes());
  return notes;
}

/** Errors of ours that nothing caught. The first is the one reported. */
function listenForFaults({ processes }: System): Promise<Fault> {
  return new Promise((resolve) => processes.onFault((error) => resolve({ kind: "fault", error })));
}

/** An execution that ends before it begins: the evidence of it is kept like any other's. */
export function refuseToRun(failure: StartFailure, request: RunRequest, system: System): Execution {
  const now = system.clock.now();
  const attempt = refusedAttempt(failure, now);
  const verdict = judge(attempt, request);
  return { attempts: [attempt], verdict, startedAt: now, endedAt: now, durationMs: 0, notes: [] };
}

interface RunWorld extends Outside {
  readonly system: System;
  readonly bounds: CaptureBounds;
  readonly witnesses: readonly Witness[];
}

async function attemptUntilDone(
  request: RunRequest,
  world: RunWorld,
): Promise<Pick<Execution, "attempts" | "verdict" | "notes">> {
  const { stdin } = world.system;
  const position = request.retry.retries > 0 ? stdin.position() : null;
  const notes: string[] = [];
  const attempts: [Attempt, ...Attempt[]] = [await attemptOnce(1, request, world)];
  for (;;) {
    const last = attempts[attempts.length - 1] ?? attempts[0];
    const verdict = judge(last, request);
    if (!wantsRetry(last, verdict, request.retry)) return { attempts, verdict, notes };
    const replay = stdinReplay(request, stdin, position);
    if (replay.obstacle !== null) return { attempts, verdict, notes: [...notes, replay.obstacle] };
    const cleared = await clear(last, request, world.system);
    attempts[attempts.length - 1] = cleared;
    const disturbance = await pause(cleared, request, world);
    if (disturbance !== null) {
      notes.push(`${wordsFor(disturbance)} before attempt ${last.number + 1}, which was not made`);
      return { attempts, verdict: afterPause(disturbance, verdict), notes };
    }
    if (!replay.rewind()) notes.push("stdin could not be put back to where it was before the retry");
    attempts.push(await attemptOnce(last.number + 1, request, world));
  }
}

async function attemptOnce(number: number, request: RunRequest, world: RunWorld): Promise<Attempt> {
  const attempt = await runAttempt(number, request, world);
  for (const witness of world.witnesses) witness.ended?.(() => toAttemptOutcome(attempt, request));
  return attempt;
}

/** A retry starts only when the last tree is dead: it may hold the port or the lock that the next one needs. */
async function clear(attempt: Attempt, request: RunRequest, system: System): Promise<Attempt> {
  if (attempt.tree === null) return attempt;
  const found = (await endTree(attempt.tree, request.leftovers, system)).map(beforeTheRetry);
  const others = attempt.leftovers.filter(({ pid }) => !found.some((left) => left.pid === pid));
  return { ...attempt, leftovers: [...others, ...found] };
}

function beforeTheRetry(left: Leftover): Leftover {
  return left.action === "killed" ? { ...left, action: "killed before the retry" } : left;
}

type Disturbance = { readonly kind: "interrupted"; readonly signal: string } | LimitStop | Fault;

/** The pause before a retry; what ended it early, if anything did. */
async function pause(
  attempt: Attempt,
  request: RunRequest,
  world: Outside & { readonly system: System },
): Promise<Disturbance | null> {
  const cancel = new AbortController();
  const length = retryPauseMs(attempt.number, request.retry);
  const begun = world.interrupts.received.length;
  // A key that the last attempt was told of was its own to answer; in the pause nobody else does.
  const counts = (interrupt: Interrupt, index: number) => !interrupt.fromTerminal || index >= begun;
  const disturbance = await Promise.race([
    firstThatCounts(world.interrupts, 0, counts).then(({ signal }) => ({
      kind: "interrupted" as const,
      signal,
    })),
    ...world.stops,
    sleepAwake(length, world.system.clock, cancel.signal).then(() => null),
  ]);
  cancel.abort();
  return disturbance;
}

function wordsFor(disturbance: Disturbance): string {
  switch (disturbance.kind) {
    case "interrupted":
      return `${disturbance.signal} came in the pause`;
    case "timed-out":
      return `the total limit of ${disturbance.afterMs / 1000} s ended the pause`;
    case "fault":
      return `a fault of ours, ${describeError(disturbance.error)}, ended the pause`;
  }
}

/** A signal cancels the execution; after a limit the last attempt's own ending stands. */
function afterPause(disturbance: Disturbance, verdict: Verdict): Verdict {
  switch (disturbance.kind) {
    case "interrupted":
      return { ...verdict, status: "cancelled", category: "cancelled" };
    case "timed-out":
      return verdict;
    case "fault":
      return { ...verdict, exitCode: ExitCode.internal, signal: null };
  }
}
