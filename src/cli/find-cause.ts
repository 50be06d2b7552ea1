import type { Cause, FoundCause } from "../core/cause.ts";
import type { Outcome } from "../core/outcome.ts";
import { plainReason } from "../core/reason.ts";
import type { Redactor } from "../core/redactor.ts";
import { type Said, saidLines } from "../core/said.ts";
import { outputCause } from "../diagnostics/cause/output-cause.ts";
import type { KeptText } from "../diagnostics/kept-text.ts";
import type { KeptAttempt } from "../diagnostics/report.ts";
import type { ChildEnvironment } from "../environment/build.ts";
import { type EnvironmentCause, environmentCause } from "../environment/cause/environment-cause.ts";
import type { System } from "../system/system.ts";

/** Looks for the cause in what is kept of the last attempt, redacted as it is. */
export type FindCause = (attempt: KeptAttempt, outcome: Outcome) => Cause | null;

/** For a program that we gave its environment: what became of the names it misses, else the line that names the fault. */
export function causeFinder(
  environment: ChildEnvironment,
  { redactor, system }: { readonly redactor: Redactor; readonly system: System },
): FindCause {
  return (attempt, outcome) => {
    const said = saidBy(attempt);
    const context = { ...system, parent: system.environment, environment };
    const verdict = environmentCause(withReason(said, outcome), context);
    const found = better(verdict, outputCause(said));
    return found && redactor.json(found.cause);
  };
}

/** For a program that something else ran: of its environment nothing is known. */
export const findOutputCause: FindCause = (attempt) => outputCause(saidBy(attempt))?.cause ?? null;

function saidBy({ stdout, stderr }: KeptAttempt): Said {
  return { stdout: linesOf(stdout), stderr: linesOf(stderr) };
}

function linesOf({ head, tail }: KeptText): readonly string[] {
  return saidLines(head === "" ? tail : `${head}\n${tail}`);
}

/** The reason is said too: by the executor in its result file, or by us when nothing was started. */
function withReason(said: Said, { failureReason }: Outcome): Said {
  return failureReason === null
    ? said
    : { ...said, stderr: [...said.stderr, ...saidLines(plainReason(failureReason))] };
}

/** The verdict, unless a line that surely names the fault stands after words that only may. */
function better(verdict: EnvironmentCause | null, output: FoundCause | null): FoundCause | null {
  if (verdict === null || output === null) return verdict ?? output;
  if (!verdict.yields || output.cause.confidence !== "high") return verdict;
  const later = output.stream === verdict.stream ? output.at > verdict.at : output.stream === "stderr";
  return later ? output : verdict;
}
