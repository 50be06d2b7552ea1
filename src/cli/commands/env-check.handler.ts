import { ExitCode } from "../../core/exit-codes.ts";
import { neutralize } from "../../core/neutralize.ts";
import type { Secret } from "../../core/secret-name.ts";
import { type Finding, findingsIn } from "../../environment/findings.ts";
import { secretsOf } from "../../environment/secrets.ts";
import { whyUnmaskable } from "../../redaction/maskable.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { placeOf } from "../place.ts";
import {
  type PolicyFlags,
  type PreparedEnvironment,
  policyOf,
  prepareEnvironment,
} from "../prepare-environment.ts";
import { table } from "../table.ts";

interface CheckFlags extends PolicyFlags {
  readonly root: string | undefined;
  readonly json: boolean | undefined;
}

export async function check({ flags, program, system, log }: Call<CheckFlags>): Promise<Leave> {
  const purpose = { root: placeOf(flags, system).root, program: program[0] };
  const prepared = prepareEnvironment(await policyOf(flags, system), purpose, system);
  const found = [
    ...findingsIn(prepared.environment, prepared.policy, {
      ...system,
      ...purpose,
      parent: system.environment,
    }),
    ...unmaskable(prepared, system),
  ];
  if (flags.json) system.output.line(JSON.stringify(found, null, 2));
  else if (found.length === 0) log.info("nothing is wrong with this environment");
  else for (const line of findingsTable(found)) system.output.line(line);
  return { code: found.length === 0 ? ExitCode.ok : ExitCode.no };
}

/** Secrets that would stand in everything that is kept: their values are words that stand everywhere. */
function unmaskable({ environment }: PreparedEnvironment, system: System): readonly Finding[] {
  const surroundings = { home: system.environment["HOME"] ?? null, variables: system.environment };
  const secrets = secretsOf(system.environment, environment);
  return secrets
    .filter((secret) => secret.value !== "" && whyUnmaskable(secret, surroundings) !== null)
    .map((secret) => ({ kind: "secret", name: secret.name, message: describe(secret) }));
}

function describe({ value, marked }: Secret): string {
  const what = marked ? "the policy calls it a secret" : "name looks secret";
  const length = Array.from(value).length;
  return `${what}, value ${length < 8 ? `too short to mask (${length})` : "too common to mask"}`;
}

function findingsTable(found: readonly Finding[]): readonly string[] {
  const rows = found.map(({ kind, name, message }) => [kind, name ?? "-", neutralize(message)]);
  return table(["KIND", "NAME", "WHAT IS WRONG"], rows);
}
