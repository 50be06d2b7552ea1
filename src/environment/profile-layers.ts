import { UsageError } from "../core/errors.ts";
import { expandGroup } from "./groups.ts";
import type { Assignment, Layer, Profile, Rule, Value } from "./policy.ts";

/** The layers of a profile and of what it extends, strongest first; a profile that several extend comes after all of them. */
export function profileLayers(name: string, profiles: readonly Profile[]): readonly Layer[] {
  const found = withExtended(name, profiles, []);
  return found.filter((profile, index) => found.lastIndexOf(profile) === index).map(layerOf);
}

function withExtended(
  name: string,
  profiles: readonly Profile[],
  trail: readonly string[],
): readonly Profile[] {
  const path = [...trail, name];
  if (trail.includes(name)) {
    throw new UsageError(`Cannot use profile "${trail[0]}": it extends itself, ${path.join(" -> ")}`);
  }
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) throw new UsageError(`Cannot use profile "${name}": ${knownNames(profiles)}`);
  const below = (profile.extends ?? []).map((name) => withExtended(name, profiles, path));
  return [profile].concat(...below);
}

function knownNames(profiles: readonly Profile[]): string {
  const names = profiles.map((profile) => `"${profile.name}"`).sort();
  return `there is none of that name, known are ${names.join(", ")}`;
}

function layerOf(profile: Profile): Layer {
  const origin = `profile "${profile.name}"`;
  return {
    origin,
    rules: rulesOf(profile, origin),
    set: assignments(profile.set, origin),
    defaults: assignments(profile.defaults, origin),
    path: profile.path ?? null,
  };
}

function rulesOf(profile: Profile, origin: string): readonly Rule[] {
  const rules: Rule[] = [];
  for (const [pattern, action] of Object.entries(profile.vars ?? {})) {
    if (!pattern.startsWith("{")) rules.push({ pattern, action, origin });
    else for (const member of expandGroup(pattern)) rules.push({ pattern: member, action, origin });
  }
  return rules;
}

function assignments(
  values: Readonly<Record<string, Value>> | undefined,
  origin: string,
): readonly Assignment[] {
  return Object.entries(values ?? {}).map(([name, value]) => ({ name, value, origin }));
}
