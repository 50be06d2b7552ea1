import { fingerprintText } from "../core/fingerprint.ts";
import type { Files } from "../system/system.ts";
import { readEntry } from "./entry.ts";
import { type Piece, pieces, readPiece } from "./pieces.ts";
import { type QuickFields, quickFields } from "./quick-fields.ts";
import type { ErrorRecord } from "./record.ts";

/** The records of one fault. */
export interface Group {
  /** `v1:` and 16 hex digits. */
  readonly fingerprint: string;
  readonly key: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  /** Who met it, each once, in the order they did. */
  readonly agents: readonly string[];
  /** The newest record of it, or the newest that has diagnostics. */
  readonly example: ErrorRecord;
  /** The log that holds the example. */
  readonly log: string;
}

export interface Groups {
  /** The most frequent first; of the same count, the one that happened last. */
  readonly groups: readonly Group[];
  /** How many bad lines there were. */
  readonly skipped: number;
}

type ReadFiles = Pick<Files, "openRead">;

/** Groups the records of some logs by their fingerprint. */
export function groupRecords(
  logs: readonly string[],
  files: ReadFiles,
  { since, until }: { readonly since: number | null; readonly until: number | null },
): Groups {
  const open = new Map<string, OpenGroup>();
  let skipped = 0;
  for (const log of logs) {
    for (const piece of pieces(log, files)) {
      for (let start = 0; start < piece.text.length; ) {
        const end = piece.text.indexOf("\n", start);
        const fields = end === start ? null : fieldsOf(piece.text, start, end);
        if (fields === "bad") skipped++;
        else if (
          fields !== null &&
          !(fields.time < (since ?? 0)) &&
          !(until !== null && fields.time >= until)
        ) {
          count(open, fields, { log, piece, start });
        }
        start = end + 1;
      }
    }
  }
  return { groups: closeAll(open, files).sort(byCount), skipped };
}

/** Where a line stands. Its text is not kept: it would hold a whole piece in memory. */
interface Place {
  readonly log: string;
  readonly piece: Pick<Piece, "start" | "end">;
  readonly start: number;
}

interface OpenGroup {
  count: number;
  first: number;
  last: number;
  agents: readonly string[];
  hasDiagnostics: boolean;
  log: string;
  pieceStart: number;
  pieceEnd: number;
  lineStart: number;
}

function count(open: Map<string, OpenGroup>, fields: QuickFields, { log, piece, start }: Place): void {
  const { fingerprint, time, agent, hasDiagnostics } = fields;
  let group = open.get(fingerprint);
  if (group === undefined) {
    group = {
      count: 0,
      first: time,
      last: time,
      agents: [],
      hasDiagnostics,
      log,
      pieceStart: 0,
      pieceEnd: 0,
      lineStart: 0,
    };
    open.set(copy(fingerprint), group);
  }
  group.count++;
  if (time < group.first) group.first = time;
  if (time > group.last) group.last = time;
  if (!group.agents.includes(agent)) group.agents = [...group.agents, copy(agent)];
  if (!hasDiagnostics && group.hasDiagnostics) return;
  group.hasDiagnostics = hasDiagnostics;
  group.log = log;
  group.pieceStart = piece.start;
  group.pieceEnd = piece.end;
  group.lineStart = start;
}

/** A part of a text keeps all of it in memory; a copy does not. */
function copy(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

function fieldsOf(text: string, start: number, end: number): QuickFields | "bad" | null {
  const quick = quickFields(text, start, end);
  if (quick !== null) return quick;
  const entry = readEntry(text.slice(start, end));
  if (entry === null) return "bad";
  if (entry.kind === "repair") return null;
  const { fingerprint, agent, diagnostics } = entry.record;
  return {
    fingerprint: fingerprint.version === "v1" ? fingerprint.hash : fingerprintText(fingerprint),
    time: timeOf(entry.record),
    agent,
    hasDiagnostics: diagnostics !== null,
  };
}

/** When it happened, or else was recorded. Somebody else may have written no time at all: then it was long ago. */
function timeOf({ occurredAt, recordedAt }: ErrorRecord): number {
  return Date.parse(occurredAt) || Date.parse(recordedAt) || 0;
}

/** Reads the examples, in the order of their places, so that each piece is read once more at most. */
function closeAll(open: ReadonlyMap<string, OpenGroup>, files: ReadFiles): Group[] {
  const inOrder = [...open].sort(([, one], [, other]) => one.pieceStart - other.pieceStart);
  let read = { log: "", start: -1, text: "" };
  return inOrder.flatMap(([, group]) => {
    if (read.log !== group.log || read.start !== group.pieceStart) {
      const text = readPiece(group.log, files, { start: group.pieceStart, end: group.pieceEnd });
      read = { log: group.log, start: group.pieceStart, text };
    }
    const line = read.text.slice(group.lineStart, read.text.indexOf("\n", group.lineStart));
    const entry = readEntry(line);
    // Only where the log was written anew in between.
    if (entry === null || entry.kind === "repair") return [];
    return [
      {
        fingerprint: fingerprintText(entry.record.fingerprint),
        key: entry.record.fingerprint.key,
        count: group.count,
        first: new Date(group.first).toISOString(),
        last: new Date(group.last).toISOString(),
        agents: group.agents,
        example: entry.record,
        log: group.log,
      },
    ];
  });
}

function byCount(one: Group, other: Group): number {
  if (one.count !== other.count) return other.count - one.count;
  return one.last < other.last ? 1 : -1;
}
