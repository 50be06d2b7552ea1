import type { Redactor } from "../core/redactor.ts";
import { secretsOf } from "../environment/secrets.ts";
import { createRedactor } from "../redaction/redactor.ts";
import type { System } from "../system/system.ts";

/** A redactor that knows the secrets in our own environment, for commands that build none for a program. */
export function ownRedactor({ environment }: Pick<System, "environment">): Redactor {
  const secrets = secretsOf(environment, { concerned: [], variables: {} });
  return createRedactor(secrets, { home: environment["HOME"] ?? null, variables: environment });
}
