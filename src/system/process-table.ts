/** The processes that `/proc` shows on Linux; elsewhere there are none to see. */
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import type { ProcessStatus } from "./system.ts";

/** Every process that the system shows, in rising order of pid; `[]` where it shows none. */
export function processTable(): readonly ProcessStatus[] {
  return processIds()
    .map(processStatus)
    .filter((status) => status !== null);
}

/** The pids that the system shows. */
export function processIds(): readonly number[] {
  return (attempt(() => fs().readdirSync("/proc")) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** One process, or null when it is gone or the system shows none. */
export function processStatus(pid: number): ProcessStatus | null {
  const stat = attempt(() => fs().readFileSync(`/proc/${pid}/stat`, "latin1"));
  if (stat === null) return null;
  const fields = fieldsOf(stat);
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: fields[19] ?? "",
    alive: fields[0] !== "Z" && fields[0] !== "X",
    stopped: fields[0] === "T",
  };
}

/** The command may itself hold spaces and brackets; what follows does not (proc(5)). */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** A process on its way out may still hold memory and descriptors, but not a thread of it will run again. */
const exiting = 0x4; // PF_EXITING, include/linux/sched.h

/** When a process started that can still do something; null for a zombie, for one that is exiting, and for none. */
export function startTimeOf(pid: number, libc: Pick<Libc, "readStart">): string | null {
  const stat = smallFile(`/proc/${pid}/stat`, libc);
  const fields = stat === null ? [] : fieldsOf(stat);
  const gone = fields[0] === "Z" || fields[0] === "X" || (Number(fields[6]) & exiting) !== 0;
  return gone ? null : (fields[19] ?? null);
}

/** The command line of a process, else its short name. */
export function commandOf(pid: number): string {
  const words = attempt(() => fs().readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
  const command = words.replaceAll("\0", " ").trim();
  return command || nameOf(pid);
}

/** The short name of a process. */
export function nameOf(pid: number): string {
  return (attempt(() => fs().readFileSync(`/proc/${pid}/comm`, "utf8")) ?? "?").trim();
}

/** What a process was given at its start under a name; null when it has no such variable, or when we may not look. */
export function variableOf(pid: number, name: string): string | null {
  const block = attempt(() => fs().readFileSync(`/proc/${pid}/environ`, "latin1")) ?? "";
  const begin = block.startsWith(`${name}=`) ? 0 : block.indexOf(`\0${name}=`) + 1;
  if (begin === 0 && !block.startsWith(`${name}=`)) return null;
  return block.slice(begin + name.length + 1).split("\0", 1)[0] ?? "";
}

/** Our own children, zombies among them; null where the kernel does not list them (`CONFIG_PROC_CHILDREN`). */
export function listedChildren(libc: Pick<Libc, "readStart">): readonly number[] | null {
  const list = smallFile(`/proc/self/task/${process.pid}/children`, libc);
  if (list === null) return null;
  // A number at the very end may be the beginning of a longer one.
  return list === "" ? [] : list.slice(0, list.lastIndexOf(" ")).split(" ").map(Number);
}

/** The text of a file of `/proc`, up to a page; null when there is none. */
export function smallFile(path: string, libc: Pick<Libc, "readStart">): string | null {
  return libc.readStart(path, 4096) ?? attempt(() => fs().readFileSync(path, "latin1"));
}

/** A process can be gone, or another user's, between two looks. */
export function attempt<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
