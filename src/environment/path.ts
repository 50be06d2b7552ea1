import { isAbsolute, join } from "../system/path.ts";
import { systemDirectories } from "./builtin.ts";
import type { Verdict } from "./decision.ts";
import type { PathPolicy, World } from "./policy.ts";

/** The child's PATH, and in words what was left out of it. */
export function buildPath(
  how: PathPolicy,
  parent: ReadonlyMap<string, string>,
  { files }: Pick<World, "files">,
): Pick<Verdict, "outcome" | "reason" | "value"> {
  const inherited = sift((parent.get("PATH") ?? "").split(":"), files);
  if (how.kind === "built") return builtPath(how, inherited, parent.get("HOME") ?? "", files);
  if (inherited.kept.length > 0) {
    const reason = ["inherited from the parent", ...inherited.removed].join("; without ");
    return { outcome: "passed", reason, value: inherited.kept.join(":") };
  }
  const why = parent.has("PATH") ? "nothing in the parent's can be used" : "the parent has none";
  return { outcome: "set", reason: `the system's directories: ${why}`, value: systemDirectories.join(":") };
}

type BuiltPath = Extract<PathPolicy, { kind: "built" }>;

/** Tools first, so that the child finds the ones the parent finds; nothing else of the parent's PATH. */
function builtPath(how: BuiltPath, inherited: Sifted, home: string, files: World["files"]) {
  const declared = siftDeclared(how.dirs, home, files);
  const places = [...inherited.kept, ...declared.kept];
  const holding = how.tools.flatMap((tool) => {
    const place = places.find((directory) => isProgram(join(directory, tool), files));
    return place === undefined ? [] : [place];
  });
  const added = withoutRepeats([...declared.kept, ...holding]).filter(
    (directory) => !how.base.includes(directory),
  );
  const sentence = `built: ${count(added.length)} of tools before the system's`;
  const reason = [sentence, ...declared.removed].join("; without ");
  return { outcome: "set" as const, reason, value: [...added, ...how.base].join(":") };
}

interface Sifted {
  readonly kept: readonly string[];
  /** In words, each with the reason. */
  readonly removed: readonly string[];
}

function sift(entries: readonly string[], files: World["files"]): Sifted {
  const kept: string[] = [];
  const removed: string[] = [];
  for (const entry of entries) {
    const plain = withoutTrailingSlash(entry);
    const fault = faultIn(plain, files) ?? (kept.includes(plain) ? "a repeat" : null);
    if (fault === null) kept.push(plain);
    else removed.push(`"${entry}" (${fault})`);
  }
  return { kept, removed };
}

/** A declared directory may be missing still: what gets installed there later is found. */
function siftDeclared(dirs: readonly string[], home: string, files: World["files"]): Sifted {
  const kept: string[] = [];
  const removed: string[] = [];
  for (const dir of dirs) {
    const path = dir.startsWith("~/") && isAbsolute(home) ? join(home, dir.slice(2)) : dir;
    const fault = dir.startsWith("~/") && path === dir ? "no HOME" : faultIn(path, files);
    if (fault === null || fault === "missing") kept.push(path);
    else removed.push(`"${dir}" (${fault})`);
  }
  return { kept, removed };
}

function faultIn(directory: string, files: World["files"]): string | null {
  if (directory === "") return "empty";
  if (!isAbsolute(directory)) return "relative";
  if (directory.includes("\uFFFD")) return "not UTF-8";
  // Only a declared one can: in PATH it would be read as two directories.
  if (directory.includes(":")) return "a colon in its name";
  const status = statusOf(directory, files);
  if (status === null || status.kind !== "directory") return "missing";
  return (status.mode & 0o002) === 0 ? null : "world-writable";
}

function isProgram(path: string, files: World["files"]): boolean {
  return statusOf(path, files)?.kind === "file" && files.executable(path);
}

function statusOf(path: string, files: World["files"]) {
  try {
    return files.status(path);
  } catch {
    return null;
  }
}

function withoutRepeats(entries: readonly string[]): readonly string[] {
  return [...new Set(entries)];
}

function withoutTrailingSlash(entry: string): string {
  return entry.endsWith("/") ? entry.replace(/(?<=.)\/+$/, "") : entry;
}

function count(directories: number): string {
  return directories === 1 ? "1 directory" : `${directories} directories`;
}
