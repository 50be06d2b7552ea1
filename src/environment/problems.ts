import type { Adjusted } from "./adjust.ts";
import type { Answer, Problem } from "./decision.ts";
import { literalPrefix } from "./glob.ts";
import { requiringRules, saidOf } from "./lookup.ts";
import { pathPolicyOf } from "./path-policy.ts";
import type { Policy, Rule } from "./policy.ts";

/** What must be there and is not: names that are required, and tools. */
export function problemsOf(policy: Policy, answers: readonly Answer[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const rule of requiringRules(policy)) {
    const problem = problemOf(rule, answers, policy.trust?.shown ?? null);
    if (problem !== null) problems.push(problem);
  }
  for (const answer of answers) if (answer.problems) problems.push(...answer.problems);
  return problems;
}

/** What was asked for and does not count, and what was given only in part. */
export function warningsOf(policy: Policy, adjusted: readonly Adjusted[]): readonly string[] {
  const warnings = [...(policy.warnings ?? []), ...uselessFlags(policy), ...unsafeNames(policy)];
  for (const { answer, warnings: own } of adjusted) {
    if (answer.warnings) warnings.push(...answer.warnings);
    if (own.length > 0) warnings.push(...own);
  }
  return warnings;
}

function unsafeNames({ unsafe = new Set() }: Policy): readonly string[] {
  if (unsafe.size === 0) return [];
  return [...unsafe].map((name) => `--unsafe-allow ${name}: it can make any program run other code`);
}

/** What a repository's file requires although it is denied has been warned about, and does not count. */
function problemOf(
  { pattern, origin, hint }: Rule,
  answers: readonly Answer[],
  repository: string | null,
): Problem | null {
  const name = literalPrefix(pattern);
  const answer = answers.find(({ decision }) => decision.name === name);
  const fault = faultOf(answer);
  const refused = ["deny", "never"].includes(answer?.decision.rule ?? "");
  if (fault === null || (refused && origin.startsWith(`${repository}:`))) return null;
  const wayOut = hint === undefined ? "" : `; ${hint}`;
  return { name, message: `Cannot give "${name}", which ${origin} asks for: ${fault}${wayOut}` };
}

function faultOf(answer: Answer | undefined): string | null {
  if (answer === undefined) return "not set in the parent";
  if (answer.value === null) return answer.decision.reason;
  return answer.value === "" ? "present but empty" : null;
}

/** Flags that a profile's pinned value overrules: a `set` always survives. */
function uselessFlags(policy: Policy): readonly string[] {
  const asked = policy.layers[0]?.rules ?? [];
  if (asked.length === 0) return [];
  return asked.flatMap(({ pattern, action, origin }) => {
    const pinning = pinnedBy(policy, pattern);
    if (pinning === null || pinning === "--set" || action === "require") return [];
    return [`${origin} ${pattern} changes nothing: ${pinning} sets it; give --set ${pattern}=VALUE instead`];
  });
}

function pinnedBy(policy: Policy, name: string): string | null {
  const { assignment } = saidOf(policy, name);
  if (assignment !== null) return assignment.origin;
  if (name !== "PATH") return null;
  const { base, origin } = pathPolicyOf(policy);
  return base === "inherit" ? null : origin;
}
