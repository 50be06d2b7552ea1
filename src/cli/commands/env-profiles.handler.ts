import { ExitCode } from "../../core/exit-codes.ts";
import { builtinProfiles } from "../../environment/builtin.ts";
import type { Profile } from "../../environment/policy.ts";
import { policyPlaces } from "../../environment/policy-places.ts";
import { printPolicy } from "../../environment/print-policy.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { loadPolicyFiles } from "../policy-files.ts";
import { table } from "../table.ts";

interface ProfilesFlags {
  readonly config: string | undefined;
  readonly "no-config": boolean | undefined;
  readonly json: boolean | undefined;
  readonly toml: boolean | undefined;
}

export async function profiles({ flags, system }: Call<ProfilesFlags>): Promise<Leave> {
  if (flags.toml) {
    system.output.line(printPolicy(builtinProfiles).trimEnd());
    return { code: ExitCode.ok };
  }
  const rows = [...(await written(flags, system)), ...builtinProfiles].map(describe);
  if (flags.json) system.output.line(JSON.stringify(rows, null, 2));
  else {
    const cells = rows.map(({ name, extends: below, origin }) => [name, below.join(", ") || "-", origin]);
    for (const line of table(["PROFILE", "EXTENDS", "FROM"], cells)) system.output.line(line);
  }
  return { code: ExitCode.ok };
}

/** The profiles of the policy files, the strongest first. */
async function written(flags: ProfilesFlags, system: System): Promise<readonly Profile[]> {
  const places = policyPlaces(flags, system);
  if (places.length === 0) return [];
  const { readPolicyDocuments } = await loadPolicyFiles();
  return readPolicyDocuments(places, system.files).flatMap((document) => document.profiles);
}

function describe(profile: Profile) {
  const { name, extends: below = [], file = "built-in" } = profile;
  return { name, extends: below, origin: file };
}
