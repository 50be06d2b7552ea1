import type { AttemptEvidence, StreamEvidence } from "../core/evidence.ts";
import { joinBytes } from "../core/join-bytes.ts";
import type { StreamName } from "../core/witness.ts";
import { keptBounds } from "./kept-text.ts";
import type { SegmentName } from "./spool-names.ts";
import type { SpoolLine } from "./spool-schema.ts";

/** A segment with its text. */
export interface Segment extends SegmentName {
  readonly text: Uint8Array;
}

/** What the segments of an attempt hold of it. */
export function lostEvidence(
  attempt: number,
  segments: readonly Segment[],
  lines: readonly SpoolLine[],
): AttemptEvidence {
  const stream = (name: StreamName) => {
    const own = segments.filter((segment) => segment.attempt === attempt && segment.stream === name);
    return streamEvidence(
      own.toSorted((one, other) => one.at - other.at),
      headBytes(attempt, name, lines),
    );
  };
  const result = { state: "absent", text: null, detail: "faultbox was killed before it could be read" };
  return { stdout: stream("stdout"), stderr: stream("stderr"), result };
}

/** How many bytes a stream of an attempt had when the last of its segments ended. */
export function bytesSeen(attempt: number, stream: StreamName, segments: readonly Segment[]): number {
  const own = segments.filter((segment) => segment.attempt === attempt && segment.stream === stream);
  return Math.max(0, ...own.map(({ at, text }) => at + text.length));
}

/**
 * The text as evidence that may miss one piece between its head and its tail. What else is missing, and what is missing after a
 * head too short to be one, is said in the text.
 */
function streamEvidence(segments: readonly Segment[], headEnd: number | null): StreamEvidence {
  const [first, ...others] = segments;
  if (first === undefined) return whole([]);
  if (first.at !== 0) return whole(withGaps(segments, 0));
  const end = headEnd ?? first.text.length;
  const last = lastNeeded(others);
  const missing = last[0] === undefined ? 0 : last[0].at - end;
  if (missing <= 0 || first.text.length < keptBounds.headBytes)
    return whole([first.text, ...withGaps(last, end)]);
  const tail = joinBytes(withGaps(last, last[0]?.at ?? 0));
  return { seen: first.text.length + missing + tail.length, head: first.text, tail };
}

/** So many of the last segments as the diagnostics have room for: a gap before them is one with what is missing anyway. */
function lastNeeded(segments: readonly Segment[]): readonly Segment[] {
  let characters = 0;
  for (let index = segments.length - 1; index > 0; index--) {
    const segment = segments[index];
    if (segment) characters += charactersIn(segment.text);
    if (characters >= keptBounds.tailCharacters && segment?.from !== segment?.at)
      return segments.slice(index);
  }
  return segments;
}

function charactersIn(text: Uint8Array): number {
  let count = 0;
  for (const byte of text) if ((byte & 0xc0) !== 0x80) count++;
  return count;
}

/** The texts of segments, with a line for each piece that is missing before one. `end` is where the text before them ended. */
function withGaps(segments: readonly Segment[], end: number): readonly Uint8Array[] {
  return segments.flatMap((segment, index) => {
    const missing = segment.at - (index === 0 ? end : segment.from);
    return missing > 0 ? [gap(missing), segment.text] : [segment.text];
  });
}

function gap(bytes: number): Uint8Array {
  return new TextEncoder().encode(`\n# [${bytes} bytes are missing here]\n`);
}

function whole(texts: readonly Uint8Array[]): StreamEvidence {
  const text = joinBytes(texts);
  return { seen: text.length, head: text, tail: text };
}

function headBytes(attempt: number, stream: StreamName, lines: readonly SpoolLine[]): number | null {
  const heads = lines.flatMap((line) => ("head" in line ? [line.head] : []));
  return heads.find((head) => head.attempt === attempt && head.stream === stream)?.bytes ?? null;
}
