import type { AttemptEvidence } from "../core/evidence.ts";
import type { Witness } from "../core/witness.ts";
import type { System } from "../system/system.ts";
import { type CaptureBounds, nothingCaptured } from "./capture.ts";
import { enclose } from "./enclosure.ts";
import { memoryFigures, watchMemory } from "./out-of-memory.ts";
import type { RunRequest } from "./request.ts";
import { noResult, type ResultFile, readResultFile, resultBaseline } from "./result-file.ts";
import { type StartFailure, startProgram } from "./start.ts";
import { executionVariable } from "./tree.ts";
import { type Outside, type Watched, watch } from "./watch.ts";

/** One start of the program: how it stopped and what it left behind. */
export interface Attempt extends Omit<Watched, "stdout" | "stderr"> {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly durationMs: number;
  readonly evidence: AttemptEvidence;
  readonly result: ResultFile;
}

interface AttemptWorld extends Outside {
  readonly system: System;
  readonly bounds: CaptureBounds;
  readonly witnesses: readonly Witness[];
}

/** Runs the program once, under the limits, and returns when nothing of it is left that we are to end. */
export async function runAttempt(number: number, request: RunRequest, world: AttemptWorld): Promise<Attempt> {
  const { system } = world;
  const baseline = request.result && resultBaseline(request.result.path, system.files);
  const startedAt = system.clock.now();
  const begin = system.clock.monotonic();
  const run = await runEnclosed(number, request, world);
  const result = request.result
    ? readResultFile(request.result.path, baseline, system.files)
    : noResult("absent", "no result file was asked for");
  const { stdout, stderr, ...rest } = run;
  return {
    ...rest,
    number,
    startedAt,
    endedAt: system.clock.now(),
    durationMs: Math.round(system.clock.monotonic() - begin),
    result,
    evidence: { stdout, stderr, result },
  };
}

/** Starts the program, inside what limits it if anything does, and watches it to its end. */
async function runEnclosed(number: number, request: RunRequest, world: AttemptWorld): Promise<Watched> {
  const { system } = world;
  const enclosure = await enclose(request.resources, `faultbox-${request.executionId}-${number}`, system);
  if (enclosure.kind === "start-failure") return notRun(enclosure);
  const { group, launch } = enclosure;
  const adopting = system.processes.adoptOrphans();
  const environment = attemptEnvironment(number, request);
  for (const witness of world.witnesses) witness.prepare?.();
  const started = enclosure.around(() => startProgram({ ...request, environment }, { system, launch }));
  const memory = group === null ? watchMemory(system) : null;
  const run =
    started.kind === "child"
      ? await watch(started, request, { ...world, attempt: number, adopting, group })
      : notRun(started);
  memory?.end();
  const noted = { ...run, notes: [...run.notes, ...enclosure.notes()] };
  const judged = { ...noted, ...memoryFigures(noted, { group, memory }) };
  group?.remove();
  return judged;
}

/** An attempt that was refused before anything was started, for example because a required variable is missing. */
export function refusedAttempt(failure: StartFailure, now: number): Attempt {
  const result = noResult("absent", "nothing was started");
  const { stdout, stderr, ...run } = notRun(failure);
  return {
    ...run,
    number: 1,
    startedAt: now,
    endedAt: now,
    durationMs: 0,
    result,
    evidence: { stdout, stderr, result },
  };
}

/** The two variables by which the processes of an execution are found again. */
function attemptEnvironment(number: number, request: RunRequest): RunRequest["environment"] {
  return {
    ...request.environment,
    [executionVariable]: request.executionId,
    FAULTBOX_ATTEMPT: String(number),
  };
}

function notRun(failure: StartFailure): Watched {
  return {
    stop: { kind: "not-started", failure },
    tree: null,
    end: null,
    signalsSent: [],
    stdout: nothingCaptured,
    stderr: nothingCaptured,
    usage: { maxMemoryBytes: null, userMs: null, systemMs: null },
    outOfMemory: false,
    leftovers: [],
    outputProblem: null,
    notes: [],
  };
}
