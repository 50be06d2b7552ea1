import { errorCode } from "../core/errors.ts";
import type { HostPlace, OpenFile, System } from "../system/system.ts";
import type { JobOwner } from "./job-record.ts";

/** Whether a supervisor lives, as far as can be told from here. */
export type Life = "alive" | "dead" | "elsewhere";

type World = Pick<System, "files" | "host" | "processes">;

/** Asks the lock first, and the process where the lock alone does not tell. */
export function lifeOf(owner: JobOwner, record: string, system: World): Life {
  const here = system.host.place();
  if (!isSameMachine(owner, here)) return isHeld(record, system) ? "alive" : "elsewhere";
  if (!owner.locked) return lifeWithoutLock(owner, here, system);
  if (!isHeld(record, system)) return "dead";
  // Whoever writes a lost job's outcome holds the lock too; from another container that cannot be told apart.
  return isSamePlace(owner, here) && isGone(owner, system) ? "dead" : "alive";
}

function lifeWithoutLock(owner: JobOwner, here: HostPlace, system: World): Life {
  if (owner.bootId !== here.bootId) return "dead";
  if (!isSamePlace(owner, here)) return "elsewhere";
  return isGone(owner, system) ? "dead" : "alive";
}

/** A process that the system does not show us is there all the same; one that it shows as a zombie is not. */
function isGone({ pid, startTime }: JobOwner, { processes }: Pick<World, "processes">): boolean {
  const now = processes.startTimeOf(pid);
  if (now !== null) return now !== startTime;
  const hidden = processes.exists(pid) && processes.stopped(pid) === null;
  return !hidden;
}

/** Whether the owner's process id means the owner, here and now. */
export function canBeSignalled(
  owner: JobOwner,
  { host, processes }: Pick<World, "host" | "processes">,
): boolean {
  if (owner.startTime === null || !isSamePlace(owner, host.place())) return false;
  return processes.startTimeOf(owner.pid) === owner.startTime;
}

/** Where processes are numbered as the owner's were. */
export function isSamePlace(owner: JobOwner, here: HostPlace): boolean {
  return (
    isSameMachine(owner, here) && owner.bootId === here.bootId && owner.pidNamespace === here.pidNamespace
  );
}

/** Machines that were copied share their id, and containers have none: after another boot the name has to agree too. */
function isSameMachine(owner: JobOwner, here: HostPlace): boolean {
  if (owner.machineId !== here.machineId) return false;
  return owner.bootId === here.bootId || owner.name === here.name;
}

/** Whether somebody holds the lock of that file. */
export function isHeld(path: string, { files }: Pick<World, "files">): boolean {
  let file: OpenFile;
  try {
    file = files.openPresent(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
  try {
    return !file.tryLock();
  } catch {
    return false; // no libc
  } finally {
    file.close();
  }
}
