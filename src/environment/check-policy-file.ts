import { UsageError } from "../core/errors.ts";
import { isGlob } from "./glob.ts";
import { expandGroup } from "./groups.ts";
import type { PolicyFile, Profile } from "./policy.ts";
import { actionsOf } from "./profile-layers.ts";

/** Refuses what each key may say, but not all of them together. The message names both lines. */
export function checkPolicyFile({ profiles }: PolicyFile): void {
  for (const profile of profiles) {
    const fault = requiredPattern(profile) ?? twoActions(profile) ?? ruleOverSet(profile);
    if (fault !== null) throw new UsageError(`Cannot read policy "${fault.origin}": ${fault.message}`);
  }
}

interface Fault {
  readonly origin: string;
  readonly message: string;
}

function rulesOf({ vars, originOf }: Profile) {
  return Object.entries(vars ?? {}).map(([pattern, written]) => ({
    pattern,
    names: expandGroup(pattern),
    actions: actionsOf(written),
    origin: originOf?.("vars", pattern) ?? "",
  }));
}

/** Which names a pattern would require depends on what is there, so that nothing would ever be missing. */
function requiredPattern(profile: Profile): Fault | null {
  const rule = rulesOf(profile).find(
    ({ pattern, names, actions }) => actions.includes("require") && (isGlob(pattern) || names.length > 1),
  );
  return rule
    ? { origin: rule.origin, message: `"${rule.pattern}" is a pattern, and only a name can be required` }
    : null;
}

/** A name that a group holds and that is named beside it. */
function twoActions(profile: Profile): Fault | null {
  const seen = new Map<string, { readonly words: string; readonly origin: string }>();
  for (const { names, actions, origin } of rulesOf(profile)) {
    const words = actions.join(" and ");
    for (const name of names) {
      const other = seen.get(name);
      if (other !== undefined && other.words !== words) {
        return {
          origin,
          message: `"${name}" is to ${words} here and to ${other.words} at ${other.origin}; keep one`,
        };
      }
      seen.set(name, { words, origin });
    }
  }
  return null;
}

/** A value that is set always survives: a rule that passes, drops or denies the name beside it does nothing. */
function ruleOverSet(profile: Profile): Fault | null {
  for (const { names, actions, origin } of rulesOf(profile)) {
    const name = names.find((each) => Object.hasOwn(profile.set ?? {}, each));
    const idle = actions.find((action) => action !== "secret" && action !== "require");
    if (name !== undefined && idle !== undefined) {
      const place = profile.originOf?.("set", name) ?? "";
      return { origin, message: `to ${idle} "${name}" does nothing, since ${place} sets it; keep one` };
    }
  }
  return null;
}
