import type { Redactor } from "../core/redactor.ts";
import { buildEnvironment, type ChildEnvironment } from "../environment/build.ts";
import type { EnvironmentFlags } from "../environment/command-line.ts";
import type { Policy } from "../environment/policy.ts";
import { type ConfigFlags, policyPlaces } from "../environment/policy-places.ts";
import { readPolicy } from "../environment/read-policy.ts";
import { secretsOf } from "../environment/secrets.ts";
import { createRedactor } from "../redaction/redactor.ts";
import type { System } from "../system/system.ts";
import { loadPolicyFiles } from "./policy-files.ts";

/** The flags that choose an environment. */
export interface PolicyFlags extends EnvironmentFlags, ConfigFlags {}

/** What an environment is made for. */
export interface Purpose {
  readonly root: string;
  /** The program that is to run, as the caller named it. */
  readonly program?: string | undefined;
  /** Where it is to run, if not here. */
  readonly cwd?: string | undefined;
}

/** A child's environment, the policy that made it, and the redactor that knows every secret in ours. */
export interface PreparedEnvironment {
  readonly policy: Policy;
  readonly environment: ChildEnvironment;
  /** Made when there is something to redact. */
  readonly redactor: Redactor;
}

/**
 * The policy of flags and built-in profiles; null when there is a policy file, and {@link filePolicy} is to be asked. A
 * plain start must not wait for anything, not even for a promise: that costs 0.3 ms.
 */
export function plainPolicy(flags: PolicyFlags, system: System): Policy | null {
  return policyPlaces(flags, system).length === 0 ? readPolicy(flags) : null;
}

/** What flags and policy files say together. Throws a `UsageError` for what cannot hold. */
export async function filePolicy(flags: PolicyFlags, system: System): Promise<Policy> {
  const { readPolicyFiles } = await loadPolicyFiles();
  return readPolicyFiles(flags, policyPlaces(flags, system), system.files);
}

/** The policy of flags, files where there are any, and built-in profiles. */
export async function policyOf(flags: PolicyFlags, system: System): Promise<Policy> {
  return plainPolicy(flags, system) ?? filePolicy(flags, system);
}

/** What a policy makes of our variables. */
export function prepareEnvironment(policy: Policy, purpose: Purpose, system: System): PreparedEnvironment {
  const environment = buildEnvironment(system.environment, policy, { ...system, ...purpose });
  const makeRedactor = () => {
    const variables = system.environment;
    return createRedactor(secretsOf(variables, environment), { home: variables["HOME"] ?? null, variables });
  };
  let redactor: Redactor | null = null;
  return {
    policy,
    environment,
    get redactor() {
      redactor ??= makeRedactor();
      return redactor;
    },
  };
}
