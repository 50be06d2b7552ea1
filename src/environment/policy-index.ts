import { isGlob, literalPrefix } from "./glob.ts";
import type { Assignment, Layer, Policy, Rule } from "./policy.ts";

/** A rule and the layer it stands in. */
interface PlacedRule {
  readonly rule: Rule;
  readonly layer: Layer;
}

/** A policy's rules, strongest layer first, sorted by how they name. */
export interface PolicyIndex {
  readonly denyByName: ReadonlyMap<string, readonly PlacedRule[]>;
  readonly denyByGlob: readonly PlacedRule[];
  readonly byName: ReadonlyMap<string, readonly PlacedRule[]>;
  readonly byGlob: readonly PlacedRule[];
  /** Every name that some rule or value names exactly. */
  readonly named: ReadonlySet<string>;
  /** The strongest layer's value for a name. */
  readonly set: ReadonlyMap<string, Assignment>;
  readonly defaults: ReadonlyMap<string, Assignment>;
}

/** A policy never changes, so what was sorted once stays right. */
const indexes = new WeakMap<Policy, PolicyIndex>();

/** The index of a policy. Without it every start would compare each variable with each rule, for 10 ms and more. */
export function indexOf(policy: Policy): PolicyIndex {
  const index = indexes.get(policy) ?? makeIndex(policy);
  indexes.set(policy, index);
  return index;
}

function makeIndex(policy: Policy): PolicyIndex {
  const placed = policy.layers.flatMap((layer) => layer.rules.map((rule) => ({ rule, layer })));
  const denying = placed.filter(({ rule }) => rule.action === "deny");
  const others = placed.filter(({ rule }) => rule.action !== "deny");
  const denyByName = namesIn(denying);
  const byName = namesIn(others);
  const set = strongest(policy.layers.flatMap((layer) => layer.set));
  const defaults = strongest(policy.layers.flatMap((layer) => layer.defaults));
  return {
    named: new Set([denyByName, byName, set, defaults].flatMap((map) => [...map.keys()])),
    denyByName,
    denyByGlob: globsIn(denying),
    byName,
    byGlob: globsIn(others),
    set,
    defaults,
  };
}

function strongest(assignments: readonly Assignment[]): ReadonlyMap<string, Assignment> {
  return new Map(assignments.toReversed().map((assignment) => [assignment.name, assignment]));
}

function namesIn(rules: readonly PlacedRule[]): ReadonlyMap<string, readonly PlacedRule[]> {
  const plain = rules.filter(({ rule }) => !isGlob(rule.pattern));
  return Map.groupBy(plain, ({ rule }) => literalPrefix(rule.pattern));
}

function globsIn(rules: readonly PlacedRule[]): readonly PlacedRule[] {
  return rules.filter(({ rule }) => isGlob(rule.pattern));
}
