import { isGlob, literalPrefix } from "./glob.ts";
import type { Assignment, Layer, Policy, Rule } from "./policy.ts";

/** A rule and the layer it stands in. */
export interface PlacedRule {
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
  /** The rules that ask for a name to be there. */
  readonly required: readonly Rule[];
  /** The strongest layer's value for a name. */
  readonly set: ReadonlyMap<string, Assignment>;
  readonly defaults: ReadonlyMap<string, Assignment>;
}

/** A policy never changes, so what was sorted once stays right. */
const indexes = new WeakMap<Policy, PolicyIndex>();

/** The index of a policy. Without it every start would compare each variable with each rule, for 10 ms and more. */
export function indexOf(policy: Policy): PolicyIndex {
  const known = indexes.get(policy);
  if (known !== undefined) return known;
  const index = makeIndex(policy);
  indexes.set(policy, index);
  return index;
}

/** One pass with plain loops: this runs at every start. */
function makeIndex(policy: Policy): PolicyIndex {
  const index = {
    named: new Set<string>(),
    denyByName: new Map<string, PlacedRule[]>(),
    denyByGlob: [] as PlacedRule[],
    byName: new Map<string, PlacedRule[]>(),
    byGlob: [] as PlacedRule[],
    required: [] as Rule[],
    set: new Map<string, Assignment>(),
    defaults: new Map<string, Assignment>(),
  };
  for (const layer of policy.layers) {
    for (const rule of layer.rules) {
      const denies = rule.action === "deny";
      const placed = { rule, layer };
      if (rule.action === "require") index.required.push(rule);
      // Most patterns are plain names: asking the glob module about each is what a start can be spared.
      const plain = !/[*?\\]/.test(rule.pattern);
      if (!plain && isGlob(rule.pattern)) (denies ? index.denyByGlob : index.byGlob).push(placed);
      else
        addTo(
          denies ? index.denyByName : index.byName,
          plain ? rule.pattern : literalPrefix(rule.pattern),
          placed,
        );
    }
    for (const assignment of layer.set) addFirst(index.set, assignment);
    for (const assignment of layer.defaults) addFirst(index.defaults, assignment);
  }
  for (const names of [index.denyByName, index.byName, index.set, index.defaults]) {
    for (const name of names.keys()) index.named.add(name);
  }
  return index;
}

function addTo(rules: Map<string, PlacedRule[]>, name: string, placed: PlacedRule): void {
  const present = rules.get(name);
  if (present) present.push(placed);
  else rules.set(name, [placed]);
}

/** The strongest layer comes first. */
function addFirst(assignments: Map<string, Assignment>, assignment: Assignment): void {
  if (!assignments.has(assignment.name)) assignments.set(assignment.name, assignment);
}
