import type { AttemptEvidence } from "../core/evidence.ts";
import type { Leftover } from "../core/outcome.ts";
import type { StreamName, Witness } from "../core/witness.ts";
import type { Child, ProcessEnd, ProcessName, System, Usage } from "../system/system.ts";
import type { Capture, CaptureBounds } from "./capture.ts";
import type { ControlGroup } from "./cgroup.ts";
import { endingSignals, firstThatCounts, type Interrupts } from "./interrupts.ts";
import { continueProgram, type Surroundings, stopWithProgram } from "./job-control.ts";
import { afterNormalEnd, endTree, namedLeftovers } from "./leftovers.ts";
import { idleLimit, type LimitStop, wallLimit } from "./limits.ts";
import { drain, hungUp, type Pump, startPump } from "./pump.ts";
import type { RunRequest } from "./request.ts";
import { type StartFailure, sharesTerminal } from "./start.ts";
import { terminate } from "./terminate.ts";
import type { Tree } from "./tree.ts";
import { witnessedCaptures } from "./witnessed.ts";

/** The first reason an attempt stopped for. */
export type Stop =
  | { readonly kind: "ended" }
  | LimitStop
  | { readonly kind: "interrupted"; readonly signal: string }
  | Fault
  | { readonly kind: "not-started"; readonly failure: StartFailure };

/** An error of faultbox's own, which ended the attempt. */
export interface Fault {
  readonly kind: "fault";
  readonly error: unknown;
}

/** What can end an attempt from outside of it. */
export interface Outside extends Surroundings {
  /** The limit for all attempts, and our own faults: entries of the race, of which each is there or not. */
  readonly stops: readonly Promise<LimitStop | Fault>[];
}

/** What was seen of a child, from its start to its end. */
export interface Watched extends Pick<AttemptEvidence, "stdout" | "stderr"> {
  readonly stop: Stop;
  /** The processes of the program, to be found again; null when there were none. */
  readonly tree: Tree | null;
  /** How the process itself ended; null when there was none. */
  readonly end: ProcessEnd | null;
  readonly signalsSent: readonly string[];
  readonly usage: Usage;
  /** Whether the kernel's counters say that it ran out of memory. */
  readonly outOfMemory: boolean;
  readonly leftovers: readonly Leftover[];
  /** Why our own stdout took no more, where the caller did not just go away; null when it took everything. */
  readonly outputProblem: string | null;
  readonly notes: readonly string[];
}

interface WatchWorld extends Outside {
  readonly system: System;
  readonly bounds: CaptureBounds;
  readonly witnesses: readonly Witness[];
  /** Its number. */
  readonly attempt: number;
  /** Whether orphans of the program come to us. */
  readonly adopting: boolean;
  readonly group: ControlGroup | null;
}

/**
 * Watches a child from its start until nothing of it is left that we are to end: the race, the end, the drain. An error
 * of ours on the way ends the child too, and is what the attempt stopped for.
 */
export async function watch(child: Child, request: RunRequest, world: WatchWorld): Promise<Watched> {
  const { system } = world;
  const ownSession = !sharesTerminal(request, system);
  const { adopting, group } = world;
  const tree: Tree = { pid: child.pid, executionId: request.executionId, ownSession, adopting, group };
  const captures = witnessedCaptures(child, { ...world, ownSession });
  const pumps = startPumps(child, request, captures, system);
  const passing = passSignalsOn(tree, world);
  let ending: Ending;
  try {
    ending = await endOf(child, request, { ...world, pumps, tree });
  } catch (error) {
    ending = await endAfterFault(child, error, { ...world, pumps, tree });
  }
  passing.end();
  captures.over();
  const named = namedLeftovers(ending.left, ending.holders);
  // A program that we ended may have had no time to leave the terminal as it found it.
  if (ending.signalsSent.length > 0) world.restoreTerminal?.();
  return {
    ...ending,
    tree,
    stdout: captures.stdout.evidence(),
    stderr: captures.stderr.evidence(),
    usage: child.usage(),
    outOfMemory: false,
    leftovers: named.leftovers,
    outputProblem: outputProblem(pumps),
    notes: [...outputNotes(pumps), ...ending.holders.map(holderNote), ...named.notes, ...unadopted(tree)],
  };
}

/** What cannot be promised of a tree. */
function unadopted({ adopting }: Tree): readonly string[] {
  return adopting ? [] : [notAdopting];
}

const notAdopting =
  "orphans of the program could not be adopted: one that left its session and cleared FAULTBOX_EXECUTION is out of reach";

interface Ending extends Pick<Watched, "stop" | "end" | "signalsSent"> {
  readonly holders: readonly ProcessName[];
  /** What outlived the program, and what was done about it. */
  readonly left: readonly Leftover[];
}

interface Watching extends WatchWorld {
  readonly pumps: ReadonlyMap<StreamName, Pump>;
  readonly tree: Tree;
}

async function endOf(child: Child, request: RunRequest, world: Watching): Promise<Ending> {
  const { system, interrupts, tree } = world;
  const pumps = [...world.pumps.values()];
  const stopped = await firstStop(child, request, world);
  const signalsSent =
    stopped.kind === "ended"
      ? []
      : await terminate(
          child,
          {
            signal: stopped.kind === "interrupted" ? stopped.signal : "SIGTERM",
            graceMs: request.limits.grace.ms,
            tree,
            interruptsSeen: interrupts.received.length,
          },
          { ...system, interrupts },
        );
  const end = await child.ended;
  const hurried = stopped.kind !== "ended";
  const killed = hurried ? await endTree(tree, request.leftovers, system) : [];
  const holders = await drain(pumps, { hurried, clock: system.clock, ...request.drain });
  const left = hurried ? killed : await afterNormalEnd(tree, request.leftovers, system);
  const together =
    stopped.kind === "ended" && !tree.ownSession && (await endedWithUs(end, request, { system, interrupts }));
  return { stop: together || stopped, end, signalsSent, holders, left };
}

/** No grace: whoever made an error once should not wait and see. What was read until then is kept. */
async function endAfterFault(child: Child, error: unknown, world: Watching): Promise<Ending> {
  const termination = {
    signal: "SIGKILL",
    graceMs: 0,
    tree: world.tree,
    interruptsSeen: world.interrupts.received.length,
  };
  await terminate(child, termination, { ...world.system, interrupts: world.interrupts });
  for (const pump of world.pumps.values()) pump.close();
  const left = await endTree(world.tree, "kill", world.system);
  const stop = { kind: "fault" as const, error };
  return { stop, end: await child.ended, signalsSent: ["SIGKILL"], holders: [], left };
}

/** Passes signals on while there is somebody to get them. Afterwards they are still caught: evidence is yet to be saved. */
function passSignalsOn(tree: Tree, { system, interrupts }: WatchWorld): { end(): void } {
  const target = tree.ownSession ? -tree.pid : tree.pid;
  const endMessages = interrupts.passMessages((signal) => {
    if (signal === "SIGCONT") continueProgram(tree, system.processes);
    else system.processes.kill(target, signal);
  });
  const endStops = stopWithProgram(tree, system);
  return {
    end() {
      endMessages();
      endStops();
    },
  };
}

/**
 * A Ctrl-C on a terminal reaches the program and us: the program that died of it, or that failed within the grace after it,
 * was cancelled. We may be told a little later.
 */
async function endedWithUs(
  end: ProcessEnd,
  { limits }: RunRequest,
  { system, interrupts }: { readonly system: System; readonly interrupts: Interrupts },
): Promise<Stop | null> {
  if (end.kind === "exited" && end.code === 0) return null;
  if (end.kind === "signaled" && !endingSignals.includes(end.signal)) return null;
  await system.clock.sleep(10);
  const since = system.clock.monotonic() - limits.grace.ms;
  const reason = interrupts.received.findLast(({ signal, at, fromTerminal }) =>
    end.kind === "signaled" ? signal === end.signal : fromTerminal && at >= since,
  );
  return reason === undefined ? null : { kind: "interrupted", signal: reason.signal };
}

function startPumps(
  child: Child,
  request: RunRequest,
  captures: Readonly<Record<StreamName, Capture>>,
  system: System,
): ReadonlyMap<StreamName, Pump> {
  const pumps = new Map<StreamName, Pump>();
  for (const name of ["stdout", "stderr"] as const) {
    const source = child[name];
    if (source) pumps.set(name, startPump(source, request.passTo[name], captures[name], system.clock));
  }
  return pumps;
}

/** The race of the reasons to stop. Each limit that is off adds nothing to it. */
async function firstStop(child: Child, request: RunRequest, world: Watching): Promise<Stop> {
  const { clock } = world.system;
  const { timeout, idleTimeout } = request.limits;
  const cancel = new AbortController();
  try {
    return await Promise.race([
      child.ended.then((): Stop => ({ kind: "ended" })),
      ...wallLimit(timeout.ms, clock, cancel.signal),
      ...idleLimit(idleTimeout.ms, [...world.pumps.values()], clock, cancel.signal),
      ...world.stops,
      interruption(world.interrupts),
    ]);
  } finally {
    cancel.abort();
  }
}

/** A key on the terminal that we share with the program has reached it already: it decides itself. */
async function interruption(interrupts: Interrupts): Promise<Stop> {
  const { signal } = await firstThatCounts(interrupts, 0, ({ fromTerminal }) => !fromTerminal);
  return { kind: "interrupted", signal };
}

function outputProblem(pumps: ReadonlyMap<StreamName, Pump>): string | null {
  const problem = pumps.get("stdout")?.problem() ?? null;
  return problem === "EPIPE" || problem === hungUp ? null : problem;
}

function outputNotes(pumps: ReadonlyMap<StreamName, Pump>): readonly string[] {
  const notes: string[] = [];
  for (const [name, pump] of pumps) {
    const problem = pump.problem();
    if (problem === "EPIPE") {
      notes.push(`the reader of our ${name} went away, so the program's ${name} was closed`);
    } else if (problem === hungUp) {
      notes.push(`the terminal behind our ${name} hung up; what the program wrote from then on is kept only`);
    } else if (problem !== null) {
      notes.push(
        `our ${name} could not take the program's output: ${problem}; the program's ${name} was closed`,
      );
    }
  }
  return notes;
}

function holderNote(holder: ProcessName): string {
  return `process ${holder.pid} (${holder.command}) still held the program's output open after its end`;
}
