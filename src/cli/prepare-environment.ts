import type { Redactor } from "../core/redactor.ts";
import { buildEnvironment, type ChildEnvironment } from "../environment/build.ts";
import type { EnvironmentFlags } from "../environment/command-line.ts";
import { readPolicy } from "../environment/read-policy.ts";
import { secretsOf } from "../environment/secrets.ts";
import { createRedactor } from "../redaction/redactor.ts";
import type { System } from "../system/system.ts";

/** The child's environment, and the redactor that knows every secret in ours: made when there is something to redact. */
export function prepareEnvironment(
  flags: EnvironmentFlags,
  root: string,
  system: System,
): { readonly environment: ChildEnvironment; readonly redactor: Redactor } {
  const policy = readPolicy(flags);
  const environment = buildEnvironment(system.environment, policy, { ...system, root });
  const makeRedactor = () => {
    const home = system.environment["HOME"];
    return createRedactor(secretsOf(system.environment, environment), home === undefined ? {} : { home });
  };
  let redactor: Redactor | null = null;
  return {
    environment,
    get redactor() {
      redactor ??= makeRedactor();
      return redactor;
    },
  };
}
