import type { AttemptEvidence } from "../core/evidence.ts";
import { neutralize } from "../core/neutralize.ts";
import type { Outcome } from "../core/outcome.ts";
import { describeRedactions } from "../core/redactions.ts";
import type { Redactor } from "../core/redactor.ts";
import { keptText } from "../diagnostics/kept-text.ts";
import { unkeptNote } from "../diagnostics/save.ts";
import { describeEnding } from "./describe-ending.ts";

/** How many lines of a failure a person is shown. */
export const shownLines = 25;

/**
 * What `run` says on stderr when it is done: after a failure a line with its cause and one with the pointer, if
 * `wanted`. Two things are told unless `--no-report`: that nothing was started and why, and that evidence could not be kept.
 */
export function reportLines(
  outcome: Outcome,
  options: { readonly wanted: boolean; readonly asked: boolean | undefined },
): readonly string[] {
  if (options.asked === false) return [];
  const { status, diagnostics, notes, leftovers } = outcome;
  const held = options.asked ? leftovers.map((left) => leftoverLine(left)) : [];
  if (outcome.success) return held;
  const reason = status === "not_started" ? [firstLine(outcome.failureReason)] : [];
  const unkept = diagnostics.state === "failed" ? notes.filter((note) => note.startsWith(unkeptNote)) : [];
  const cause = options.wanted ? causeLines(outcome) : [];
  const pointer = options.wanted && diagnostics.path ? [pointerLine(outcome)] : [];
  const masked = options.wanted ? redactionLines(outcome) : [];
  return [...held, ...reason, ...unkept, ...cause, ...masked, ...pointer];
}

/** Whoever read along may have seen them as they were. */
function redactionLines({ redactions }: Outcome): readonly string[] {
  return redactions.length === 0
    ? []
    : [`the program printed secrets, masked in the evidence: ${describeRedactions(redactions)}`];
}

/** What is known of the cause: a line that only may be one was shown already, with all others. */
function causeLines({ cause }: Outcome): readonly string[] {
  return cause === null || cause.confidence === "low"
    ? []
    : [neutralize(`cause: ${cause.text}`).replaceAll("\n", " ")];
}

/** What ended, how, and where its evidence lies. */
export function pointerLine(outcome: Outcome): string {
  const program = JSON.stringify(outcome.argv[0] ?? "");
  return neutralize(`${program} ${describeEnding(outcome)}; evidence: ${outcome.diagnostics.path}`);
}

/** The tail of both streams, as `--quiet` shows it after a failure. */
export function quietReport(evidence: AttemptEvidence, redactor: Redactor): readonly string[] {
  return (["stdout", "stderr"] as const).flatMap((name) => {
    const lines = lastLines(keptText(evidence[name], redactor).tail, shownLines);
    return lines.length === 0 ? [] : [`--- last lines of ${name} ---`, ...lines];
  });
}

/** The last lines of a text, made harmless for a terminal. */
export function lastLines(text: string, count: number): readonly string[] {
  const clean = neutralize(text).replace(/\n$/, "");
  return clean === "" ? [] : clean.split("\n").slice(-count);
}

function leftoverLine({ pid, command, action }: Outcome["leftovers"][number]): string {
  return neutralize(`process ${pid} (${command}) was left after the end: ${action}`);
}

function firstLine(reason: string | null): string {
  return neutralize((reason ?? "not started").split(" [diagnostics:")[0] ?? "").replaceAll("\n", " ");
}
