import type { Cause } from "../core/cause.ts";
import { type Said, saidLines } from "../core/said.ts";
import { outputCause } from "../diagnostics/cause/output-cause.ts";
import type { KeptText } from "../diagnostics/kept-text.ts";
import type { KeptAttempt } from "../diagnostics/report.ts";

/** The line that names the fault, in what is kept of an attempt, redacted as it is. */
export function findOutputCause(attempt: KeptAttempt): Cause | null {
  return outputCause(saidBy(attempt))?.cause ?? null;
}

function saidBy({ stdout, stderr }: KeptAttempt): Said {
  return { stdout: linesOf(stdout), stderr: linesOf(stderr) };
}

function linesOf({ head, tail }: KeptText): readonly string[] {
  return saidLines(head === "" ? tail : `${head}\n${tail}`);
}
