import { looksSecret } from "../core/secret-name.ts";
import type { ChildEnvironment } from "./build.ts";
import type { Decision } from "./decision.ts";

/** A decision in one line, for a person. */
export function explainDecision(decision: Decision, profile: string): string {
  const { name, outcome, rule, reason, allow } = decision;
  const line = lineToAdd(decision, profile);
  const wayOut = allow === null ? "" : `; add ${[allow, line].filter((each) => each !== null).join(", or ")}`;
  return `${name}  ${outcome}: ${rule} (${reason})${wayOut}`;
}

/** What became of a name, in one line, also when the parent does not have it. */
export function explainName(name: string, environment: ChildEnvironment): string {
  const decision = environment.decisions.find((candidate) => candidate.name === name);
  if (decision !== undefined) return explainDecision(decision, environment.profile);
  return `${name}  not set in the parent, and profile "${environment.profile}" does not set it`;
}

/**
 * The line of a policy file that would pass a dropped name; null where none would, or none is needed. A rule that drops
 * it may stand in a stronger file: there only a flag helps for certain.
 */
export function lineToAdd(
  { name, rule, allow }: Pick<Decision, "name" | "rule" | "allow">,
  profile: string,
): string | null {
  if (allow === null || rule === "drop" || rule === "glob") return null;
  if (rule === "untrusted")
    return `repo_may_pass = [${JSON.stringify(name)}] under [env] of a file of your own`;
  return `${ruleLine(name)} under [env.profiles.${profile}.vars]`;
}

/** A name as a line of a policy file, and whether it is to be masked. */
export function ruleLine(name: string): string {
  return `${JSON.stringify(name)} = "${looksSecret(name) ? "secret" : "pass"}"`;
}
