/**
 * One decision per name: the first of these rules that applies.
 *
 *  1. `malformed`  the name or the parent's value cannot be a variable
 *  2. `never`      the name makes programs run other code
 *  3. `deny`       some layer denies it
 *  4. `set`        some layer pins its value; for PATH also `path`, the way a profile makes it
 *  5. `drop`       a rule drops it by name
 *  6. `exact`      a rule passes it by name
 *  7. `glob`       a rule matches it; the longest literal prefix counts
 *  8. `base-set`   the profile has a value for when nothing passes one
 *  9. `default`    nothing names it
 */
import { looksSecret } from "../core/secret-name.ts";
import { isNever, isShellFunction } from "./classes.ts";
import { closestGlob } from "./closest-glob.ts";
import type { Answer, Question, Verdict } from "./decision.ts";
import { isMarked, type Said, saidOf } from "./lookup.ts";
import { buildPath } from "./path.ts";
import { pathPolicyOf } from "./path-policy.ts";
import type { Rule } from "./policy.ts";
import { resolveValue } from "./resolve-value.ts";

/**
 * What becomes of one name, and why. Throws a `UsageError` where two globs contradict each other. Whether its value is
 * a secret is found out when somebody asks: to start a program nobody does.
 */
export function decide(question: Question): Answer {
  const { policy, name } = question;
  const verdict = firstVerdict(question, saidOf(policy, name));
  const { value, check, problems, warnings, outcome, rule, origin, reason, allow } = verdict;
  return {
    value,
    check,
    problems,
    warnings,
    decision: {
      name,
      outcome,
      rule,
      origin,
      reason,
      allow,
      get marked() {
        return isMarked(policy, name);
      },
      get secret() {
        return this.marked || looksSecret(name);
      },
    },
  };
}

type Judge = (question: Question, said: Said) => Verdict | null;

const judges: readonly Judge[] = [malformed, never, denied, assigned, path, dropped, exact, byGlob, baseSet];

/** Most of a parent's variables are mentioned nowhere: asking every judge about each took a third of the time to start. */
const judgesOfUnmentioned: readonly Judge[] = [malformed, never, path];

function firstVerdict(question: Question, said: Said): Verdict {
  for (const judge of said.mentioned ? judges : judgesOfUnmentioned) {
    const verdict = judge(question, said);
    if (verdict !== null) return verdict;
  }
  return byDefault(question, said);
}

function malformed({ name, value }: Question, { assignment }: Said): Verdict | null {
  if (name === "" || name.includes("=")) return drop("malformed", "parent", "its name is malformed");
  // PATH is judged entry by entry, and the parent's value does not matter where a layer sets one.
  if (name === "PATH" || assignment !== null) return null;
  if (value?.includes("\uFFFD")) return drop("malformed", "parent", "its value is not UTF-8");
  if (value?.includes("\0")) return drop("malformed", "parent", "its value holds a NUL byte");
  return null;
}

function never({ name, value, policy }: Question): Verdict | null {
  if (isNever(name) && !policy.unsafe?.has(name))
    return drop("never", "built-in", "it can make any program run other code");
  if (value === null || !isShellFunction(value)) return null;
  return drop("never", "built-in", "its value is a shell function");
}

function denied(_: Question, { denying: rule }: Said): Verdict | null {
  return rule && drop("deny", rule.origin, `${rule.origin} denies it`);
}

function assigned({ world }: Question, { assignment }: Said): Verdict | null {
  if (assignment === null) return null;
  const { origin } = assignment;
  const value = resolveValue(assignment.value, world);
  return { outcome: "set", rule: "set", origin, reason: `${origin} sets it`, allow: null, value };
}

function path({ name, policy, parent, world }: Question, said: Said): Verdict | null {
  if (name !== "PATH") return null;
  const how = pathPolicyOf(policy);
  if (how.base === "inherit" && droppingRule(said) !== null) return null;
  return { rule: "path", origin: how.origin, allow: null, ...buildPath(how, parent, world) };
}

function dropped({ name }: Question, said: Said): Verdict | null {
  const rule = droppingRule(said);
  if (rule === null) return null;
  const allow = rule.origin === "--drop" ? null : flagFor(name);
  return { ...drop("drop", rule.origin, `${rule.origin} drops it`), allow };
}

function droppingRule({ exact }: Said): Rule | null {
  for (const rule of exact) if (rule.action === "drop") return rule;
  return null;
}

function exact({ value }: Question, said: Said): Verdict | null {
  const rule = said.exact[0];
  if (rule === undefined || value === null) return null;
  return pass("exact", rule, `${rule.origin} names it`, value);
}

function byGlob({ name, value, policy }: Question): Verdict | null {
  const match = closestGlob(policy, name);
  if (match === null || value === null || match.refusal !== null) return null;
  const { rule } = match;
  const reason = `${rule.origin} "${rule.pattern}" matches it`;
  if (rule.action === "drop") return { ...drop("glob", rule.origin, reason), allow: flagFor(name) };
  return pass("glob", rule, reason, value);
}

function baseSet({ world }: Question, { otherwise: assignment }: Said): Verdict | null {
  if (assignment === null) return null;
  const { origin } = assignment;
  const value = resolveValue(assignment.value, world);
  const reason = `${origin} has a value for it`;
  return { outcome: "set", rule: "base-set", origin, reason, allow: null, value };
}

function byDefault({ name, policy }: Question, { mentioned }: Said): Verdict {
  const match = mentioned ? closestGlob(policy, name) : null;
  const allow = flagFor(name);
  if (match !== null && match.refusal !== null) {
    const { origin, pattern } = match.rule;
    return { ...drop("default", origin, `${origin} "${pattern}" matches it, but ${match.refusal}`), allow };
  }
  const origin = `profile "${policy.profile}"`;
  return { ...drop("default", origin, `no rule in ${origin} names it`), allow };
}

function pass(id: string, rule: Rule, reason: string, value: string): Verdict {
  return { outcome: "passed", rule: id, origin: rule.origin, reason, allow: null, value, check: rule.check };
}

function drop(rule: string, origin: string, reason: string): Verdict {
  return { outcome: "dropped", rule, origin, reason, allow: null, value: null };
}

function flagFor(name: string): string {
  return looksSecret(name) ? `--secret ${name}` : `--pass ${name}`;
}
