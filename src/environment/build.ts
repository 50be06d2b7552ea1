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
  return {
    profile: policy.profile,
    variables: variablesOf(final),
    get decisions() {
      return [...this.concerned, ...others.map((name) => answer(name).decision)].sort(byName);
    },
    get concerned() {
      return final.map(({ decision }) => decision);
    },
    problems: requiringRules(policy)
      .map((rule) => problemOf(rule, final))
      .filter((problem) => problem !== null),
    warnings: uselessFlags(policy).concat(...adjusted.map(({ warnings }) => warnings)),
  };
}

/** Most of a parent's variables concern nobody. Deciding on each of 35 took a third of the time to start a program. */
function sortNames(parent: ReadonlyMap<string, string>, policy: Policy) {
  const mayConcern = concernTest(policy);
  const concerned = new Set(["PATH"]);
  for (const { set, defaults } of policy.layers) {
    for (const { name } of set) concerned.add(name);
    for (const { name } of defaults) concerned.add(name);
  }
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
  const present: [string, string][] = [];
  for (const { decision, value } of answers) if (value !== null) present.push([decision.name, value]);
  return Object.fromEntries(present);
}

function problemOf({ pattern: name, origin }: Rule, answers: readonly Answer[]): Problem | null {
  const answer = answers.find(({ decision }) => decision.name === name);
  const fault = faultOf(answer);
  return fault === null
    ? null
    : { name, message: `Cannot give "${name}", which ${origin} asks for: ${fault}` };
}

function faultOf(answer: Answer | undefined): string | null {
  if (answer === undefined) return "not set in the parent";
  if (answer.value === null) return answer.decision.reason;
  return answer.value === "" ? "present but empty" : null;
}

/** Flags that a profile's pinned value overrules: a `set` always survives. */
function uselessFlags(policy: Policy): string[] {
  const asked = policy.layers[0]?.rules ?? [];
  if (asked.length === 0) return [];
  return asked.flatMap(({ pattern, action, origin }) => {
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
