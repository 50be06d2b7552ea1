import type { Secret } from "../core/secret-name.ts";
import { shortestForm } from "./needles.ts";

/** What a policy named may be this short. */
const shortestMarked = 4;

/** Values that stand in every log. */
const harmless = new Set([
  ...["true", "false", "null", "none", "undefined", "default", "enabled", "disabled", "unknown"],
  ...["production", "development", "staging", "test", "testing", "localhost"],
]);

/** Variables whose values are no secret, whoever else has the same one. */
const harmlessNames = [
  "USER",
  "LOGNAME",
  "HOSTNAME",
  "SHELL",
  "LANG",
  "LC_ALL",
  "TERM",
  "TZ",
  "EDITOR",
  "PAGER",
];

/** What a value is judged against. */
export interface Surroundings {
  readonly home: string | null;
  /** Variables by name: the values of the harmless ones are not masked. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Why masking this value would spoil ordinary text; null when it can be masked. */
export function whyUnmaskable({ value, marked }: Secret, { home, variables }: Surroundings): string | null {
  const length = Array.from(value).length;
  if (length < (marked ? shortestMarked : shortestForm)) return `value too short to mask (${length})`;
  if (harmless.has(value.toLowerCase())) return "value is an ordinary word";
  if (holdsHome(value, home)) return "value is the home directory or one above it";
  const same = harmlessNames.find((name) => variables[name] === value);
  return same === undefined ? null : `value is the same as that of ${same}`;
}

/** The home directory and those above it stand in every path. */
function holdsHome(value: string, home: string | null): boolean {
  if (home === null || !value.startsWith("/")) return false;
  const directory = value.replace(/\/+$/, "");
  return `${home.replace(/\/+$/, "")}/`.startsWith(`${directory}/`);
}
