import type { Secret } from "../core/secret-name.ts";
import { createRedactor } from "../redaction/redactor.ts";
import type { Variables } from "../system/system.ts";

/** Why a secret that somebody named is not masked all the same; null when it is. */
export function unmaskableReason({ name, value, marked }: Secret, variables: Variables): string | null {
  if (value === "") return "it is empty";
  if (value.includes("\ufffd")) return "it is not UTF-8";
  const redactor = createRedactor([{ name, value, marked }], { home: variables["HOME"] ?? null, variables });
  return redactor.unmasked()[0]?.reason ?? null;
}
