/**
 * The cause of a failure, as far as the executor's own words tell it.
 *
 *     {"kind":"env_dropped","rule":"name-not-set","confidence":"high","line":"CL_ANCHOR is not set",
 *      "text":"CL_ANCHOR is set here, but was not passed: no rule in profile \"minimal\" names it; add --pass CL_ANCHOR",
 *      "name":"CL_ANCHOR","directory":null,"decision":{…},"fix":"--pass CL_ANCHOR"}
 *
 * Two failures for the same missing name have the same `text` and, but for the words around it, the same `line`:
 * neither holds a time, a process id or a path that faultbox made.
 */
import * as v from "valibot";
import type { Said } from "./said.ts";

export const causeSchema = v.object({
  /**
   * `output`: a line of the output names the fault. The others are verdicts: we dropped a variable, nobody had it, it is
   * empty, a layer below us lost it; a program that the parent's PATH had is not on the child's, or nowhere.
   */
  kind: v.picklist([
    "output",
    "env_dropped",
    "env_absent",
    "env_empty",
    "env_lost",
    "path_dropped",
    "tool_missing",
  ]),
  /** The rule that found it, for example `python-exception`. */
  rule: v.string(),
  confidence: v.picklist(["high", "medium", "low"]),
  /** The executor's own words: a line of its output, or the part of one that matters. */
  line: v.string(),
  /** What a person is told. */
  text: v.string(),
  /** The variable, or the program that is missing; null for `output`. */
  name: v.nullable(v.string()),
  /** Where that program is. */
  directory: v.nullable(v.string()),
  /** What the policy says of the variable. */
  decision: v.nullable(
    v.object({ outcome: v.string(), rule: v.string(), origin: v.string(), reason: v.string() }),
  ),
  /** What to add so that the program has it; null where nothing would help or nothing is known. */
  fix: v.nullable(v.string()),
});

export type Cause = Readonly<v.InferOutput<typeof causeSchema>>;

/** A cause and where its words stand. */
export interface FoundCause {
  readonly cause: Cause;
  readonly stream: keyof Said;
  /** The index of the line. */
  readonly at: number;
}
