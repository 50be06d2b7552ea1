import { looksSecret, type Secret } from "../core/secret-name.ts";
import type { Variables } from "../system/system.ts";
import type { ChildEnvironment } from "./build.ts";

/**
 * Every value to mask: of the parent's variables, passed or dropped, since the child may find the same credential
 * elsewhere, and of those that a policy sets.
 */
export function secretsOf(
  parent: Variables,
  { concerned, variables }: Pick<ChildEnvironment, "concerned" | "variables">,
): readonly Secret[] {
  const inherited = new Map(Object.entries(parent));
  const given = new Map(Object.entries(variables));
  const decided = new Map(concerned.map(({ name, marked, secret }) => [name, { marked, secret }]));
  const found: Secret[] = [];
  for (const name of [...new Set([...inherited.keys(), ...given.keys()])].sort()) {
    const { marked, secret } = decided.get(name) ?? { marked: false, secret: looksSecret(name) };
    if (!secret) continue;
    for (const value of new Set([inherited.get(name), given.get(name)])) {
      if (value !== undefined) found.push({ name, value, marked });
    }
  }
  return found;
}
