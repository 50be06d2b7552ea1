import { shownLine } from "../../core/said.ts";
import type { Decision } from "../decision.ts";
import { type CauseContext, shownDecision } from "./context.ts";
import { droppedText, type Verdict } from "./named-cause.ts";
import { type Pair, pairs } from "./pairs.ts";

/** Weaker verdicts: no name is said, but the words are known to be said when a name is missing that was dropped. */
export function pairedCauses(lines: readonly string[], { environment }: CauseContext): readonly Verdict[] {
  const dropped = environment.decisions.filter(({ outcome }) => outcome === "dropped");
  const relevant = pairs().flatMap((pair) => {
    const decision = firstDropped(pair, dropped);
    return decision === null ? [] : [{ pair, decision }];
  });
  return lines.flatMap((line, at) => {
    const found = relevant.find(({ pair }) => pair.pattern.test(line));
    return found === undefined
      ? []
      : [verdict(found.pair, found.decision, { line, at, profile: environment.profile })];
  });
}

/** The first of a pair's names that was dropped, so that the same failure names the same variable each time. */
function firstDropped({ names }: Pair, dropped: readonly Decision[]): Decision | null {
  for (const wanted of names) {
    const found = dropped.find(({ name }) =>
      wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted,
    );
    if (found !== undefined) return found;
  }
  return null;
}

function verdict(
  { rule, pattern }: Pair,
  decision: Decision,
  { line, at, profile }: { readonly line: string; readonly at: number; readonly profile: string },
): Verdict {
  const words = pattern.exec(line)?.[0] ?? line;
  const cause = {
    kind: "env_dropped" as const,
    rule,
    confidence: "medium" as const,
    line: shownLine(words),
    text: `${droppedText(decision, profile)} (nothing says that it is missing, but programs say such words without it)`,
    name: decision.name,
    directory: null,
    decision: shownDecision(decision),
    fix: decision.allow,
  };
  return { cause, at, yields: true };
}
