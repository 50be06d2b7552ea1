import { UsageError } from "../core/errors.ts";
import { builtinProfiles } from "./builtin.ts";
import { isNever, isShellFunction } from "./classes.ts";
import { commandLineLayer, type EnvironmentFlags } from "./command-line.ts";
import { isGlob } from "./glob.ts";
import { denyingRule } from "./lookup.ts";
import type { Assignment, Policy, Profile } from "./policy.ts";
import { profileLayers } from "./profile-layers.ts";

/** The policy that flags and a profile make together. Throws a `UsageError` for what no policy can give. */
export function readPolicy(flags: EnvironmentFlags, profiles: readonly Profile[] = builtinProfiles): Policy {
  const asked = commandLineLayer(flags);
  const policy = { profile: flags.profile, layers: [asked, ...profileLayers(flags.profile, profiles)] };
  for (const { pattern, action } of asked.rules) {
    if (action !== "drop" && !isGlob(pattern)) refuseForbidden(policy, pattern, "pass");
  }
  for (const { set } of policy.layers) for (const assignment of set) checkAssignment(policy, assignment);
  return policy;
}

function checkAssignment(policy: Policy, { name, value }: Assignment): void {
  refuseForbidden(policy, name, "set");
  if (typeof value === "string" && isShellFunction(value)) {
    throw new UsageError(`Cannot set "${name}": a value that starts with "()" is run as a shell function`);
  }
}

function refuseForbidden(policy: Policy, name: string, verb: string): void {
  if (isNever(name)) {
    const wayOut = `start the program with "env ${name}=… program" if it must have it`;
    throw new UsageError(
      `Cannot ${verb} "${name}": it can make any program run other code, so no policy passes it; ${wayOut}`,
    );
  }
  const denying = denyingRule(policy, name);
  if (denying === null) return;
  const rule = `denied by ${denying.origin} ("${denying.pattern}" = "deny")`;
  throw new UsageError(
    `Cannot ${verb} "${name}": ${rule}; give the program a credential of its own under another name with --secret`,
  );
}
