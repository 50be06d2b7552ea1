import type { AttemptEvidence } from "../core/evidence.ts";
import type { Leftover } from "../core/outcome.ts";
import type { Child, ProcessEnd, ProcessName, System, Usage } from "../system/system.ts";
import { type Capture, type CaptureBounds, createCapture } from "./capture.ts";
import { endingSignals, type Interrupts, messageSignals } from "./interrupts.ts";
import { drain, type Pump, startPump } from "./pump.ts";
import type { RunRequest } from "./request.ts";
import { type StartFailure, sharesTerminal } from "./start.ts";
import { terminate } from "./terminate.ts";

/** The first reason an attempt stopped for. */
export type Stop =
  | { readonly kind: "ended" }
  | { readonly kind: "timed-out"; readonly afterMs: number }
  | { readonly kind: "interrupted"; readonly signal: string }
  | { readonly kind: "not-started"; readonly failure: StartFailure };

/** What was seen of a child, from its start to its end. */
export interface Watched extends Pick<AttemptEvidence, "stdout" | "stderr"> {
  readonly stop: Stop;
  /** The process group of its own that the program led; null when it had none. */
  readonly group: number | null;
  /** How the process itself ended; null when there was none. */
  readonly end: ProcessEnd | null;
  readonly signalsSent: readonly string[];
  readonly usage: Usage;
  readonly leftovers: readonly Leftover[];
  /** Why our own stdout took no more, where the caller did not just go away; null when it took everything. */
  readonly outputProblem: string | null;
  readonly notes: readonly string[];
}

/** Watches a child from its start until nothing of it is left that we are to end: the race, the end, the drain. */
export async function watch(
  child: Child,
  request: RunRequest,
  world: { readonly system: System; readonly interrupts: Interrupts; readonly bounds: CaptureBounds },
): Promise<Watched> {
  const { system, interrupts } = world;
  const ownSession = !sharesTerminal(request, system);
  const captures = { stdout: createCapture(world.bounds), stderr: createCapture(world.bounds) };
  const pumps = startPumps(child, request, captures, system);
  const messages = passMessagesOn(ownSession ? -child.pid : child.pid, system);
  const stopped = await firstStop(child, request, { system, interrupts, ownSession });
  const signalsSent =
    stopped.kind === "ended"
      ? []
      : await terminate(
          child,
          {
            signal: stopped.kind === "interrupted" ? stopped.signal : "SIGTERM",
            graceMs: request.limits.grace.ms,
            ownSession,
            interruptsSeen: interrupts.received.length,
          },
          { ...system, interrupts },
        );
  const end = await child.ended;
  messages.end();
  const holders = await drain([...pumps.values()], {
    hurried: stopped.kind !== "ended",
    clock: system.clock,
  });
  const together =
    stopped.kind === "ended" && !ownSession && (await endedWithUs(end, { system, interrupts }));
  const stop = together || stopped;
  return {
    stop,
    group: ownSession ? child.pid : null,
    end,
    signalsSent,
    stdout: captures.stdout.evidence(),
    stderr: captures.stderr.evidence(),
    usage: child.usage(),
    leftovers: holders.map((holder) => ({ ...holder, action: "left alone" })),
    outputProblem: outputProblem(pumps),
    notes: [...outputNotes(pumps), ...holders.map(holderNote)],
  };
}

/** Passes signals on while there is somebody to get them. Afterwards they are still caught: evidence is yet to be saved. */
function passMessagesOn(target: number, { signals, processes }: System): { end(): void } {
  let alive = true;
  signals.on(messageSignals, (signal) => {
    if (alive) processes.kill(target, signal);
  });
  return {
    end() {
      alive = false;
    },
  };
}

/** A Ctrl-C on a terminal reaches the program and us: the program that died of it was cancelled. Ours may be told a little later. */
async function endedWithUs(
  end: ProcessEnd,
  { system, interrupts }: { readonly system: System; readonly interrupts: Interrupts },
): Promise<Stop | null> {
  if (end.kind !== "signaled" || !endingSignals.includes(end.signal)) return null;
  await system.clock.sleep(10);
  return interrupts.received.includes(end.signal) ? { kind: "interrupted", signal: end.signal } : null;
}

type StreamName = "stdout" | "stderr";

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
async function firstStop(
  child: Child,
  request: RunRequest,
  world: { readonly system: System; readonly interrupts: Interrupts; readonly ownSession: boolean },
): Promise<Stop> {
  const cancel = new AbortController();
  try {
    return await Promise.race([
      child.ended.then((): Stop => ({ kind: "ended" })),
      ...wallLimit(request, world.system, cancel.signal),
      interruption(world.interrupts, 0, world.ownSession),
    ]);
  } finally {
    cancel.abort();
  }
}

function wallLimit(request: RunRequest, system: System, cancel: AbortSignal): readonly Promise<Stop>[] {
  const { ms } = request.limits.timeout;
  if (ms === 0) return [];
  return [system.clock.sleep(ms, cancel).then(() => ({ kind: "timed-out", afterMs: ms }))];
}

/** On a terminal that we share with the child, Ctrl-C and Ctrl-\ have reached it already: it decides itself. */
async function interruption(interrupts: Interrupts, index: number, ownSession: boolean): Promise<Stop> {
  const signal = await interrupts.at(index);
  if (!ownSession && (signal === "SIGINT" || signal === "SIGQUIT")) {
    return interruption(interrupts, index + 1, ownSession);
  }
  return { kind: "interrupted", signal };
}

function outputProblem(pumps: ReadonlyMap<StreamName, Pump>): string | null {
  const problem = pumps.get("stdout")?.problem() ?? null;
  return problem === "EPIPE" ? null : problem;
}

function outputNotes(pumps: ReadonlyMap<StreamName, Pump>): readonly string[] {
  const notes: string[] = [];
  for (const [name, pump] of pumps) {
    const problem = pump.problem();
    if (problem === "EPIPE") {
      notes.push(`the reader of our ${name} went away, so the program's ${name} was closed`);
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
