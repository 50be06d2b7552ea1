/** What `/proc` tells on Linux; elsewhere every answer is empty and callers do without. */
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import type { ProcessName } from "./system.ts";

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

/** Whether a living member of that process group exists; null without `/proc`. */
export function groupAliveInProc(group: number): boolean | null {
  const ids = processIds();
  if (ids.length === 0) return null;
  return ids.some((pid) => {
    const fields = statFields(pid);
    return fields !== null && Number(fields[2]) === group && fields[0] !== "Z" && fields[0] !== "X";
  });
}

/** Whether a signal, by number, was ignored when we started: a mask in `/proc/self/status` (proc(5)). */
export function ignoredSignals(libc: Pick<Libc, "readStart">): (number: number) => boolean {
  const path = "/proc/self/status";
  const status = libc.readStart(path, 4096) ?? attempt(() => fs().readFileSync(path, "utf8")) ?? "";
  const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0";
  // The signals that can be meant are below 32: half of the mask.
  const bits = Number.parseInt(mask.slice(-8), 16);
  return (number) => number > 0 && number <= 32 && ((bits >>> (number - 1)) & 1) === 1;
}

/** Where reading stands in one of our descriptors; null without `/proc`. */
export function descriptorPosition(descriptor: number, libc: Pick<Libc, "readStart">): number | null {
  const path = `/proc/self/fdinfo/${descriptor}`;
  const text = libc.readStart(path, 1024) ?? attempt(() => fs().readFileSync(path, "utf8"));
  const position = /^pos:\s*(\d+)/m.exec(text ?? "");
  return position ? Number(position[1]) : null;
}

function processIds(): readonly number[] {
  return (attempt(() => fs().readdirSync("/proc")) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
}

function descriptorsOf(pid: number): readonly string[] {
  const names = attempt(() => fs().readdirSync(`/proc/${pid}/fd`)) ?? [];
  return names.map((name) => attempt(() => fs().readlinkSync(`/proc/${pid}/fd/${name}`)) ?? "");
}

/** The fields of `/proc/<pid>/stat` after the command, which may itself hold spaces and brackets (proc(5)). */
function statFields(pid: number): readonly string[] | null {
  const stat = attempt(() => fs().readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function commandOf(pid: number): string {
  const words = attempt(() => fs().readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
  const command = words.replaceAll("\0", " ").trim();
  return command || (attempt(() => fs().readFileSync(`/proc/${pid}/comm`, "utf8")) ?? "?").trim();
}

/** A process can be gone, or another user's, between two looks. */
function attempt<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
