import type { AttemptWitness, StreamName, Witness } from "../core/witness.ts";
import type { Child, System } from "../system/system.ts";
import { type Capture, type CaptureBounds, createCapture } from "./capture.ts";
import type { ControlGroup } from "./cgroup.ts";

/** The captures of an attempt, each of which tells the witnesses what it is given. */
export interface WitnessedCaptures extends Readonly<Record<StreamName, Capture>> {
  /** Nothing of the attempt is left that could say more, or that is ours to end. */
  over(): void;
}

/** Tells every witness that the program runs, and from now on what it says. */
export function witnessedCaptures(
  child: Child,
  world: {
    readonly system: Pick<System, "clock">;
    readonly bounds: CaptureBounds;
    readonly witnesses: readonly Witness[];
    readonly attempt: number;
    readonly ownSession: boolean;
    readonly group: Pick<ControlGroup, "directories"> | null;
  },
): WitnessedCaptures {
  const { pid } = child;
  const { ownSession, attempt: number } = world;
  const startedAt = world.system.clock.now();
  const controlGroups = world.group?.directories ?? [];
  const witnesses = world.witnesses.map((witness) =>
    witness.attempt({ number, startedAt, pid, ownSession, controlGroups }),
  );
  return {
    stdout: witnessed("stdout", createCapture(world.bounds), witnesses),
    stderr: witnessed("stderr", createCapture(world.bounds), witnesses),
    over() {
      for (const witness of witnesses) witness.over?.();
    },
  };
}

function witnessed(name: StreamName, capture: Capture, witnesses: readonly AttemptWitness[]): Capture {
  const listening = witnesses.filter(({ said }) => said !== undefined);
  return {
    get seen() {
      return capture.seen;
    },
    from: capture.from,
    evidence: capture.evidence,
    push(chunk) {
      capture.push(chunk);
      for (const witness of listening) witness.said?.(name, chunk, capture);
    },
  };
}
