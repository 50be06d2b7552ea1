import { UsageError } from "../core/errors.ts";
import type { Layer, Profile } from "./policy.ts";
import { layersOf, named, profileOrder } from "./profile-layers.ts";

/**
 * Refuses two profiles that stand side by side, extended by the same one, and say different things of a name: whichever
 * came first would decide, and nobody would know. What a profile above both says of it settles it.
 */
export function refuseDiamonds(name: string, profiles: readonly Profile[]): void {
  const depths = depthsOf(name, profiles);
  const settled = new Set<string>();
  for (let depth = 0; ; depth++) {
    const level = [...depths].filter(([, each]) => each === depth).map(([profile]) => profile);
    if (level.length === 0) return;
    const said = new Map<string, Saying>();
    for (const profile of level) {
      for (const saying of sayingsOf(profile, profiles)) {
        const other = said.get(saying.key);
        if (other !== undefined && !settled.has(saying.key) && contradict(saying, other))
          throw refusal(other, saying);
        if (other === undefined) said.set(saying.key, saying);
      }
    }
    for (const key of said.keys()) settled.add(key);
  }
}

/** The longest way down to each profile: what several extend stands below all of them. */
function depthsOf(name: string, profiles: readonly Profile[]): ReadonlyMap<string, number> {
  const depths = new Map([[name, 0]]);
  for (const each of profileOrder(name, profiles)) {
    const depth = (depths.get(each) ?? 0) + 1;
    const below = named(each, profiles).flatMap((profile) => profile.extends ?? []);
    for (const next of below) depths.set(next, Math.max(depth, depths.get(next) ?? 0));
  }
  return depths;
}

/** What a profile, all its files together, says of a name or pattern. */
interface Saying {
  readonly key: string;
  readonly pattern: string;
  readonly words: string;
  readonly origin: string;
  readonly profile: string;
}

function sayingsOf(name: string, profiles: readonly Profile[]): readonly Saying[] {
  const first = new Map<string, Saying>();
  for (const layer of layersOf(named(name, profiles))) {
    const own = new Map<string, Saying>();
    for (const saying of sayingsOfLayer(layer, name)) {
      const before = own.get(saying.key);
      own.set(
        saying.key,
        before === undefined ? saying : { ...before, words: `${before.words}+${saying.words}` },
      );
    }
    for (const [key, saying] of own) if (!first.has(key)) first.set(key, saying);
  }
  return [...first.values()];
}

function sayingsOfLayer({ rules, set, defaults }: Layer, profile: string): readonly Saying[] {
  const values = (kind: string, entries: Layer["set"]) =>
    entries.map(({ name, value, origin }) => ({
      key: `${kind} ${name}`,
      pattern: name,
      words: `${kind} ${JSON.stringify(value)}`,
      origin,
      profile,
    }));
  return [
    ...rules.map(({ pattern, action, origin }) => ({
      key: `rule ${pattern}`,
      pattern,
      words: action,
      origin,
      profile,
    })),
    ...values("set", set),
    ...values("defaults", defaults),
  ];
}

function contradict(one: Saying, other: Saying): boolean {
  return one.profile !== other.profile && one.words !== other.words;
}

function refusal(one: Saying, other: Saying): UsageError {
  return new UsageError(
    `Cannot decide "${one.pattern}": ${one.origin} and ${other.origin} stand side by side and differ; say it in the profile that extends both`,
  );
}
