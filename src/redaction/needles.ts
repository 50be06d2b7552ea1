import type { Secret } from "../core/secret-name.ts";

/** Bytes to look for, and the name they are masked with. */
export interface Needle {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A secret this short would mask ordinary words; one that a policy named may be shorter. */
const minCharacters = 8;
const minMarkedCharacters = 4;

/** Values that stand in every log. */
const harmless = new Set([
  ...["true", "false", "null", "none", "undefined", "default", "enabled", "disabled", "unknown"],
  ...["production", "development", "staging", "test", "testing", "localhost"],
]);

/** Every form in which the secrets are looked for, each once; of two names for one value the first counts. */
export function needlesOf(secrets: readonly Secret[], home: string | null): readonly Needle[] {
  const forms = new Map<string, string>();
  for (const secret of secrets) {
    if (!isMaskable(secret, home)) continue;
    for (const form of formsOf(secret.value)) if (!forms.has(form)) forms.set(form, secret.name);
  }
  return Array.from(forms, ([form, name]) => ({ name, bytes: new TextEncoder().encode(form) }));
}

/** Whether a secret's value can be masked without masking half of what is kept. */
function isMaskable({ value, marked }: Secret, home: string | null): boolean {
  if (Array.from(value).length < (marked ? minMarkedCharacters : minCharacters)) return false;
  return !harmless.has(value.toLowerCase()) && !holdsHome(value, home);
}

function formsOf(value: string): readonly string[] {
  return [value, JSON.stringify(value).slice(1, -1)];
}

/** The home directory and those above it stand in every path. */
function holdsHome(value: string, home: string | null): boolean {
  if (home === null || !value.startsWith("/")) return false;
  const directory = value.replace(/\/+$/, "");
  return `${home.replace(/\/+$/, "")}/`.startsWith(`${directory}/`);
}
