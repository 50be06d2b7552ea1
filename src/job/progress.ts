import type { Files, OpenFile } from "../system/system.ts";

/** How far a job has come, by what it says: that it lives is another question. */
export interface Progress {
  /** How much stands in its log. */
  readonly bytes: number;
  /** When something was added last, in milliseconds since the epoch; null while nothing was. */
  readonly lastOutputAt: number | null;
  /** The last line that is not empty, redacted as the log is. */
  readonly lastLine: string | null;
}

const lookedAtBytes = 4096;

/** Reads it from the log, whoever writes there and whether anybody still does. */
export function progressOf(log: string, files: Pick<Files, "status" | "openRead">): Progress {
  const status = files.status(log);
  if (status === null || status.size === 0) return { bytes: 0, lastOutputAt: null, lastLine: null };
  const file = files.openRead(log);
  try {
    return {
      bytes: status.size,
      lastOutputAt: Math.round(status.modifiedAt),
      lastLine: lastLineOf(file, status.size),
    };
  } finally {
    file.close();
  }
}

/** Of a line that is longer than what is looked at, its end. */
function lastLineOf(file: OpenFile, size: number): string | null {
  const from = Math.max(0, size - lookedAtBytes);
  const text = new TextDecoder().decode(file.readAt(from, lookedAtBytes));
  return (
    text
      .split("\n")
      .findLast((line) => line.trim() !== "")
      ?.trimEnd() ?? null
  );
}
