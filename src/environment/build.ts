import type { Variables } from "../system/system.ts";
import { adjust } from "./adjust.ts";
import { completeGroups } from "./complete-groups.ts";
import { decide } from "./decide.ts";
import type { Answer, Decision } from "./decision.ts";
import { assignmentOf, concernTest, pathPolicyOf, requiringRules } from "./lookup.ts";
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
  /** One for every name. Those that nothing concerns are decided when somebody asks: to start a program none is needed. */
  readonly decisions: readonly Decision[];
  /** The decisions on names that the policy, or a group, may concern: every variable that the child gets is among them. */
  readonly concerned: readonly Decision[];
  /** Not empty: the child must not be started. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** The only place that makes a child's environment. Throws a `UsageError` where a policy contradicts itself. */
export function buildEnvironment(parent: Variables, policy: Policy, world: World): ChildEnvironment {
  const inherited = new Map(Object.entries(parent));
  const answer = (name: string) =>
    decide({ name, value: inherited.get(name) ?? null, parent: inherited, policy, world });
  const { concerned, others } = sortNames(inherited, policy);
  const adjusted = completeGroups(concerned.map(answer), inherited).map(adjust);
  const final = adjusted.map((each) => each.answer);
  const decisions = final.map(({ decision }) => decision);
  return {
    profile: policy.profile,
    variables: variablesOf(final),
    get decisions() {
      return [...decisions, ...others.map((name) => answer(name).decision)].sort(byName);
    },
    concerned: decisions,
    problems: requiringRules(policy).flatMap((rule) => problemsOf(rule, final)),
    warnings: [...uselessFlags(policy), ...adjusted.flatMap(({ warnings }) => warnings)],
  };
}

/** Most of a parent's variables concern nobody. Deciding on each of 35 took a third of the time to start a program. */
function sortNames(parent: ReadonlyMap<string, string>, policy: Policy) {
  const own = policy.layers.flatMap((layer) => [...layer.set, ...layer.defaults].map(({ name }) => name));
  const mayConcern = concernTest(policy);
  const concerned = new Set([...own, "PATH"]);
  const others: string[] = [];
  for (const name of parent.keys()) {
    if (mayConcern(name)) concerned.add(name);
    else if (!concerned.has(name)) others.push(name);
  }
  return { concerned: [...concerned].sort(), others };
}

function byName(one: Decision, other: Decision): number {
  return one.name < other.name ? -1 : 1;
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
