import type { AttemptOutcome, Leftover, Outcome } from "../core/outcome.ts";
import { bytesSeen, type Segment } from "./lost-evidence.ts";
import type { RunningDetails, SpoolLine, SpoolRecord } from "./spool-schema.ts";

/** What whoever found an execution lost knows of it. */
export interface Loss {
  /** When it ended, or was last heard of. */
  readonly endedAt: number;
  /** What was still alive of it, and was ended. */
  readonly leftovers: readonly Leftover[];
  readonly notes: readonly string[];
}

/** What is said of an execution whose owner is dead: how it ended where the owner could still say so, else that it is lost. */
export function lostOutcome(record: SpoolRecord, segments: readonly Segment[], loss: Loss): Outcome {
  const final = record.lines.findLast((line) => "outcome" in line);
  if (final) return { ...final.outcome, notes: [...final.outcome.notes, ...loss.notes] };
  const { execution, owner } = record.header;
  const { environment, notes } = detailsOf(record.lines);
  return {
    schemaVersion: 1,
    ...execution,
    environment,
    host: owner.name ?? "?",
    startedAt: new Date(execution.startedAt).toISOString(),
    endedAt: new Date(loss.endedAt).toISOString(),
    durationMs: Math.max(0, loss.endedAt - execution.startedAt),
    ...nothingKnown,
    attempts: attemptsOf(record.lines, segments).map((number) =>
      attemptOutcome(number, record, segments, loss),
    ),
    leftovers: [...loss.leftovers],
    notes: [...notes, ...loss.notes],
  };
}

const nothingKnown = {
  success: false,
  status: "lost",
  failureCategory: "killed",
  failureReason: "faultbox was killed before the execution ended",
  tail: null,
  cause: null,
  exitCode: null,
  signal: null,
  resultState: "absent",
  result: null,
  diagnostics: { path: null, bytes: 0, sha256: null, state: "none" },
  redactions: [] as Outcome["redactions"],
  usage: { maxMemoryBytes: null, userMs: null, systemMs: null },
} as const;

function detailsOf(lines: readonly SpoolLine[]): RunningDetails {
  const line = lines.find((each) => "details" in each);
  return line?.details ?? { environment: { profile: "?", passed: [], dropped: [] }, notes: [] };
}

/** The numbers of the attempts that left a trace. */
export function attemptsOf(lines: readonly SpoolLine[], segments: readonly Segment[]): readonly number[] {
  const started = lines.flatMap((line) => ("started" in line ? [line.started.number] : []));
  const numbers = new Set([...started, ...segments.map(({ attempt }) => attempt)]);
  return [...numbers].sort((one, other) => one - other);
}

function attemptOutcome(
  number: number,
  { header, lines }: SpoolRecord,
  segments: readonly Segment[],
  { endedAt }: Loss,
): AttemptOutcome {
  const ended = lines.flatMap((line) => ("ended" in line ? [line.ended] : []));
  const known = ended.find((attempt) => attempt.number === number);
  if (known) return known;
  const starts = lines.flatMap((line) => ("started" in line ? [line.started] : []));
  const startedAt = starts.find((start) => start.number === number)?.startedAt ?? header.execution.startedAt;
  return {
    number,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    durationMs: Math.max(0, endedAt - startedAt),
    ending: "lost",
    exitCode: null,
    signal: null,
    signalsSent: [],
    failureCategory: nothingKnown.failureCategory,
    resultState: "absent",
    stdout: { seen: bytesSeen(number, "stdout", segments), kept: 0 },
    stderr: { seen: bytesSeen(number, "stderr", segments), kept: 0 },
  };
}
