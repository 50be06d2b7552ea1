import type { ChildEnvironment } from "./build.ts";
import type { Decision } from "./decision.ts";

/** A decision in one line, for a person. */
export function explainDecision({ name, outcome, rule, reason, allow }: Decision): string {
  const wayOut = allow === null ? "" : `; add ${allow}`;
  return `${name}  ${outcome}: ${rule} (${reason})${wayOut}`;
}

/** What became of a name, in one line, also when the parent does not have it. */
export function explainName(name: string, environment: ChildEnvironment): string {
  const decision = environment.decisions.find((candidate) => candidate.name === name);
  if (decision !== undefined) return explainDecision(decision);
  return `${name}  not set in the parent, and profile "${environment.profile}" does not set it`;
}
