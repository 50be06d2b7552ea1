import { describeDuration } from "../core/duration.ts";
import type { Outcome } from "../core/outcome.ts";

/** How an execution ended, in a few words: `failed with exit code 3 after 1.2 s`. */
export function describeEnding(
  outcome: Pick<Outcome, "status" | "exitCode" | "signal" | "durationMs" | "attempts">,
): string {
  const after = `after ${describeDuration(outcome.durationMs)}`;
  const tries = outcome.attempts.length > 1 ? ` and ${outcome.attempts.length} attempts` : "";
  switch (outcome.status) {
    case "succeeded":
      return `succeeded ${after}${tries}`;
    case "timed_out":
      return `was ended by its time limit ${after}${tries}`;
    case "cancelled":
      return `was cancelled ${after}${tries}`;
    case "not_started":
      return "was not started";
    case "lost":
      return "was lost with the faultbox that ran it";
    case "failed":
      return outcome.signal
        ? `was ended by ${outcome.signal} ${after}${tries}`
        : `failed with exit code ${outcome.exitCode} ${after}${tries}`;
  }
}
