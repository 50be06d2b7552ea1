/**
 * The diagnostics file: what a person reads after a failure. Text, in this order:
 *
 *     # role=goal task=1234abcd returncode=1
 *     # key: value                               (values are JSON where a line end could hide in them)
 *     # === attempt 1 of 2: exited 1 ===         (only with several attempts)
 *     # === stderr ===
 *     # === stdout ===
 *     # === result.json ===
 *
 * Nothing reads it back: programs read the outcome beside it. So a program that prints such a line misleads nobody.
 */
import type { ResultEvidence } from "../core/evidence.ts";
import type { AttemptOutcome, Outcome } from "../core/outcome.ts";
import { describeRedactions } from "../core/redactions.ts";
import { type KeptText, keptBounds } from "./kept-text.ts";

/** An attempt's streams as they are shown. */
export interface KeptAttempt {
  readonly stdout: KeptText;
  readonly stderr: KeptText;
  /** The result file, its text redacted. */
  readonly result: ResultEvidence;
}

/** The whole text of a diagnostics file. */
export function renderReport(outcome: Outcome, attempts: readonly KeptAttempt[]): string {
  const sections = attempts.flatMap((kept, index) => {
    const of = outcome.attempts[index];
    const heading = of && attempts.length > 1 ? [attemptHeading(of, attempts.length)] : [];
    return [...heading, ...attemptSections(kept)];
  });
  return `${[...headerLines(outcome), ...sections].join("\n")}\n`;
}

/** How an attempt ended, in a few words: `exited 1`, `SIGKILL`, `timed out`. */
export function describeAttempt(attempt: AttemptOutcome): string {
  switch (attempt.ending) {
    case "exited":
      return `exited ${attempt.exitCode}`;
    case "signaled":
      return `ended by ${attempt.signal}`;
    case "timed_out":
      return "ended by the time limit";
    case "cancelled":
      return "cancelled";
    case "not_started":
      return "not started";
    case "fault":
      return "ended by a fault in faultbox itself";
    case "lost":
      return "lost with the faultbox that ran it";
  }
}

function limitText(limit: Outcome["limits"][string]): string {
  if ("ms" in limit) return `${limit.ms} ms`;
  if ("bytes" in limit) return `${limit.bytes} bytes`;
  return "count" in limit ? String(limit.count) : `${limit.percent} %`;
}

function headerLines(outcome: Outcome): readonly string[] {
  const limits = Object.entries(outcome.limits).map(
    ([name, limit]) => `${name} ${limitText(limit)} (${limit.source})`,
  );
  return [
    `# role=${outcome.role} task=${outcome.shortId} returncode=${outcome.exitCode}`,
    `# execution: ${outcome.executionId}`,
    `# task: ${JSON.stringify(outcome.task)}`,
    `# argv: ${JSON.stringify(outcome.argv)}`,
    `# cwd: ${JSON.stringify(outcome.cwd)}`,
    `# host: ${JSON.stringify(outcome.host)}`,
    `# started: ${outcome.startedAt}`,
    `# ended: ${outcome.endedAt} (${outcome.durationMs} ms)`,
    `# status: ${outcome.status}`,
    `# category: ${JSON.stringify(outcome.failureCategory)}`,
    `# reason: ${JSON.stringify(outcome.failureReason)}`,
    ...causeLines(outcome.cause),
    `# limits: ${limits.join(", ")}`,
    `# environment: profile ${outcome.environment.profile}`,
    `# environment passed: ${outcome.environment.passed.join(" ")}`,
    `# environment dropped: ${outcome.environment.dropped.join(" ")}`,
    ...redactionLines(outcome),
    ...outcome.notes.map((note) => `# note: ${JSON.stringify(note)}`),
  ];
}

function causeLines(cause: Outcome["cause"]): readonly string[] {
  if (cause === null) return [];
  const words = cause.line === cause.text ? [] : [`# cause said: ${JSON.stringify(cause.line)}`];
  return [
    `# cause: ${JSON.stringify(cause.text)} (${cause.kind}, ${cause.rule}, ${cause.confidence})`,
    ...words,
  ];
}

function redactionLines({ redactions }: Outcome): readonly string[] {
  return redactions.length === 0 ? [] : [`# redacted: ${describeRedactions(redactions)}`];
}

function attemptHeading(attempt: AttemptOutcome, of: number): string {
  return `# === attempt ${attempt.number} of ${of}: ${describeAttempt(attempt)} ===`;
}

function attemptSections(kept: KeptAttempt): readonly string[] {
  return [
    "# === stderr ===",
    ...streamLines(kept.stderr),
    "# === stdout ===",
    ...streamLines(kept.stdout),
    "# === result.json ===",
    ...resultLines(kept.result),
  ];
}

function streamLines(kept: KeptText): readonly string[] {
  if (kept.missingBytes === 0) return lines(kept.tail);
  const gap = `# [${kept.missingBytes} bytes are missing here: the first ${keptBounds.headBytes} bytes and the last ${keptBounds.tailCharacters} characters are kept]`;
  return [...lines(kept.head), gap, ...lines(kept.tail)];
}

function resultLines(result: ResultEvidence): readonly string[] {
  const note = result.detail === null ? "" : `: ${result.detail}`;
  const state = result.state === "present" ? [] : [`# (${result.state}${note})`];
  return [...state, ...lines(result.text ?? "")];
}

/** One line end is the separator's, not the text's. */
function lines(text: string): readonly string[] {
  return text === "" ? [] : [text.replace(/\n$/, "")];
}
