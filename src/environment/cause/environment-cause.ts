import type { FoundCause } from "../../core/cause.ts";
import type { Said } from "../../core/said.ts";
import type { CauseContext } from "./context.ts";
import { namedCauses, type Verdict } from "./named-cause.ts";
import { pairedCauses } from "./paired-cause.ts";
import { programCauses } from "./program-cause.ts";

/** A verdict on the environment. `yields`: a line that names the fault and stands later is the better cause. */
export interface EnvironmentCause extends FoundCause {
  readonly yields: boolean;
}

/**
 * What the executor's own words say of variables and programs, held against what the policy did: dropped here, never
 * there, or lost below us. The words decide, not the exit code; so it is only asked of failures.
 */
export function environmentCause(said: Said, context: CauseContext): EnvironmentCause | null {
  const verdicts = (["stdout", "stderr"] as const).flatMap((stream) =>
    verdictsOn(said[stream], context).map((verdict) => ({ ...verdict, stream })),
  );
  return verdicts.reduce<EnvironmentCause | null>(
    (best, other) => (best !== null && weight(best) > weight(other) ? best : other),
    null,
  );
}

function verdictsOn(lines: readonly string[], context: CauseContext): readonly Verdict[] {
  const named = [...namedCauses(lines, context), ...programCauses(lines, context)];
  return [...pairedCauses(lines, context), ...named].sort((one, other) => one.at - other.at);
}

/** What we did ourselves before what others did, sure before unsure, stderr before stdout; of equals the later counts. */
function weight({ cause, stream, yields }: EnvironmentCause): number {
  return (yields ? 0 : 8) + (cause.confidence === "high" ? 4 : 0) + (stream === "stderr" ? 1 : 0);
}
