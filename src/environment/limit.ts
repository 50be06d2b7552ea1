/**
 * What the file of a repository may not do: whoever wrote it is not the person who runs it. It may drop, deny, require
 * and set harmless names, and add tools. What it would pass or set beyond that is as it would be without it.
 */
import { looksSecret } from "../core/secret-name.ts";
import { isExplicitOnly, isNever, isShellFunction } from "./classes.ts";
import type { Answer } from "./decision.ts";
import { isGlob, matchesGlob } from "./glob.ts";
import { groupOf } from "./groups.ts";
import type { Trust } from "./policy.ts";

/**
 * The answer that counts when a repository's file has a word in the policy: its own, where it takes away, or gives
 * what is given without it too, or what a file above it lists in `repo_may_pass`. Otherwise the one without it.
 */
export function limitAnswer(answer: Answer, without: Answer, { mayPass, shown }: Trust): Answer {
  const secret = answer.decision.secret || without.decision.secret;
  const marked = answer.decision.marked || without.decision.marked;
  const masked = { ...answer, decision: { ...answer.decision, secret, marked } };
  if (!goesBeyond(masked, without, { mayPass, shown })) return masked;
  const refused = { ...without, decision: { ...without.decision, secret, marked } };
  if (without.decision.outcome !== "dropped") return refused;
  const { name } = answer.decision;
  const asker = isOf(answer.decision.origin, shown)
    ? answer.decision.origin
    : `${shown}, by ${answer.decision.origin},`;
  const fault = mayPass.some((pattern) => matchesGlob(pattern, name))
    ? "a glob in repo_may_pass does not carry such a name, list it by itself"
    : "no file above it lists it in repo_may_pass";
  const reason = `${asker} asks for it, and ${fault}`;
  const warning = `${asker} may not pass ${name}: ${fault}, or give --pass ${name}`;
  return {
    ...refused,
    decision: { ...refused.decision, rule: "untrusted", origin: answer.decision.origin, reason },
    warnings: [warning],
  };
}

function goesBeyond(
  { decision, value }: Answer,
  without: Answer,
  trust: Pick<Trust, "mayPass" | "shown">,
): boolean {
  const { name, outcome, rule, origin } = decision;
  // PATH comes from the base, the directories and the tools: of these a repository adds tools only.
  if (outcome === "dropped" || rule === "path" || value === without.value) return false;
  if (outcome === "set") return !isOf(origin, trust.shown);
  return !isListed(name, trust.mayPass);
}

/** A glob in `repo_may_pass` carries no more than one in a profile does. */
export function isListed(name: string, mayPass: readonly string[]): boolean {
  return mayPass.some((pattern) => {
    if (!matchesGlob(pattern, name)) return false;
    return !isGlob(pattern) || !(isExplicitOnly(name) || looksSecret(name));
  });
}

function isOf(origin: string, shown: string): boolean {
  return origin.startsWith(`${shown}:`);
}

/** Names that say how a program speaks to a person, and no more. */
const always = /^(CI|TERM|COLORTERM|TZ|LANG|LC_[A-Z]+)$/;

/** Why a repository's file may not set a name; null when it may. `known` are the names that files above it speak of. */
export function faultOfSetting(
  name: string,
  value: unknown,
  { mayPass, known }: { readonly mayPass: readonly string[]; readonly known: (name: string) => boolean },
): string | null {
  if (isNever(name) || isShellFunction(String(value))) return "it can make any program run other code";
  if (isListed(name, mayPass) || always.test(name)) return null;
  if (isExplicitOnly(name)) return "it steers what programs load or run";
  if (looksSecret(name)) return "its name looks secret";
  return name === "PATH" || groupOf(name) !== null || known(name)
    ? "it is not the repository's to choose"
    : null;
}
