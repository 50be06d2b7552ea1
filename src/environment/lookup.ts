import { literalPrefix, literalPrefixLength, matchesGlob } from "./glob.ts";
import { groupMembers, groupPrefixes } from "./groups.ts";
import type { Assignment, Policy, Rule } from "./policy.ts";
import { indexOf, type PlacedRule } from "./policy-index.ts";

/** What a policy says of one name, looked up once for all the rules that ask. */
export interface Said {
  /** Whether some rule or value concerns the name. */
  readonly mentioned: boolean;
  /** The rule that denies it, wherever it stands: no layer can undo it. */
  readonly denying: Rule | null;
  /** What the strongest layer that names it exactly says of it; several rules only where they go together. */
  readonly exact: readonly Rule[];
  /** The value that a layer pins it to. */
  readonly assignment: Assignment | null;
  /** The value that it has when no rule passes it. */
  readonly otherwise: Assignment | null;
}

const unmentioned: Said = { mentioned: false, denying: null, exact: [], assignment: null, otherwise: null };

/** Looks a name up. Plain loops: this is asked for every name that concerns a policy, at every start. */
export function saidOf(policy: Policy, name: string): Said {
  const index = indexOf(policy);
  let denying = index.denyByName.get(name)?.[0]?.rule ?? null;
  let byGlob = false;
  for (const { rule } of index.denyByGlob) {
    if (!matchesGlob(rule.pattern, name)) continue;
    byGlob = true;
    denying ??= rule;
  }
  for (const { rule } of index.byGlob) byGlob ||= matchesGlob(rule.pattern, name);
  if (!byGlob && !index.named.has(name)) return unmentioned;
  return {
    mentioned: true,
    denying,
    exact: strongest(index.byName.get(name)),
    assignment: index.set.get(name) ?? null,
    otherwise: index.defaults.get(name) ?? null,
  };
}

function strongest(placed: readonly PlacedRule[] | undefined): readonly Rule[] {
  const rules: Rule[] = [];
  for (const { rule, layer } of placed ?? []) if (layer === placed?.[0]?.layer) rules.push(rule);
  return rules;
}

/** The rule that denies a name, wherever it stands. */
export function denyingRule(policy: Policy, name: string): Rule | null {
  return saidOf(policy, name).denying;
}

/** The globs a name matches, closest first, each with what the strongest layer says of it. */
export function globRules(policy: Policy, name: string): readonly Rule[] {
  const matching = indexOf(policy).byGlob.filter(({ rule }) => matchesGlob(rule.pattern, name));
  const inForce = matching.filter(
    ({ rule, layer }) => matching.find((other) => other.rule.pattern === rule.pattern)?.layer === layer,
  );
  return inForce.map(({ rule }) => rule).sort((one, other) => closeness(other) - closeness(one));
}

/**
 * Those of many names that a policy mentions or a group holds, and a few others. Plain loops in one place: a function called
 * for each variable of a parent, some 40, is one that the runtime stops to compile.
 */
export function concernedNames(policy: Policy, names: Iterable<string>): ReadonlySet<string> {
  const { named, byGlob, denyByGlob } = indexOf(policy);
  const prefixes = [...groupPrefixes];
  for (const { rule } of [...byGlob, ...denyByGlob]) prefixes.push(literalPrefix(rule.pattern));
  const concerned = new Set<string>();
  for (const name of names) {
    let concerns = named.has(name) || groupMembers.has(name);
    for (let at = 0; !concerns && at < prefixes.length; at++) concerns = name.startsWith(prefixes[at] ?? "");
    if (concerns) concerned.add(name);
  }
  return concerned;
}

/** Whether a policy calls a name's value a secret. A weaker layer's word counts too, as long as it names the name. */
export function isMarked(policy: Policy, name: string): boolean {
  const { mentioned, denying } = saidOf(policy, name);
  if (!mentioned) return false;
  if (denying !== null) return true;
  const exact = indexOf(policy)
    .byName.get(name)
    ?.map(({ rule }) => rule);
  return (exact ?? globRules(policy, name)).some((rule) => rule.action === "secret");
}

/** The names that must be there. */
export function requiringRules(policy: Policy): readonly Rule[] {
  const { required } = indexOf(policy);
  if (required.length === 0) return [];
  const inForce = required.filter((rule) => saidOf(policy, literalPrefix(rule.pattern)).exact.includes(rule));
  return inForce.filter(
    (rule, index) => inForce.findIndex(({ pattern }) => pattern === rule.pattern) === index,
  );
}

/** For one pattern given twice, to mask outweighs to pass. */
function closeness({ pattern, action }: Rule): number {
  return literalPrefixLength(pattern) + (action === "secret" ? 0.5 : 0);
}
