import { UsageError } from "../core/errors.ts";
import { dirname } from "../system/path.ts";
import type { Files, System } from "../system/system.ts";
import { handedOn } from "./handed-path.ts";

/** The path of a log that is appended to, as it was handed on: its directory must be there. What stands at the path itself is the append's to judge. */
export function handedLogPath(flag: string, word: string | undefined, files: Files): string {
  const path = handedOn(flag, word ?? "");
  if (kindOf(dirname(path), files) === null) {
    throw new UsageError(`Cannot use ${flag} "${path}": there is no directory "${dirname(path)}"`);
  }
  return path;
}

function kindOf(directory: string, files: Files): string | null {
  try {
    const status = files.status(directory);
    return status?.kind === "directory" ? "directory" : null;
  } catch {
    return "unknown"; // not ours to look into: writing there will tell
  }
}

/** What of a log invites others to read or change it, in words. It is warned of, never a reason to lose a record. */
export function permissionWarnings(
  path: string,
  { files, host }: Pick<System, "files" | "host">,
): readonly string[] {
  const warnings: string[] = [];
  const log = files.linkStatus(path);
  if (log !== null && (log.mode & 0o077) !== 0) {
    const verb = (log.mode & 0o022) !== 0 ? "change" : "read";
    warnings.push(`others can ${verb} "${path}" (mode ${octal(log.mode)}): chmod 600 keeps it to yourself`);
  }
  const directory = files.status(dirname(path));
  const isSticky = ((directory?.mode ?? 0) & 0o1000) !== 0;
  if (directory !== null && (directory.mode & 0o002) !== 0 && !isSticky && host.userId !== null) {
    warnings.push(
      `everybody can replace "${path}": its directory can be written to by all (mode ${octal(directory.mode)})`,
    );
  }
  return warnings;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
