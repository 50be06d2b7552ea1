/** Limits on what a program may use, as the kernel's controllers know them. */
import type { Files } from "../system/system.ts";

/** What may be limited. Null is no limit. */
export interface ResourceLimits {
  readonly memoryBytes: number | null;
  readonly pids: number | null;
  /** Of one processor: 150 is one and a half. */
  readonly cpuPercent: number | null;
}

/** The limits that were asked for, and whether to run without where they cannot be had. */
export interface ResourceRequest extends ResourceLimits {
  readonly bestEffort: boolean;
}

export type Controller = "memory" | "pids" | "cpu";

/** What control groups ask of the world. */
export type CgroupFiles = Pick<
  Files,
  "read" | "overwrite" | "makeDirectory" | "removeEmptyDirectory" | "status"
>;

/** The controllers that these limits need. */
export function wanted(limits: ResourceLimits): readonly Controller[] {
  const { memoryBytes, pids, cpuPercent } = limits;
  return [
    ...(memoryBytes === null ? [] : ["memory" as const]),
    ...(pids === null ? [] : ["pids" as const]),
    ...(cpuPercent === null ? [] : ["cpu" as const]),
  ];
}

interface Limited {
  readonly version: 1 | 2;
  readonly directory: string;
  readonly controllers: readonly Controller[];
}

/** Period and quota of a processor's time are in microseconds. */
const cpuPeriod = 100_000;

/** Writes the limits that the controllers of this directory know. */
export function limit(
  { version, directory, controllers }: Limited,
  limits: ResourceLimits,
  files: CgroupFiles,
): void {
  const { memoryBytes, pids, cpuPercent } = limits;
  const set = (file: string, value: string) => files.overwrite(`${directory}/${file}`, value);
  if (controllers.includes("memory") && memoryBytes !== null) {
    set(version === 2 ? "memory.max" : "memory.limit_in_bytes", String(memoryBytes));
    const swap = version === 2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes";
    // Not there where the kernel does not count swap.
    if (files.status(`${directory}/${swap}`)) set(swap, version === 2 ? "0" : String(memoryBytes));
  }
  if (controllers.includes("pids") && pids !== null) set("pids.max", String(pids));
  if (controllers.includes("cpu") && cpuPercent !== null) {
    const quota = String(Math.round((cpuPercent * cpuPeriod) / 100));
    if (version === 2) set("cpu.max", `${quota} ${cpuPeriod}`);
    else set("cpu.cfs_quota_us", quota);
  }
}

/** Kills everything in the control group at this directory at once; false where the kernel has no way to. */
export function killGroupAt(directory: string, files: Pick<CgroupFiles, "status" | "overwrite">): boolean {
  if (!files.status(`${directory}/cgroup.kill`)) return false;
  files.overwrite(`${directory}/cgroup.kill`, "1");
  return true;
}

/** The words in one of the kernel's files; `[]` when it cannot be read. */
export function wordsIn(path: string, files: Pick<CgroupFiles, "read">): readonly string[] {
  try {
    return new TextDecoder().decode(files.read(path)).split(/\s+/).filter(Boolean);
  } catch {
    return [];
  }
}
