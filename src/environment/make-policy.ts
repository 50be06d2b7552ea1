import { builtinProfiles } from "./builtin.ts";
import { commandLineLayer, type EnvironmentFlags } from "./command-line.ts";
import { refuseDiamonds } from "./diamond.ts";
import type { Layer, Policy, PolicyFile } from "./policy.ts";
import { profileLayers } from "./profile-layers.ts";
import { defaultProfile } from "./read-policy.ts";
import { asksByName, nameOf, refuse, refuseAssignment, refuseForbiddenFlags } from "./refuse-forbidden.ts";

/**
 * The policy that flags and files, the strongest first, make with the built-in profiles. What a file asks for by name
 * and a layer at or below it denies is an error; for what stands in `ignored`, the file of a repository, it is none.
 */
export function makePolicy(
  flags: EnvironmentFlags,
  documents: readonly PolicyFile[],
  ignored: string | null = null,
): Policy {
  const profiles = [...documents.flatMap((document) => document.profiles), ...builtinProfiles];
  const chosen = documents.find(({ profile }) => profile !== null)?.profile;
  const profile = flags.profile ?? chosen?.name ?? defaultProfile;
  const origin = flags.profile === undefined ? chosen?.origin : undefined;
  const asked = commandLineLayer(flags);
  const layers = [asked, ...profileLayers(profile, profiles, origin)];
  refuseDiamonds(profile, profiles);
  const policy = { profile, layers, unsafe: new Set(flags["unsafe-allow"]) };
  refuseForbiddenFlags(policy, asked);
  for (const layer of layers.slice(1))
    if (layer.file !== null && layer.file !== ignored) refuseForbiddenIn(layer, policy, ignored);
  return policy;
}

/** A layer above, and a repository's file, may deny what this one passes: there it is simply not passed. */
function refuseForbiddenIn(layer: Layer, policy: Policy, ignored: string | null): void {
  const from = policy.layers.slice(policy.layers.indexOf(layer));
  const below = { ...policy, layers: from.filter(({ file }) => file === null || file !== ignored) };
  for (const rule of layer.rules) {
    if (asksByName(rule)) refuse(below, { name: nameOf(rule), origin: rule.origin, verb: "pass" });
  }
  for (const assignment of layer.set) refuseAssignment(below, assignment);
}
