/**
 * The mirror: one file that a person follows with `tail -F` while a program runs. Both streams, redacted, line by line in the
 * order in which they came.
 *
 *  1. The file only grows: it is opened for appending, and neither a retry nor a later execution cuts it. Each of those begins
 *     with a heading.
 *  2. A line is in the file as soon as it is complete. One that is not is written when nothing completes it for 250 ms, or when
 *     it becomes too long to wait for; if the other stream speaks next, it begins a new line.
 *  3. Every byte went through the redactor, one filter for each stream.
 *  4. What cannot be written is counted, and told in the file once it can be written again. It never changes the run.
 */
import { describeError, errorCode, UsageError } from "../core/errors.ts";
import type { Redactor } from "../core/redactor.ts";
import type { StreamName, Witness } from "../core/witness.ts";
import { writeEveryByte } from "../core/write-bytes.ts";
import { dirname } from "../system/path.ts";
import type { FileStatus, OpenFile, System } from "../system/system.ts";
import { createLines, type Lines } from "./mirror-lines.ts";

export interface MirrorOptions {
  readonly executionId: string;
  readonly redactor: Redactor;
  readonly system: Pick<System, "files" | "clock">;
}

/** After a failed write the next one is not tried before. */
const retryAfterMs = 1000;
const newline = 10;

/** Opens the file, before anything is started. Throws {@link UsageError} for whatever is no file that can be appended to. */
export function openMirror(path: string, word: string, options: MirrorOptions): Witness {
  const { clock } = options.system;
  const file = openLog(path, word, options.system);
  let wholeLines = endsWithNewline(file);
  let lost = 0;
  let problem: string | null = null;
  let restUntil = 0;

  /** Keeps 4. */
  function append(text: Uint8Array): void {
    if (text.length === 0) return;
    if (clock.monotonic() < restUntil) {
      lost += text.length;
      return;
    }
    try {
      if (lost > 0) writeText(`${wholeLines ? "" : "\n"}# [${lost} bytes could not be written here]\n`);
      lost = 0;
      write(text);
    } catch (error) {
      problem ??= describeError(error);
      lost += text.length;
      restUntil = clock.monotonic() + retryAfterMs;
    }
  }

  /** If the redactor fails, what it was given is withheld. */
  function orLose(bytes: number, action: () => void): void {
    try {
      action();
    } catch (error) {
      problem ??= describeError(error);
      lost += bytes;
    }
  }

  function write(text: Uint8Array): void {
    wholeLines = false; // a write that fails may have begun a line
    writeEveryByte(file, text);
    wholeLines = text.at(-1) === newline;
  }

  function writeText(text: string): void {
    write(new TextEncoder().encode(text));
  }

  function begin(number: number, startedAt: number): void {
    if (number === 1 && file.status().size === 0) return;
    const time = new Date(startedAt).toISOString();
    const heading = `# === attempt ${number} of execution ${options.executionId}, ${time} ===\n`;
    append(new TextEncoder().encode(`${wholeLines ? "" : "\n"}${heading}`));
  }

  return {
    attempt({ number, startedAt }) {
      begin(number, startedAt);
      let last: Lines | null = null;
      const from = (lines: Lines, text: Uint8Array) => {
        if (text.length === 0) return;
        if (last !== lines && !wholeLines) append(Uint8Array.of(newline));
        last = lines;
        append(text);
      };
      const streams: Record<StreamName, Lines> = {
        stdout: createLines(options.redactor, clock, from),
        stderr: createLines(options.redactor, clock, from),
      };
      return {
        said: (name, chunk) => orLose(chunk.length, () => streams[name].came(chunk)),
        over() {
          for (const lines of Object.values(streams)) orLose(0, lines.end);
        },
      };
    },
    notes: () => (problem === null ? [] : [`the mirror "${path}" lacks text: ${problem}`]),
  };
}

function openLog(path: string, word: string, { files }: MirrorOptions["system"]): OpenFile {
  const refuse = (why: string) => new UsageError(`Cannot write --mirror "${word}": ${why}`);
  if (word === "") throw new UsageError("Give --mirror a file");
  const present = look(() => files.linkStatus(path));
  if (typeof present === "string") throw refuse(present);
  if (present && present.kind !== "file") throw refuse(kindProblem(present.kind));
  const parent = look(() => files.status(dirname(path)));
  if (typeof parent !== "string" && parent?.kind !== "directory")
    throw refuse(`the directory "${dirname(path)}" does not exist`);
  try {
    return files.openAppend(path, 0o600);
  } catch (error) {
    throw refuse(errorCode(error) === "ENXIO" ? kindProblem("other") : describeError(error));
  }
}

/** What stands there, or why that cannot be told. */
function look(status: () => FileStatus | null): FileStatus | null | string {
  try {
    return status();
  } catch (error) {
    return describeError(error);
  }
}

function kindProblem(kind: FileStatus["kind"]): string {
  if (kind === "directory") return "it is a directory";
  return kind === "link" ? "it is a symbolic link" : "it is not a regular file";
}

function endsWithNewline(file: OpenFile): boolean {
  const { size } = file.status();
  return size === 0 || file.readAt(size - 1, 1)[0] === newline;
}
