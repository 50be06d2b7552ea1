import type { Outcome } from "../../core/outcome.ts";
import { readableText } from "../../core/raw-text.ts";
import type { Witness } from "../../core/witness.ts";
import { captureBounds } from "../../diagnostics/kept-text.ts";
import { openMirror } from "../../diagnostics/mirror.ts";
import { createSpool } from "../../diagnostics/spool.ts";
import type { RunningDetails, RunningExecution } from "../../diagnostics/spool-schema.ts";
import { resourceLimits } from "../../runner/outcome.ts";
import type { RunRequest } from "../../runner/request.ts";
import { createWatchdog } from "../../runner/watchdog.ts";
import { resolve } from "../../system/path.ts";
import type { System } from "../../system/system.ts";
import type { PreparedEnvironment } from "../prepare-environment.ts";
import { environmentOutcome } from "./run.environment.ts";
import { lateSecrets } from "./run.late-secrets.ts";
import type { Plan } from "./run.plan.ts";

/** Those who see an execution beside us, and outlive us if they have to. */
export interface Witnesses {
  readonly all: readonly Witness[];
  /** Resolves when none of their processes is left. */
  gone(): Promise<void>;
  /** The evidence is kept, or nobody wants it. An outcome that could not be kept is left to the next faultbox. */
  leave(unkept: Outcome | null): void;
}

interface World {
  /** Its redactor is made when it is asked for: a quiet success never asks. */
  readonly prepared: PreparedEnvironment;
  readonly system: System;
}

/** An execution that is about to start. */
export interface KnownExecution {
  readonly plan: Plan;
  readonly prepared: PreparedEnvironment;
  /** What there is to say of it, redacted. */
  readonly describe: () => RunningExecution;
}

/** Who is to be called beside spool and watchdog. */
interface Asked {
  readonly mirror: string | undefined;
  readonly witnesses?: (known: KnownExecution) => readonly Witness[];
}

/** Calls the witnesses of an execution that is about to start. Throws when one that was asked for cannot be one. */
export function callWitnesses(request: RunRequest, plan: Plan, asked: Asked, world: World): Witnesses {
  const { executionId } = request;
  const { prepared, system } = world;
  const mirrors = asked.mirror === undefined ? [] : [openMirrorAt(asked.mirror, executionId, world)];
  const known = whatIsKnown(request, plan, world);
  const others = asked.witnesses?.({ plan, prepared, describe: known.describe }) ?? [];
  const spool = createSpool({
    ...known,
    directory: plan.failures,
    executionId,
    redactor: () => prepared.redactor,
    bounds: captureBounds(() => prepared.redactor.longest),
    system,
  });
  const late =
    plan.maskChannel === null
      ? []
      : [lateSecrets(plan.maskChannel, { redactor: prepared.redactor, rescan: spool.rescan, system })];
  const { leftovers } = request;
  const watchdog = createWatchdog(
    { id: executionId, command: afterLoss(request, plan, system), leftovers },
    system,
  );
  return {
    all: [...late, spool, ...mirrors, ...others, watchdog],
    gone: watchdog.gone,
    leave: (unkept) => (unkept === null ? spool.remove() : spool.leave(unkept)),
  };
}

function openMirrorAt(word: string, executionId: string, { prepared, system }: World): Witness {
  const path = resolve(system.host.workingDirectory(), word);
  return openMirror(path, word, { executionId, redactor: prepared.redactor, system });
}

/** What can be said of the execution if nobody lives to say more. */
function whatIsKnown(request: RunRequest, plan: Plan, { prepared, system }: World) {
  const startedAt = system.clock.now();
  const text = (original: string) => prepared.redactor.text(original);
  return {
    describe: (): RunningExecution => ({
      executionId: request.executionId,
      role: plan.role,
      task: plan.task,
      shortId: plan.shortId,
      argv: request.argv.map((word) => text(readableText(word))),
      cwd: text(request.cwd),
      startedAt,
      limits: { ...request.limits, ...resourceLimits(request.resources) },
    }),
    details: (): RunningDetails => ({
      environment: environmentOutcome(prepared),
      notes: [...prepared.environment.warnings, ...system.runtime.lacks].map(text),
    }),
  };
}

/** The words of the command that takes over when we are killed. */
function afterLoss(
  { executionId, leftovers }: RunRequest,
  plan: Plan,
  { runtime }: System,
): readonly string[] | null {
  const { command } = runtime;
  if (command === null) return null;
  const flags = [`--execution=${executionId}`, `--failures-dir=${plan.failures}`];
  return [...command, "after-loss", ...flags, ...(leftovers === "allow" ? ["--sessions-only"] : [])];
}
