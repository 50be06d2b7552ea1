import { UsageError } from "../core/errors.ts";
import { isNever, isShellFunction } from "./classes.ts";
import { isGlob, literalPrefix } from "./glob.ts";
import { denyingRule } from "./lookup.ts";
import type { Assignment, Layer, Policy, Rule } from "./policy.ts";

/** Throws for a name that a flag asks for, and that no policy gives. */
export function refuseForbiddenFlags(policy: Policy, asked: Layer): void {
  for (const rule of asked.rules)
    if (asksByName(rule)) refuse(policy, { ...rule, name: nameOf(rule), verb: "pass" });
  for (const assignment of asked.set) refuseAssignment(policy, assignment);
}

/** Whether a rule wants one name in the child's environment. */
export function asksByName({ action, pattern }: Rule): boolean {
  return action !== "drop" && action !== "deny" && !isGlob(pattern);
}

/** The name that a rule by name stands for. */
export function nameOf({ pattern }: Rule): string {
  return literalPrefix(pattern);
}

/** Throws for a value that no policy can give to a name. */
export function refuseAssignment(policy: Policy, assignment: Assignment): void {
  const { name, value, origin } = assignment;
  refuse(policy, { name, origin, verb: "set" });
  if (typeof value === "string" && isShellFunction(value)) {
    throw new UsageError(
      `Cannot set "${name}"${placeOf(origin)}: a value that starts with "()" is run as a shell function`,
    );
  }
}

interface Ask {
  readonly name: string;
  readonly origin: string;
  readonly verb: "pass" | "set";
}

/** Throws for a name that never passes, or that a layer denies. */
export function refuse(policy: Policy, { name, origin, verb }: Ask): void {
  const place = placeOf(origin);
  if (isNever(name) && !policy.unsafe?.has(name)) {
    throw new UsageError(
      `Cannot ${verb} "${name}"${place}: it can make any program run other code, so no policy passes it; give --unsafe-allow ${name} if the program must have it`,
    );
  }
  const denying = denyingRule(policy, name);
  if (denying === null) return;
  const rule = `denied by ${denying.origin} ("${denying.pattern}" = "deny")`;
  throw new UsageError(
    `Cannot ${verb} "${name}"${place}: ${rule}; give the program a credential of its own under another name with --secret`,
  );
}

/** Where it stands, unless a person has just typed it. */
function placeOf(origin: string): string {
  return origin.startsWith("--") ? "" : `, as ${origin} asks`;
}
