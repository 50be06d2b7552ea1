import { failedCheck } from "./check.ts";
import { type Answer, dropAfterAll } from "./decision.ts";
import { reduceNodeOptions } from "./node-options.ts";
import type { World } from "./policy.ts";

/** An answer after a look at its value, and what to warn of. */
export interface Adjusted {
  readonly answer: Answer;
  readonly warnings: readonly string[];
}

/** Linux refuses to start a program with a longer `NAME=VALUE` and its NUL byte (MAX_ARG_STRLEN, execve(2)). */
const maxVariableBytes = 131_072;

/** Drops or reduces a value that must not reach the child as it is. */
export function adjust(answer: Answer, files: World["files"]): Adjusted {
  const { decision, value, check = null } = answer;
  if (value === null) return { answer, warnings: unreadable(answer) };
  if (isTooLong(decision.name, value)) {
    return dropWithWarning(answer, "size", "its value is over the 128 KiB limit of the system");
  }
  if (decision.outcome !== "passed") return { answer, warnings: [] };
  const failed = failedCheck(decision.name, value, { check, files });
  if (failed !== null) return dropWithWarning(answer, "check", failed);
  return decision.name === "NODE_OPTIONS" ? adjustNodeOptions(answer, value) : { answer, warnings: [] };
}

/** What a policy may want to pass must not vanish without a word only because its bytes are not UTF-8. */
function unreadable({ decision }: Answer): readonly string[] {
  return decision.rule === "malformed" ? [`${decision.name} is dropped: ${decision.reason}`] : [];
}

function adjustNodeOptions(answer: Answer, value: string): Adjusted {
  const { kept, removed } = reduceNodeOptions(value);
  if (removed === 0) return { answer, warnings: [] };
  if (kept === "") return dropWithWarning(answer, "check", "none of its flags may be passed");
  const warning = `NODE_OPTIONS is passed without ${removed} of its words: only memory, DNS, warning and source-map flags are`;
  return { answer: { ...answer, value: kept }, warnings: [warning] };
}

function dropWithWarning(answer: Answer, rule: string, reason: string): Adjusted {
  return {
    answer: dropAfterAll(answer, rule, reason),
    warnings: [`${answer.decision.name} is dropped: ${reason}`],
  };
}

/** UTF-8 takes at most three bytes for each unit of a JavaScript string: a short value need not be encoded to be measured. */
function isTooLong(name: string, value: string): boolean {
  if ((name.length + value.length + 2) * 3 <= maxVariableBytes) return false;
  return new TextEncoder().encode(`${name}=${value}`).length + 1 > maxVariableBytes;
}
