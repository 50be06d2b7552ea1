import { builtinProfiles } from "./builtin.ts";
import { isNever } from "./classes.ts";
import { matchesGlob } from "./glob.ts";
import { faultOfSetting } from "./limit.ts";
import { denyingRule } from "./lookup.ts";
import type { Policy, PolicyFile, Profile, Value } from "./policy.ts";
import { layersOf } from "./profile-layers.ts";
import { asksByName, nameOf } from "./refuse-forbidden.ts";

/** A repository's file without what it cannot choose, and what that was, in words. */
export interface TameFile {
  readonly tame: PolicyFile;
  readonly warnings: readonly string[];
}

/** Takes out values of names that are not its own, all of `path` but the tools, and its `repo_may_pass`. */
export function tameRepository(
  repository: PolicyFile,
  above: readonly PolicyFile[],
  mayPass: readonly string[],
): TameFile {
  const known = speaksOf([...above.flatMap(({ profiles }) => profiles), ...builtinProfiles]);
  const warnings = repository.repoMayPass
    .slice(0, 1)
    .map(({ origin }) => `${origin} is ignored: a repository cannot say what it may pass itself`);
  const sift = (profile: Profile, section: "set" | "defaults") => {
    const values = Object.entries(profile[section] ?? {}).filter(([name, value]) => {
      const fault = faultOfSetting(name, value, { mayPass, known });
      if (fault !== null) warnings.push(`${originIn(profile, section, name)} may not set ${name}: ${fault}`);
      return fault === null;
    });
    return Object.fromEntries<Value>(values);
  };
  const profiles = repository.profiles.map((profile) => {
    const { tools, ...others } = profile.path ?? {};
    const refused = Object.entries(others).filter(([, value]) => value !== undefined);
    for (const [key] of refused) {
      warnings.push(`${originIn(profile, "path")} may not choose path.${key}: a repository adds tools only`);
    }
    return {
      ...profile,
      set: sift(profile, "set"),
      defaults: sift(profile, "defaults"),
      path: tools === undefined ? undefined : { tools },
    };
  });
  return { tame: { ...repository, profiles }, warnings };
}

/** What a repository's file asks for by name although it is denied: it is warned about, and does not count. */
export function deniedAsks(policy: Policy, shown: string): readonly string[] {
  const layers = policy.layers.filter(({ file }) => file === shown);
  const asks = layers.flatMap(({ rules }) => rules.filter(asksByName));
  return asks.flatMap((rule) => {
    const name = nameOf(rule);
    if (isNever(name)) return [`${rule.origin} is ignored: ${name} can make any program run other code`];
    const denying = denyingRule(policy, name);
    return denying === null ? [] : [`${rule.origin} is ignored: ${name} is denied by ${denying.origin}`];
  });
}

/** Whether any of these profiles has a word about a name. */
function speaksOf(profiles: readonly Profile[]): (name: string) => boolean {
  const layers = layersOf(profiles);
  const patterns = layers.flatMap(({ rules }) => rules.map(({ pattern }) => pattern));
  const names = new Set(layers.flatMap(({ set, defaults }) => [...set, ...defaults].map(({ name }) => name)));
  return (name) => names.has(name) || patterns.some((pattern) => matchesGlob(pattern, name));
}

function originIn(profile: Profile, section: "set" | "defaults" | "path", key?: string): string {
  return profile.originOf?.(section, key) ?? profile.name;
}
