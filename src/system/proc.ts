/** What `/proc` tells on Linux; elsewhere every answer is empty and callers do without. */
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import { attempt, commandOf, processIds, processTable, smallFile } from "./process-table.ts";
import type { HostPlace, ProcessName } from "./system.ts";

/** What cannot be told on a Linux without `/proc`, in words. */
export function lacksOfProc(): readonly string[] {
  if (process.platform !== "linux" || attempt(() => fs().existsSync("/proc/self/stat"))) return [];
  return [
    "no /proc is mounted: who holds the program's output open, and which signals were ignored, cannot be told",
  ];
}

/** The processes that hold a pipe open, ourselves left out. `pipe` is what `/proc/<pid>/fd/<n>` links to. */
export function holdersOfPipe(pipe: string): readonly ProcessName[] {
  return processIds()
    .filter((pid) => pid !== process.pid && descriptorsOf(pid).includes(pipe))
    .map((pid) => ({ pid, command: commandOf(pid) }));
}

/** The pipe behind a descriptor of ours, as a link text; null when it is none or cannot be told. */
export function pipeBehind(descriptor: number): string | null {
  const target = attempt(() => fs().readlinkSync(`/proc/self/fd/${descriptor}`));
  return target?.startsWith("pipe:") ? target : null;
}

/** Every pipe that we hold, by descriptor in rising order. */
export function ownPipes(): ReadonlyMap<number, string> {
  const numbers = (attempt(() => fs().readdirSync("/proc/self/fd")) ?? []).map(Number).sort((a, b) => a - b);
  const pipes = numbers.map((number) => [number, pipeBehind(number)] as const);
  return new Map(pipes.filter((entry): entry is readonly [number, string] => entry[1] !== null));
}

/** Whether a living member of that process group exists. Without `/proc` a zombie is taken for one. */
export function isGroupAlive(group: number): boolean {
  const table = processTable();
  if (table.length > 0) return table.some((status) => status.group === group && status.alive);
  return attempt(() => process.kill(-group, 0)) ?? false;
}

/** Which machine, boot and container this is. */
export function placeInProc(libc: Pick<Libc, "readStart">): HostPlace {
  const read = (path: string) => smallFile(path, libc)?.trim() || null;
  return {
    name: read("/proc/sys/kernel/hostname"),
    machineId: read("/etc/machine-id"),
    bootId: read("/proc/sys/kernel/random/boot_id"),
    pidNamespace: attempt(() => fs().readlinkSync("/proc/self/ns/pid")),
  };
}

/** Where reading stands in one of our descriptors; null without `/proc`. */
export function descriptorPosition(descriptor: number, libc: Pick<Libc, "readStart">): number | null {
  const path = `/proc/self/fdinfo/${descriptor}`;
  const text = libc.readStart(path, 1024) ?? attempt(() => fs().readFileSync(path, "utf8"));
  const position = /^pos:\s*(\d+)/m.exec(text ?? "");
  return position ? Number(position[1]) : null;
}

function descriptorsOf(pid: number): readonly string[] {
  const names = attempt(() => fs().readdirSync(`/proc/${pid}/fd`)) ?? [];
  return names.map((name) => attempt(() => fs().readlinkSync(`/proc/${pid}/fd/${name}`)) ?? "");
}
