import { isGlob, literalPrefixLength, matchesGlob } from "./glob.ts";
import type { Assignment, PathPolicy, Policy, Rule } from "./policy.ts";

/** The rule that denies a name, wherever it stands: no layer can undo it. */
export function denyingRule(policy: Policy, name: string): Rule | null {
  const rules = policy.layers.flatMap((layer) => layer.rules);
  return rules.find((rule) => rule.action === "deny" && matchesGlob(rule.pattern, name)) ?? null;
}

/** What the strongest layer that names a name exactly says of it; several rules only where they go together. */
export function exactRules(policy: Policy, name: string): readonly Rule[] {
  for (const layer of policy.layers) {
    const rules = layer.rules.filter((rule) => rule.action !== "deny" && namesExactly(rule, name));
    if (rules.length > 0) return rules;
  }
  return [];
}

/** The globs a name matches, closest first, each with what the strongest layer says of it. */
export function globRules(policy: Policy, name: string): readonly Rule[] {
  const matching = policy.layers.flatMap((layer) => {
    const rules = layer.rules.filter((rule) => rule.action !== "deny" && isGlob(rule.pattern));
    return rules.filter((rule) => matchesGlob(rule.pattern, name)).map((rule) => ({ rule, layer }));
  });
  const strongest = matching.filter(
    ({ rule, layer }) => matching.find((other) => other.rule.pattern === rule.pattern)?.layer === layer,
  );
  return strongest.map(({ rule }) => rule).sort((one, other) => closeness(other) - closeness(one));
}

/** The value that a layer pins a name to. */
export function assignmentOf(policy: Policy, name: string): Assignment | null {
  return policy.layers.flatMap((layer) => layer.set).find((assignment) => assignment.name === name) ?? null;
}

/** The value that a name has when no rule passes it. */
export function defaultOf(policy: Policy, name: string): Assignment | null {
  return policy.layers.flatMap((layer) => layer.defaults).find((value) => value.name === name) ?? null;
}

/** How PATH comes about, and which layer says so. */
export function pathPolicyOf(policy: Policy): { readonly path: PathPolicy; readonly origin: string } {
  for (const { path, origin } of policy.layers) if (path !== null) return { path, origin };
  return { path: { kind: "inherit" }, origin: "built-in" };
}

/** Whether a policy calls a name's value a secret. A weaker layer's word counts too, as long as it names the name. */
export function isMarked(policy: Policy, name: string): boolean {
  if (denyingRule(policy, name) !== null) return true;
  const exact = policy.layers.flatMap((layer) => layer.rules).filter((rule) => namesExactly(rule, name));
  const rules = exact.length > 0 ? exact : globRules(policy, name);
  return rules.some((rule) => rule.action === "secret");
}

/** The names that must be there. */
export function requiringRules(policy: Policy): readonly Rule[] {
  const required = policy.layers.flatMap((layer) => layer.rules).filter((rule) => rule.action === "require");
  const inForce = required.filter((rule) => exactRules(policy, rule.pattern).includes(rule));
  return inForce.filter(
    (rule, index) => inForce.findIndex(({ pattern }) => pattern === rule.pattern) === index,
  );
}

/** For one pattern given twice, to mask outweighs to pass. */
function closeness({ pattern, action }: Rule): number {
  return literalPrefixLength(pattern) + (action === "secret" ? 0.5 : 0);
}

function namesExactly(rule: Rule, name: string): boolean {
  return !isGlob(rule.pattern) && matchesGlob(rule.pattern, name);
}
