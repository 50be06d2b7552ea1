import type { Variables } from "../system/system.ts";
import { adjust } from "./adjust.ts";
import { completeGroups } from "./complete-groups.ts";
import { decide } from "./decide.ts";
import type { Answer, Decision } from "./decision.ts";
import { assignmentOf, pathPolicyOf, requiringRules } from "./lookup.ts";
import type { Policy, Rule, World } from "./policy.ts";

/** A name that must be there and is not, in words. */
interface Problem {
  readonly name: string;
  readonly message: string;
}

/** What the child gets, and one explained decision per name. Both are sorted by name, so that equal input gives equal bytes. */
export interface ChildEnvironment {
  readonly profile: string;
  readonly variables: Variables;
  readonly decisions: readonly Decision[];
  /** Not empty: the child must not be started. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** The only place that makes a child's environment. Throws a `UsageError` where a policy contradicts itself. */
export function buildEnvironment(parent: Variables, policy: Policy, world: World): ChildEnvironment {
  const inherited = new Map(Object.entries(parent));
  const answers = namesOf(inherited, policy).map((name) =>
    decide({ name, value: inherited.get(name) ?? null, parent: inherited, policy, world }),
  );
  const adjusted = completeGroups(answers, inherited).map(adjust);
  const final = adjusted.map(({ answer }) => answer);
  return {
    profile: policy.profile,
    variables: variablesOf(final),
    decisions: final.map(({ decision }) => decision),
    problems: requiringRules(policy).flatMap((rule) => problemsOf(rule, final)),
    warnings: [...uselessFlags(policy), ...adjusted.flatMap(({ warnings }) => warnings)],
  };
}

function namesOf(parent: ReadonlyMap<string, string>, policy: Policy): readonly string[] {
  const own = policy.layers.flatMap((layer) => [...layer.set, ...layer.defaults].map(({ name }) => name));
  return [...new Set([...parent.keys(), ...own, "PATH"])].sort();
}

function variablesOf(answers: readonly Answer[]): Variables {
  return Object.fromEntries(
    answers.flatMap(({ decision, value }) => (value === null ? [] : [[decision.name, value]])),
  );
}

function problemsOf({ pattern: name, origin }: Rule, answers: readonly Answer[]): readonly Problem[] {
  const answer = answers.find(({ decision }) => decision.name === name);
  const fault = faultOf(answer);
  return fault === null
    ? []
    : [{ name, message: `Cannot give "${name}", which ${origin} asks for: ${fault}` }];
}

function faultOf(answer: Answer | undefined): string | null {
  if (answer === undefined) return "not set in the parent";
  if (answer.value === null) return answer.decision.reason;
  return answer.value === "" ? "present but empty" : null;
}

/** Flags that a profile's pinned value overrules: a `set` always survives. */
function uselessFlags(policy: Policy): readonly string[] {
  const [asked] = policy.layers;
  return (asked?.rules ?? []).flatMap(({ pattern, action, origin }) => {
    const pinning = pinnedBy(policy, pattern);
    if (pinning === null || pinning === "--set" || action === "require") return [];
    return [`${origin} ${pattern} changes nothing: ${pinning} sets it; give --set ${pattern}=VALUE instead`];
  });
}

function pinnedBy(policy: Policy, name: string): string | null {
  const assignment = assignmentOf(policy, name);
  if (assignment !== null) return assignment.origin;
  const { path, origin } = pathPolicyOf(policy);
  return name === "PATH" && path.kind === "built" ? origin : null;
}
