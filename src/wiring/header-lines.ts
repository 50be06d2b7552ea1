import { variablePrefix, type WorkerName } from "./workers.ts";

/** The lines of a prompt that tell a worker where its files are, by the name of what they hold. */
export const headerLabels = {
  errorsLog: "Errors log path",
  errorsSidecar: "Errors sidecar path",
  worktree: "Worktree",
} as const;

export type HeaderName = keyof typeof headerLabels;

export const headerNames = Object.keys(headerLabels) as readonly HeaderName[];

/** What such a line begins with; a space and the path follow. */
export function headerMarker(name: HeaderName): string {
  return `**${headerLabels[name]}:**`;
}

/** The lines for a worker's prompt. It takes them over verbatim. */
export function renderHeaders(paths: {
  readonly errorsLog: string;
  readonly errorsSidecar: string;
  readonly worktree: string | null;
}): readonly string[] {
  return headerNames.flatMap((name) =>
    paths[name] === null ? [] : [`${headerMarker(name)} ${paths[name]}`],
  );
}

/** What a worker's prompt must hold: codex and gemini are called by a wrapper that writes to the errors log itself. */
export function requiredHeaders(worker: WorkerName): readonly HeaderName[] {
  return worker === "codex" || worker === "gemini" ? ["errorsLog", "errorsSidecar"] : ["errorsSidecar"];
}

/** The word that a lead looks for when a line is missing or cannot be used. */
export function missingStatus(worker: WorkerName): string {
  const suffix = worker === "codex" || worker === "gemini" ? "" : "_WORKER";
  return `${variablePrefix(worker)}${suffix}_ERRORS_PATH_MISSING`;
}
