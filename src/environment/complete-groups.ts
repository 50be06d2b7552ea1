import type { Answer } from "./decision.ts";
import { type Group, groupOf } from "./groups.ts";

/** Groups travel whole: what was dropped only because nothing names it goes along with a member that is passed. */
export function completeGroups(
  answers: readonly Answer[],
  parent: ReadonlyMap<string, string>,
): readonly Answer[] {
  return answers.map((answer) => {
    const { name, rule } = answer.decision;
    const value = parent.get(name);
    const group = rule === "default" ? groupOf(name) : null;
    if (group === null || value === undefined) return answer;
    const companion = passedMember(group, answers);
    return companion === null ? answer : travel(answer, value, group, companion);
  });
}

function passedMember(group: Group, answers: readonly Answer[]): Answer | null {
  return (
    answers.find(({ decision }) => decision.outcome === "passed" && groupOf(decision.name) === group) ?? null
  );
}

function travel({ decision }: Answer, value: string, group: Group, companion: Answer): Answer {
  const { name, origin } = companion.decision;
  const reason = `it travels with ${name}, group "${group.name}"`;
  return { value, decision: { ...decision, outcome: "passed", rule: "group", origin, reason, allow: null } };
}
