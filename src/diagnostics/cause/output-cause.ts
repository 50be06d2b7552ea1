import type { Cause, FoundCause } from "../../core/cause.ts";
import { type Said, shownLine } from "../../core/said.ts";
import { compilerRules } from "./compilers.ts";
import { exceptionRules } from "./exceptions.ts";
import { genericRules, wrapperRules } from "./generic.ts";
import { type CauseRule, ranks } from "./rule.ts";
import { testRules } from "./tests.ts";
import { toolRules } from "./tools.ts";

/** Every rule, in the order in which they are asked. Made when a failure asks: a run that succeeds pays for none of it. */
export function causeRules(): readonly CauseRule[] {
  return [
    ...wrapperRules(),
    ...compilerRules(),
    ...testRules(),
    ...toolRules(),
    ...exceptionRules(),
    ...genericRules(),
  ];
}

/**
 * The line that most likely names the fault: one that does rather than one that sounds like it, stderr rather than
 * stdout, a later one rather than an earlier. Without any, the last line of stderr. Looks at each line once.
 */
export function outputCause(said: Said, rules: readonly CauseRule[] = causeRules()): FoundCause | null {
  const hits = [...hitsOf("stdout", said.stdout, rules), ...hitsOf("stderr", said.stderr, rules)];
  const best = hits.reduce<Hit | null>((one, other) => (one && !beats(other, one) ? one : other), null);
  if (best === null) return lastLine(said.stderr, rules);
  return found(best.line, best.rule.name, confidenceOf(best.rule), best);
}

interface Hit extends Pick<FoundCause, "stream" | "at"> {
  readonly rule: CauseRule;
  readonly line: string;
}

function hitsOf(
  stream: Hit["stream"],
  lines: readonly string[],
  rules: readonly CauseRule[],
): readonly Hit[] {
  const following = rules.filter((rule) => rule.after !== undefined);
  const plain = rules.filter((rule) => rule.after === undefined);
  const open = new Set<CauseRule>();
  const hits: Hit[] = [];
  lines.forEach((line, at) => {
    const rule = followingRule(line, following, open) ?? plainRule(line, lines[at + 1] ?? "", plain);
    if (rule === null || rule.rank === "skip") return;
    const part = shownLine(rule.pattern.exec(line)?.groups?.["line"] ?? line);
    if (part !== "") hits.push({ stream, at, rule, line: part });
  });
  return hits;
}

function plainRule(line: string, next: string, rules: readonly CauseRule[]): CauseRule | null {
  if (line === "") return null;
  return rules.find((rule) => rule.pattern.test(line) && (rule.next?.test(next) ?? true)) ?? null;
}

/** The rule whose opening line came before, if this is the line that it waits for; opens and closes rules on the way. */
function followingRule(line: string, rules: readonly CauseRule[], open: Set<CauseRule>): CauseRule | null {
  let hit: CauseRule | null = null;
  for (const rule of rules) {
    if (open.has(rule) && !rule.between?.test(line)) {
      open.delete(rule);
      if (rule.pattern.test(line)) hit ??= rule;
    }
    if (rule.after?.test(line)) open.add(rule);
  }
  return hit;
}

/** A line that names the fault beats one that sounds like it, wherever they stand; then the stream counts, then the rank. */
function beats(one: Hit, other: Hit): boolean {
  const named = Number(namesFault(one.rule)) - Number(namesFault(other.rule));
  if (named !== 0) return named > 0;
  const told = Number(one.rule.rank !== "wrapper") - Number(other.rule.rank !== "wrapper");
  if (told !== 0) return told > 0;
  if (one.stream !== other.stream) return one.stream === "stderr";
  const rank = ranks.indexOf(one.rule.rank) - ranks.indexOf(other.rule.rank);
  if (rank !== 0) return rank > 0;
  const earlierCounts = one.rule.pick === "first" && one.rule.name === other.rule.name;
  return earlierCounts ? one.at < other.at : one.at > other.at;
}

function namesFault({ rank }: CauseRule): boolean {
  return rank === "fault" || rank === "tool";
}

function confidenceOf(rule: CauseRule): Cause["confidence"] {
  if (namesFault(rule)) return "high";
  return rule.rank === "wrapper" ? "low" : "medium";
}

/** What a program says last on stderr is often why it ends. */
function lastLine(lines: readonly string[], rules: readonly CauseRule[]): FoundCause | null {
  const skipped = rules.filter((rule) => rule.rank === "skip");
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] ?? "";
    const part = shownLine(line);
    if (part === "" || skipped.some((rule) => rule.pattern.test(line))) continue;
    return found(part, "last-line", "low", { stream: "stderr", at });
  }
  return null;
}

function found(
  line: string,
  rule: string,
  confidence: Cause["confidence"],
  { stream, at }: Pick<FoundCause, "stream" | "at">,
): FoundCause {
  const nothing = { name: null, directory: null, decision: null, fix: null };
  return { cause: { kind: "output", rule, confidence, line, text: line, ...nothing }, stream, at };
}
