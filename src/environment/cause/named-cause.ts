import type { Cause } from "../../core/cause.ts";
import type { Decision } from "../decision.ts";
import { lineToAdd } from "../explain.ts";
import { type CauseContext, shownDecision } from "./context.ts";
import { type Mention, mentionsIn } from "./mentions.ts";

/** A verdict of the environment, before it is known where its words stand. `yields`: a line that names the fault later on is better. */
export interface Verdict {
  readonly cause: Cause;
  readonly at: number;
  readonly yields: boolean;
}

/** What is to be said of each name that some line says is missing, in the order of the lines. */
export function namedCauses(lines: readonly string[], context: CauseContext): readonly Verdict[] {
  const decisions = new Map(context.environment.decisions.map((decision) => [decision.name, decision]));
  const wanted = (name: string) =>
    name.length > 1 &&
    !levels.test(name) &&
    (decisions.has(name) || isVariableName(name) || decisions.has(name.toUpperCase()));
  return mentionsIn(lines, wanted).flatMap((mention) => {
    const decision = decisions.get(nameOf(mention, decisions));
    const line = lines[mention.at] ?? "";
    const warns = isWarning.test(line);
    const cause = decision ? ofKnown(mention, decision, context) : ofUnknown(mention, line);
    if (cause === null || (warns && cause.kind !== "env_dropped")) return [];
    return [{ cause, at: mention.at, yields: warns || cause.kind !== "env_dropped" }];
  });
}

/** Words that begin a line of a log, whatever variables are called so. */
const levels = /^(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|FATAL|CRITICAL|PANIC)$/;

/** What a program says of a name that it can do without. */
const isWarning =
  /\bwarn(?:ing)?\b|\bdefaulting\b|\b(?:using|use) (?:the |a )?default|\boptional\b|\bskipp(?:ed|ing)\b|\bfall(?:s|ing)? back\b/i;

function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]+$/.test(name) && !name.startsWith("CMAKE_");
}

/** Some schemas write a variable's name in small letters. */
function nameOf({ name, rule }: Mention, decisions: ReadonlyMap<string, Decision>): string {
  return rule === "schema" && !decisions.has(name) ? name.toUpperCase() : name;
}

function ofKnown(mention: Mention, decision: Decision, { environment }: CauseContext): Cause | null {
  const { name } = decision;
  const distinctive = name.includes("_");
  if (decision.outcome === "dropped") {
    if (mention.strength === "nearby" && !distinctive) return null;
    const sure = mention.strength === "shown" || (mention.strength === "said" && distinctive);
    return verdict(
      "env_dropped",
      mention,
      sure ? "high" : "medium",
      decision,
      droppedText(decision, environment.profile),
    );
  }
  if (mention.strength !== "shown") return null;
  if (environment.variables[name] === "") {
    return verdict("env_empty", mention, "high", decision, `${name} was passed as it is here: empty`);
  }
  const passed = decision.outcome === "set" ? "set" : "passed";
  const text = `${name} was ${passed} (${decision.reason}), and something below faultbox lost it, such as a login shell or a policy of the program's own`;
  return verdict("env_lost", mention, "high", decision, text);
}

/** What became of a dropped name, and what would pass it: the same sentence each time. */
export function droppedText(decision: Decision, profile: string): string {
  const { name, reason, rule, allow } = decision;
  if (rule === "deny") {
    return `${name} was dropped on purpose: ${reason}; give the program a credential of its own under another name`;
  }
  const ways = [allow, lineToAdd(decision, profile)].filter((way) => way !== null);
  const wayOut = ways.length === 0 ? "" : `; add ${ways.join(", or ")}`;
  return `${name} is set here, but was not passed: ${reason}${wayOut}`;
}

/** A name that the parent does not have either. Said only of what can be nothing but a variable of the environment. */
function ofUnknown(mention: Mention, line: string): Cause | null {
  const { name, rule, strength } = mention;
  if (strength !== "shown" || !isVariableName(name) || isCodeError.test(line)) return null;
  if (rule === "name-not-set" && !name.includes("_") && !/variable|\benv|\$/i.test(line)) return null;
  return verdict(
    "env_absent",
    mention,
    "high",
    null,
    `${name} was never set on this machine: faultbox was started without it`,
  );
}

/** A name that is missing in the program's own text. */
const isCodeError =
  /ReferenceError|NameError|undeclared|not declared|cannot find (?:name|value)|undefined reference|undefined: |: (?:fatal )?error: /i;

function verdict(
  kind: Cause["kind"],
  { name, rule, words }: Mention,
  confidence: Cause["confidence"],
  decision: Decision | null,
  text: string,
): Cause {
  return {
    kind,
    rule,
    confidence,
    line: words,
    text,
    name: decision?.name ?? name,
    directory: null,
    decision: decision && shownDecision(decision),
    fix: decision?.outcome === "dropped" ? decision.allow : null,
  };
}
