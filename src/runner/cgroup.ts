/**
 * A control group of an attempt's own: what is born in it stays in it, whatever else it leaves.
 *
 * 1. It is made before the program, and empty; the program is born in it because we go in, start it and come out again.
 * 2. Limits that could hit us meanwhile, or that count us, are set when we are out.
 * 3. It goes when nothing is in it. What is to live on is moved to where we are.
 */
import { describeError } from "../core/errors.ts";
import { type CgroupFiles, killGroupAt, limit, type ResourceLimits, wordsIn } from "./cgroup-limits.ts";
import { makeParts, type Part } from "./cgroup-parts.ts";
import type { CgroupPlace } from "./cgroup-places.ts";

export interface ControlGroup {
  /** Where it is: one place for each hierarchy of the kernel's. */
  readonly directories: readonly string[];
  /** Starts something in it. */
  around<Started>(start: () => Started): Started;
  /** The pids in it. */
  members(): readonly number[];
  /** Kills all of them at once; false where the kernel has no way to. */
  killAll(): boolean;
  /** How many processes in it the kernel has ended because memory ran out; null where nobody counts. */
  outOfMemoryKills(): number | null;
  peakMemoryBytes(): number | null;
  /** Moves out what is still in it, and removes it. */
  remove(): void;
}

/** The group, or why it cannot be made, in words. */
export function makeControlGroup(
  name: string,
  limits: ResourceLimits,
  world: { readonly places: readonly CgroupPlace[]; readonly files: CgroupFiles },
): ControlGroup | string {
  const parts = makeParts(name, limits, world);
  if (typeof parts === "string") return parts;
  try {
    for (const part of parts) limit(part, { ...limits, pids: null }, world.files);
    // Whether we may go in and out is better found out before there is a program.
    for (const { directory } of parts) move(0, directory, world.files);
    for (const { home } of parts) move(0, home, world.files);
    return controlGroup(parts, limits, world.files);
  } catch (error) {
    for (const { directory, home } of parts) {
      quietly(() => move(0, home, world.files));
      world.files.removeEmptyDirectory(directory);
    }
    return describeError(error);
  }
}

function controlGroup(parts: readonly Part[], limits: ResourceLimits, files: CgroupFiles): ControlGroup {
  const memory = parts.find(({ controllers }) => controllers.includes("memory"));
  const killable = parts.find(({ version }) => version === 2);
  const members = () => {
    const [first] = parts;
    return first ? wordsIn(`${first.directory}/cgroup.procs`, files).map(Number) : [];
  };
  return {
    directories: parts.map(({ directory }) => directory),
    around(start) {
      try {
        for (const { directory } of parts) move(0, directory, files);
        return start();
      } finally {
        for (const { home } of parts) move(0, home, files);
        for (const part of parts)
          limit(part, { memoryBytes: null, cpuPercent: null, pids: limits.pids }, files);
      }
    },
    members,
    killAll: () => killable !== undefined && killGroupAt(killable.directory, files),
    outOfMemoryKills: () => (memory ? outOfMemoryKills(memory.directory, memory.version, files) : null),
    peakMemoryBytes() {
      if (!memory) return null;
      const file = memory.version === 2 ? "memory.peak" : "memory.max_usage_in_bytes";
      const [peak] = wordsIn(`${memory.directory}/${file}`, files);
      return peak === undefined ? null : Number(peak);
    },
    remove() {
      for (const { directory, home } of parts) {
        for (const pid of wordsIn(`${directory}/cgroup.procs`, files))
          quietly(() => move(Number(pid), home, files));
        files.removeEmptyDirectory(directory);
      }
    },
  };
}

/** 0 is whoever writes it. */
function move(pid: number, directory: string, files: CgroupFiles): void {
  files.overwrite(`${directory}/cgroup.procs`, String(pid));
}

/** The kernel's count for the group at this directory; null where it keeps none. */
export function outOfMemoryKills(
  directory: string,
  version: 1 | 2,
  files: Pick<CgroupFiles, "read">,
): number | null {
  const words = wordsIn(`${directory}/${version === 2 ? "memory.events" : "memory.oom_control"}`, files);
  const at = words.indexOf("oom_kill");
  return at < 0 ? null : Number(words[at + 1]);
}

/** A process that is gone by now needs no moving. */
function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // Whatever is left shows in the directory, which then stays.
  }
}
