import { ExitCode } from "./exit-codes.ts";

/** Something a person can put right: shown as one line without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A refusal with an exit code of its own, shown as one line without a stack. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = ExitCode.notWritten) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The code a system call failed with, such as `ENOSPC`, or `UNKNOWN`. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return "UNKNOWN";
}

const words: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "disk quota exceeded",
  EEXIST: "it exists already",
  EFBIG: "file too large",
  EIO: "input/output error",
  EISDIR: "it is a directory",
  ELOOP: "it is a symbolic link",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ENFILE: "too many open files on this machine",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "a part of the path is not a directory",
  EPERM: "operation not permitted",
  EPIPE: "the reader went away",
  EROFS: "read-only file system",
};

/** An error code in words, the code kept: `no space left on device (ENOSPC)`. */
export function describeCode(code: string): string {
  const text = words[code];
  return text === undefined ? code : `${text} (${code})`;
}

/** Why something failed, in words, for the end of a sentence. */
export function describeError(error: unknown): string {
  const code = errorCode(error);
  if (code !== "UNKNOWN") return describeCode(code);
  return error instanceof Error ? error.message : String(error);
}
