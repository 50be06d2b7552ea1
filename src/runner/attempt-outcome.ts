import type { AttemptOutcome } from "../core/outcome.ts";
import { signalNumber } from "../core/signals.ts";
import type { Attempt } from "./attempt.ts";
import { judge } from "./judge.ts";
import type { RunRequest } from "./request.ts";

/** What an outcome says of one attempt; nothing is known yet of what is kept of it. */
export function toAttemptOutcome(attempt: Attempt, request: Pick<RunRequest, "result">): AttemptOutcome {
  const verdict = judge(attempt, request);
  return {
    number: attempt.number,
    startedAt: new Date(attempt.startedAt).toISOString(),
    endedAt: new Date(attempt.endedAt).toISOString(),
    durationMs: attempt.durationMs,
    ending: endingWord(attempt),
    exitCode: exitCodeOf(attempt),
    signal: attempt.end?.kind === "signaled" ? attempt.end.signal : null,
    signalsSent: [...attempt.signalsSent],
    failureCategory: verdict.category,
    resultState: attempt.result.state,
    stdout: { seen: attempt.evidence.stdout.seen, kept: 0 },
    stderr: { seen: attempt.evidence.stderr.seen, kept: 0 },
  };
}

function endingWord({ stop, end }: Attempt): AttemptOutcome["ending"] {
  switch (stop.kind) {
    case "timed-out":
      return "timed_out";
    case "interrupted":
      return "cancelled";
    case "fault":
      return "fault";
    case "not-started":
      return "not_started";
    case "ended":
      return end?.kind === "signaled" ? "signaled" : "exited";
  }
}

/** As a shell would say it: 128+n for a signal. */
function exitCodeOf({ stop, end }: Attempt): number | null {
  if (stop.kind === "not-started") return stop.failure.exitCode;
  if (end === null) return null;
  return end.kind === "exited" ? end.code : 128 + (signalNumber(end.signal) ?? 0);
}
