import { describeError } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import type { ExecutionStatus } from "../core/outcome.ts";
import { signalNumber } from "../core/signals.ts";
import type { Attempt } from "./attempt.ts";
import type { RunRequest } from "./request.ts";
import { type ResultFile, resultFields } from "./result-file.ts";

/** What an attempt, and with its last attempt an execution, ended as. */
export interface Verdict {
  readonly status: ExecutionStatus;
  readonly success: boolean;
  /** The result file's own category, else the one that follows from the ending; null for a success. */
  readonly category: string | null;
  /** The executor's reason, else its status, else a sentence; never enriched. Null for a success. */
  readonly reason: string | null;
  /** What `run` exits with. */
  readonly exitCode: number;
  /** The signal that `run` then ends by itself, where it can. */
  readonly signal: string | null;
}

/** Judges in a fixed order: the first reason to stop, then exit code or signal, then the result file. */
export function judge(attempt: Attempt, request: Pick<RunRequest, "result">): Verdict {
  const { stop, end } = attempt;
  const ending = endingOf(attempt);
  switch (stop.kind) {
    case "not-started":
      return failed("not_started", stop.failure.category, stop.failure.message, stop.failure);
    case "timed-out":
      return fromResult("timed_out", stop.limit === "idleTimeout" ? "idle_timeout" : "timeout", attempt, {
        exitCode: ExitCode.timedOut,
        signal: null,
      });
    case "fault":
      return failed("failed", "internal", `a fault in faultbox itself: ${describeError(stop.error)}`, {
        exitCode: ExitCode.internal,
      });
    case "interrupted":
      return fromResult("cancelled", "cancelled", attempt, ending);
    case "ended":
      if (attempt.outOfMemory) return fromResult("failed", "out_of_memory", attempt, ending);
      if (end?.kind === "signaled") return fromResult("failed", "killed", attempt, ending);
      if (ending.exitCode !== 0) return fromResult("failed", "exit_nonzero", attempt, ending);
      return judgeExitZero(attempt, request);
  }
}

function judgeExitZero(attempt: Attempt, request: Pick<RunRequest, "result">): Verdict {
  const problem = request.result ? resultProblem(attempt.result, request.result.required) : null;
  if (problem !== null)
    return fromResult("failed", problem, attempt, { exitCode: ExitCode.no, signal: null });
  if (attempt.outputProblem !== null) {
    const reason = `the program's output could not be written to our stdout: ${attempt.outputProblem}`;
    return failed("failed", "output_lost", reason, { exitCode: ExitCode.notWritten });
  }
  return { status: "succeeded", success: true, category: null, reason: null, exitCode: 0, signal: null };
}

/** The category of what is wrong with the result of a program that exited 0; null when nothing is. */
function resultProblem(result: ResultFile, required: boolean): string | null {
  switch (result.state) {
    case "absent":
      return required ? "result_missing" : null;
    case "empty":
      return "result_empty";
    case "truncated":
    case "invalid":
    case "not_object":
      return "result_invalid";
    case "present": {
      const { success } = resultFields(result.value);
      if (success === null) return "result_invalid";
      return success ? null : "exit_nonzero";
    }
  }
}

/** The exit code and signal that the process itself gives. */
function endingOf({ end }: Attempt): { readonly exitCode: number; readonly signal: string | null } {
  if (end === null) return { exitCode: ExitCode.notExecutable, signal: null };
  if (end.kind === "exited") return { exitCode: end.code, signal: null };
  return { exitCode: ExitCode.signalBase + (signalNumber(end.signal) ?? 0), signal: end.signal };
}

/** A failure in the executor's own words where its result file has some. */
function fromResult(
  status: ExecutionStatus,
  category: string,
  attempt: Attempt,
  ending: { readonly exitCode: number; readonly signal: string | null },
): Verdict {
  const fields = resultFields(attempt.result.value);
  const claimsSuccess = fields.success === true;
  const reason = claimsSuccess ? null : (fields.failureReason ?? fields.status);
  return failed(
    status,
    (claimsSuccess ? null : fields.failureCategory) ?? category,
    reason ?? "execution failed",
    ending,
  );
}

function failed(
  status: ExecutionStatus,
  category: string,
  reason: string,
  ending: { readonly exitCode: number; readonly signal?: string | null },
): Verdict {
  return {
    status,
    success: false,
    category,
    reason,
    exitCode: ending.exitCode,
    signal: ending.signal ?? null,
  };
}
