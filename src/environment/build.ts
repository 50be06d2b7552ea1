import type { Variables } from "../system/system.ts";
import { adjust } from "./adjust.ts";
import { completeGroups } from "./complete-groups.ts";
import { decide } from "./decide.ts";
import type { Answer, Decision, Problem } from "./decision.ts";
import { limitAnswer } from "./limit.ts";
import { concernedNames } from "./lookup.ts";
import type { Policy, World } from "./policy.ts";
import { problemsOf, warningsOf } from "./problems.ts";

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
  const { trust } = policy;
  const answer = (name: string) => {
    const question = { name, value: inherited.get(name) ?? null, parent: inherited, policy, world };
    return trust
      ? limitAnswer(decide(question), decide({ ...question, policy: trust.policy }), trust)
      : decide(question);
  };
  const { concerned, others } = sortNames(inherited, policy);
  const answers = completeGroups(concerned.map(answer), inherited);
  const adjusted = answers.map((each) => adjust(each, world.files));
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
    problems: problemsOf(policy, final),
    warnings: warningsOf(policy, adjusted),
  };
}

/** Most of a parent's variables concern nobody. Deciding on each of 35 took a third of the time to start a program. */
function sortNames(parent: ReadonlyMap<string, string>, policy: Policy) {
  const concerned = new Set(["PATH"]);
  for (const each of policy.trust ? [policy, policy.trust.policy] : [policy]) {
    for (const { set, defaults } of each.layers) {
      for (const { name } of set) concerned.add(name);
      for (const { name } of defaults) concerned.add(name);
    }
    for (const name of concernedNames(each, parent.keys())) concerned.add(name);
  }
  const others: string[] = [];
  for (const name of parent.keys()) if (!concerned.has(name)) others.push(name);
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
