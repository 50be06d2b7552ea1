import type { StreamName } from "../core/witness.ts";

/** A piece of a stream on disk: redacted text, from one place of the stream on. */
export interface SegmentName {
  readonly executionId: string;
  readonly attempt: number;
  readonly stream: StreamName;
  /** Up to here the segments before it hold the stream, or held it. */
  readonly from: number;
  /** Here its own text begins; what is between is missing. */
  readonly at: number;
}

/** The file whose lock is the owner's sign of life. */
export function ownerName(executionId: string): string {
  return `.${executionId}.spool`;
}

/** Where an owner file is written anew before it takes the place of the first. */
export function ownerDraftName(executionId: string): string {
  return `.${executionId}.spool.new`;
}

/** The execution of an owner file; null for any other name. */
export function parseOwnerName(name: string): string | null {
  return /^\.([0-9a-f-]{36})\.spool$/.exec(name)?.[1] ?? null;
}

export function segmentName({ executionId, attempt, stream, from, at }: SegmentName): string {
  return `.${executionId}.${attempt}.${stream}.${from}-${at}`;
}

/** What a segment is called after; null for any other name. */
export function parseSegmentName(name: string): SegmentName | null {
  const parts = /^\.([0-9a-f-]{36})\.(\d+)\.(stdout|stderr)\.(\d+)-(\d+)$/.exec(name);
  if (parts === null) return null;
  const [, executionId = "", attempt, stream, from, at] = parts;
  return {
    executionId,
    attempt: Number(attempt),
    stream: stream as StreamName,
    from: Number(from),
    at: Number(at),
  };
}
