import type { System } from "../system/system.ts";

/** A process above us whose variables any child of ours could read, and the names there that matter. */
export interface ExposedAncestor {
  readonly pid: number;
  readonly command: string;
  readonly names: readonly string[];
}

type Proc = Pick<System, "files" | "host">;

/** Names that our own environment holds more than once: C programs see the first value, this one the last. `[]` without /proc. */
export function repeatedNames(system: Proc): readonly string[] {
  const names = namesIn(`/proc/${system.host.pid}/environ`, system) ?? [];
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].sort();
}

/**
 * The processes above us that run as our user and hold a name of interest. What a policy keeps from a program is
 * theirs to give away in `/proc/<pid>/environ`, whatever faultbox does with its own. `[]` without /proc.
 */
export function exposedAncestors(
  isOfInterest: (name: string) => boolean,
  system: Proc,
): readonly ExposedAncestor[] {
  const exposed: ExposedAncestor[] = [];
  const seen = new Set<number>();
  for (let pid = parentOf(system.host.pid, system); pid > 0 && !seen.has(pid); pid = parentOf(pid, system)) {
    seen.add(pid);
    const names = isOurs(pid, system) ? (namesIn(`/proc/${pid}/environ`, system) ?? []) : [];
    const found = [...new Set(names.filter(isOfInterest))].sort();
    if (found.length > 0) exposed.push({ pid, command: commandOf(pid, system), names: found });
  }
  return exposed;
}

/** What a process that made itself private has in /proc belongs to root: its variables are safe. */
function isOurs(pid: number, { files, host }: Proc): boolean {
  try {
    return files.status(`/proc/${pid}/environ`)?.owner === host.userId;
  } catch {
    return false;
  }
}

function parentOf(pid: number, system: Proc): number {
  return Number(/^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`, system) ?? "")?.[1] ?? 0);
}

function commandOf(pid: number, system: Proc): string {
  return /^Name:\s*(.*)/m.exec(read(`/proc/${pid}/status`, system) ?? "")?.[1] ?? "?";
}

function namesIn(path: string, system: Proc): readonly string[] | null {
  const text = read(path, system);
  if (text === null) return null;
  return text
    .split("\0")
    .flatMap((entry) => (entry.includes("=") ? [entry.slice(0, entry.indexOf("="))] : []));
}

function read(path: string, { files }: Proc): string | null {
  try {
    return new TextDecoder().decode(files.read(path));
  } catch {
    return null;
  }
}
