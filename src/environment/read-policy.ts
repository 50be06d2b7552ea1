import { builtinProfiles } from "./builtin.ts";
import { commandLineLayer, type EnvironmentFlags } from "./command-line.ts";
import type { Policy } from "./policy.ts";
import { profileLayers } from "./profile-layers.ts";
import { refuseForbiddenFlags } from "./refuse-forbidden.ts";

/** The profile when nobody names one. */
export const defaultProfile = "minimal";

/** The policy that flags and a built-in profile make together. Throws a `UsageError` for what no policy can give. */
export function readPolicy(flags: EnvironmentFlags): Policy {
  const profile = flags.profile ?? defaultProfile;
  const asked = commandLineLayer(flags);
  const policy = {
    profile,
    layers: [asked, ...profileLayers(profile, builtinProfiles)],
    unsafe: new Set(flags["unsafe-allow"]),
  };
  refuseForbiddenFlags(policy, asked);
  return policy;
}
