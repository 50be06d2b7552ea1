import type { CheckName, Policy, World } from "./policy.ts";

/** What became of one name, and why. Holds no value, so it can be shown. */
export interface Decision {
  readonly name: string;
  readonly outcome: "passed" | "set" | "dropped";
  /** A short word for the rule that decided; `decide.ts` lists them, `group`, `check` and `size` come after. */
  readonly rule: string;
  /** Where that rule stands. */
  readonly origin: string;
  readonly reason: string;
  /** Whether its value is masked: by a policy's word, or because of its name. */
  readonly secret: boolean;
  /** Whether a policy's word, `secret` or `deny`, makes it one. */
  readonly marked: boolean;
  /** The flag that would pass it; null where none would, or none is needed. */
  readonly allow: string | null;
}

/** What a decision is made from. `value` is the parent's, null where it has none. */
export interface Question {
  readonly name: string;
  readonly value: string | null;
  readonly parent: ReadonlyMap<string, string>;
  readonly policy: Policy;
  readonly world: World;
}

/** What one rule says. */
export interface Verdict
  extends Pick<Decision, "outcome" | "rule" | "origin" | "reason" | "allow">,
    Pick<Answer, "value" | "check" | "problems" | "warnings"> {}

/** What becomes of PATH, before it is known by which rule. */
export type PathVerdict = Pick<Verdict, "outcome" | "reason" | "value" | "problems" | "warnings">;

/** A name that must be there and is not, in words. */
export interface Problem {
  readonly name: string;
  readonly message: string;
}

/** A decision, and the value the child gets: null when it is dropped. */
export interface Answer {
  readonly decision: Decision;
  readonly value: string | null;
  /** What the rule that passes it holds its value against. */
  readonly check?: CheckName | undefined;
  /** Not empty: the child must not be started. */
  readonly problems?: readonly Problem[] | undefined;
  readonly warnings?: readonly string[] | undefined;
}

/** The same name, dropped after all. */
export function dropAfterAll({ decision }: Answer, rule: string, reason: string): Answer {
  return { value: null, decision: { ...decision, outcome: "dropped", rule, reason, allow: null } };
}
