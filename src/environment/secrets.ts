import { type Secret, secretNamesAmong } from "../core/secret-name.ts";
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
  const secret = new Set(secretNamesAmong(Object.keys(parent)));
  const marked = new Set<string>();
  for (const decision of concerned) {
    if (decision.secret) secret.add(decision.name);
    else secret.delete(decision.name);
    if (decision.marked) marked.add(decision.name);
  }
  const found: Secret[] = [];
  for (const name of secret.size > 1 ? [...secret].sort() : secret) {
    for (const value of new Set([parent[name], variables[name]])) {
      if (value !== undefined) found.push({ name, value, marked: marked.has(name) });
    }
  }
  return found;
}
