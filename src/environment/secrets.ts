import type { Secret } from "../core/secret-name.ts";
import type { Variables } from "../system/system.ts";
import type { ChildEnvironment } from "./build.ts";

/**
 * Every value to mask: of the parent's variables, passed or dropped, since the child may find the same credential
 * elsewhere, and of those that a policy sets.
 */
export function secretsOf(parent: Variables, { decisions, variables }: ChildEnvironment): readonly Secret[] {
  const inherited = new Map(Object.entries(parent));
  const given = new Map(Object.entries(variables));
  return decisions
    .filter(({ secret }) => secret)
    .flatMap(({ name, marked }) => {
      const values = new Set([inherited.get(name), given.get(name)]);
      return [...values].filter((value) => value !== undefined).map((value) => ({ name, value, marked }));
    });
}
