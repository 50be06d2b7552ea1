import { UsageError } from "../core/errors.ts";
import { looksSecret } from "../core/secret-name.ts";
import { isExplicitOnly } from "./classes.ts";
import { literalPrefixLength } from "./glob.ts";
import { globRules } from "./lookup.ts";
import type { Policy, Rule } from "./policy.ts";

/** The glob that counts for a name, and why it does not carry it; null when it does. */
export interface GlobMatch {
  readonly rule: Rule;
  readonly refusal: string | null;
}

/** The closest glob that a name matches. Two that fit equally well and disagree are a `UsageError`: neither order would be right. */
export function closestGlob(policy: Policy, name: string): GlobMatch | null {
  const [first, ...rest] = globRules(policy, name);
  if (first === undefined) return null;
  const rival = rest.find((rule) => contradicts(rule, first));
  if (rival === undefined) return { rule: first, refusal: refusalOf(name, first) };
  const both = `${first.origin} "${first.pattern}" and ${rival.origin} "${rival.pattern}"`;
  throw new UsageError(`Cannot decide "${name}": ${both} fit it equally well, name it exactly`);
}

function contradicts(rule: Rule, other: Rule): boolean {
  const fitEqually = literalPrefixLength(rule.pattern) === literalPrefixLength(other.pattern);
  return fitEqually && rule.action !== other.action && rule.pattern !== other.pattern;
}

function refusalOf(name: string, rule: Rule): string | null {
  if (rule.action === "drop") return null;
  if (isExplicitOnly(name))
    return "a glob does not carry names that steer what programs load; name it exactly";
  if (!looksSecret(name) || rule.action === "secret") return null;
  return "a glob does not carry secret-looking names; use secret";
}
