import { literalPrefix, literalPrefixLength, matchesGlob } from "./glob.ts";
import { groupMembers, groupPrefixes } from "./groups.ts";
import type { Assignment, Policy, Rule } from "./policy.ts";
import { indexOf } from "./policy-index.ts";

/** The rule that denies a name, wherever it stands: no layer can undo it. */
export function denyingRule(policy: Policy, name: string): Rule | null {
  const { denyByName, denyByGlob } = indexOf(policy);
  const placed = denyByName.get(name)?.[0] ?? denyByGlob.find(({ rule }) => matchesGlob(rule.pattern, name));
  return placed?.rule ?? null;
}

/** What the strongest layer that names a name exactly says of it; several rules only where they go together. */
export function exactRules(policy: Policy, name: string): readonly Rule[] {
  const placed = indexOf(policy).byName.get(name) ?? [];
  return placed.filter(({ layer }) => layer === placed[0]?.layer).map(({ rule }) => rule);
}

/** The globs a name matches, closest first, each with what the strongest layer says of it. */
export function globRules(policy: Policy, name: string): readonly Rule[] {
  const matching = indexOf(policy).byGlob.filter(({ rule }) => matchesGlob(rule.pattern, name));
  const strongest = matching.filter(
    ({ rule, layer }) => matching.find((other) => other.rule.pattern === rule.pattern)?.layer === layer,
  );
  return strongest.map(({ rule }) => rule).sort((one, other) => closeness(other) - closeness(one));
}

/** Whether some rule or value of a policy concerns a name. */
export function mentions(policy: Policy, name: string): boolean {
  const { named, byGlob, denyByGlob } = indexOf(policy);
  const matching = ({ rule }: { readonly rule: Rule }) => matchesGlob(rule.pattern, name);
  return named.has(name) || byGlob.some(matching) || denyByGlob.some(matching);
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

/** The value that a layer pins a name to. */
export function assignmentOf(policy: Policy, name: string): Assignment | null {
  return indexOf(policy).set.get(name) ?? null;
}

/** The value that a name has when no rule passes it. */
export function defaultOf(policy: Policy, name: string): Assignment | null {
  return indexOf(policy).defaults.get(name) ?? null;
}

/** Whether a policy calls a name's value a secret. A weaker layer's word counts too, as long as it names the name. */
export function isMarked(policy: Policy, name: string): boolean {
  if (denyingRule(policy, name) !== null) return true;
  const exact = indexOf(policy)
    .byName.get(name)
    ?.map(({ rule }) => rule);
  return (exact ?? globRules(policy, name)).some((rule) => rule.action === "secret");
}

/** The names that must be there. */
export function requiringRules(policy: Policy): readonly Rule[] {
  const { required } = indexOf(policy);
  if (required.length === 0) return [];
  const inForce = required.filter((rule) => exactRules(policy, literalPrefix(rule.pattern)).includes(rule));
  return inForce.filter(
    (rule, index) => inForce.findIndex(({ pattern }) => pattern === rule.pattern) === index,
  );
}

/** For one pattern given twice, to mask outweighs to pass. */
function closeness({ pattern, action }: Rule): number {
  return literalPrefixLength(pattern) + (action === "secret" ? 0.5 : 0);
}
