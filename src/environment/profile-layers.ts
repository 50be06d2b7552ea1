import { UsageError } from "../core/errors.ts";
import { expandGroup } from "./groups.ts";
import type { Action, Assignment, Layer, Profile, Rule, Value, WrittenRule } from "./policy.ts";

/**
 * The layers of a profile and of what it extends, strongest first; a profile that several extend comes after all of
 * them. `profiles` may hold several of one name, the strongest first: they are merged key by key, and what they extend
 * adds up.
 */
export function profileLayers(name: string, profiles: readonly Profile[], origin?: string): readonly Layer[] {
  const layers: Layer[] = [];
  for (const each of profileOrder(name, profiles, origin)) {
    for (const profile of profiles) if (profile.name === each) layers.push(layerOf(profile));
  }
  return layers;
}

/** The names of a profile and of what it extends, in the order of their layers: each before all that it extends. */
export function profileOrder(name: string, profiles: readonly Profile[], origin?: string): readonly string[] {
  const done = new Set<string>();
  finish(name, { profiles, done, trail: [], origin });
  return [...done].reverse();
}

/** The profiles of one name, the strongest first. */
export function named(name: string, profiles: readonly Profile[]): readonly Profile[] {
  return profiles.filter((profile) => profile.name === name);
}

/** On the way down. `done` grows from the bottom up: each profile is looked at once, however many extend it. */
interface Descent {
  readonly profiles: readonly Profile[];
  readonly done: Set<string>;
  readonly trail: readonly string[];
  /** Where it is asked for, unless by a flag. */
  readonly origin: string | undefined;
}

/** Nobody writes more. */
const deepest = 64;

function finish(name: string, { profiles, done, trail, origin }: Descent): void {
  const path = [...trail, name];
  const place = origin === undefined ? "" : ` (${origin})`;
  if (trail.includes(name)) {
    throw new UsageError(`Cannot use profile "${trail[0]}": it extends itself, ${path.join(" -> ")}${place}`);
  }
  if (done.has(name)) return;
  if (trail.length > deepest) {
    throw new UsageError(
      `Cannot use profile "${trail[0]}": what it extends goes over ${deepest} levels down${place}`,
    );
  }
  const all = named(name, profiles);
  if (all.length === 0) throw new UsageError(`Cannot use profile "${name}"${place}: ${knownNames(profiles)}`);
  // Backwards, so that what was done last, and comes first in the end, is what is written first.
  for (const profile of all.toReversed()) {
    for (const below of (profile.extends ?? []).toReversed()) {
      finish(below, { profiles, done, trail: path, origin: profile.originOf?.("extends") ?? origin });
    }
  }
  done.add(name);
}

function knownNames(profiles: readonly Profile[]): string {
  const names = [...new Set(profiles.map((profile) => `"${profile.name}"`))].sort();
  return `there is none of that name, known are ${names.join(", ")}`;
}

/** What profiles say themselves, without what they extend. */
export function layersOf(profiles: readonly Profile[]): readonly Layer[] {
  return profiles.map(layerOf);
}

function layerOf(profile: Profile): Layer {
  const origin = `profile "${profile.name}"`;
  const { originOf, path } = profile;
  return {
    origin,
    file: profile.file ?? null,
    rules: rulesOf(profile, origin),
    set: assignmentsOf(profile.set, (name) => originOf?.("set", name) ?? origin),
    defaults: assignmentsOf(profile.defaults, (name) => originOf?.("defaults", name) ?? origin),
    path: path === undefined ? null : { written: path, origin: originOf?.("path") ?? origin },
  };
}

function rulesOf({ vars, originOf }: Profile, builtin: string): readonly Rule[] {
  const rules: Rule[] = [];
  for (const [pattern, written] of Object.entries(vars ?? {})) {
    const origin = originOf?.("vars", pattern) ?? builtin;
    if (typeof written === "string" && !pattern.startsWith("{"))
      rules.push({ pattern, action: written, origin });
    else rules.push(...expandRule(pattern, written, origin));
  }
  return rules;
}

function expandRule(pattern: string, written: WrittenRule, origin: string): readonly Rule[] {
  const { check, hint } = typeof written === "string" ? {} : written;
  const rules: Rule[] = [];
  for (const member of expandGroup(pattern)) {
    for (const action of actionsOf(written)) rules.push({ pattern: member, action, origin, check, hint });
  }
  return rules;
}

/** What a rule does: one action, or those of `pass`, `secret` and `require` that a table joins. */
export function actionsOf(written: WrittenRule): readonly Action[] {
  if (typeof written === "string") return [written];
  return (["pass", "secret", "require", "drop", "deny"] as const).filter((action) => written[action]);
}

function assignmentsOf(
  values: Readonly<Record<string, Value>> | undefined,
  originOf: (name: string) => string,
): readonly Assignment[] {
  if (values === undefined) return [];
  const assignments: Assignment[] = [];
  for (const [name, value] of Object.entries(values))
    assignments.push({ name, value, origin: originOf(name) });
  return assignments;
}
