import type { Automaton } from "./automaton.ts";
import type { Run, RunName } from "./runs.ts";
import type { Shape } from "./shapes.ts";

/** All that a scanner looks for. */
export interface Knowledge {
  readonly automaton: Automaton;
  /** The names of the secrets, by the index that the automaton gives. */
  readonly names: readonly string[];
  readonly shapes: readonly Shape[];
  readonly runs: Readonly<Record<RunName, Run>>;
  /** Every name that a placeholder of ours can hold. */
  readonly placeholders: readonly Uint8Array[];
}
