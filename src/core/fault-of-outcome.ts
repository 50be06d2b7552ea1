import type { Fault } from "./fingerprint.ts";
import type { Outcome } from "./outcome.ts";
import { plainReason } from "./reason.ts";

/** What of a failed execution makes it the same fault as another: for its record in an errors log, and for its own group. */
export function faultOf(outcome: FailedOutcome): Fault {
  const { signal, exitCode, tail } = outcome;
  return {
    type: "cli-failure",
    exitCode: signal === null ? exitCode : null,
    signal,
    message: messageOf(outcome),
    excerpt: tail,
  };
}

type FailedOutcome = Pick<
  Outcome,
  "status" | "failureCategory" | "failureReason" | "cause" | "tail" | "exitCode" | "signal"
>;

/** How it ended, where the exit code does not say so, and the line that most likely names the fault. */
function messageOf(outcome: FailedOutcome): string {
  const { failureReason, cause, tail } = outcome;
  const reason = failureReason === null ? "" : plainReason(failureReason);
  const line = isTelling(reason) ? reason : (causeWords(cause) ?? tellingLine(tail ?? ""));
  return [endingWords(outcome), line].filter((part) => part !== null && part !== "").join(": ") || reason;
}

/** A line of the output as it stands; a verdict on the environment in its own words, which are the same for every program. */
function causeWords(cause: Outcome["cause"]): string | null {
  return cause === null ? null : cause.kind === "output" ? cause.line : cause.text;
}

/** Whether a verdict has the executor's words, or its own. */
function isTelling(reason: string): boolean {
  return reason !== "" && reason !== "execution failed";
}

function endingWords({ status, failureCategory, signal }: FailedOutcome): string | null {
  switch (status) {
    case "timed_out":
      return "ended by a time limit";
    case "cancelled":
      return "cancelled";
    case "lost":
      return "lost";
    case "not_started":
      return null;
    case "succeeded":
    case "failed":
      if (failureCategory === "killed" && signal !== null) return `ended by ${signal}`;
      return failureCategory === "exit_nonzero" ? null : failureCategory;
  }
}

/** The last line that looks like an error, else the last. */
function tellingLine(tail: string): string | null {
  const lines = tail
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const words =
    /\b(?:\w*error|fatal|fail(?:ed|ure)?|panic|exception|cannot|can't|denied|not found|no such|unable|refused)\b/i;
  return lines.findLast((line) => words.test(line)) ?? lines.at(-1) ?? null;
}
