/** Whether the kernel ended a program because memory ran out: by its own counters, never guessed from SIGKILL alone. */
import type { System } from "../system/system.ts";
import { type ControlGroup, outOfMemoryKills } from "./cgroup.ts";
import { wordsIn } from "./cgroup-limits.ts";
import { type CgroupPlace, cgroupPlaces } from "./cgroup-places.ts";
import type { Watched } from "./watch.ts";

/** Watches the counter of the control group that we are in ourselves, where an attempt has none of its own. */
export interface MemoryWatch {
  /** Whether the kernel ended something of ours; null where somebody else's may be meant. */
  kills(): boolean | null;
  end(): void;
}

/** What the counters say of an attempt that has ended. In a group of its own anything that failed may have failed of it. */
export function memoryFigures(
  { end, usage, notes, stop }: Pick<Watched, "end" | "usage" | "notes" | "stop">,
  { group, memory }: { readonly group: ControlGroup | null; readonly memory: MemoryWatch | null },
): Pick<Watched, "outOfMemory" | "usage" | "notes"> {
  const killed = end?.kind === "signaled" && end.signal === "SIGKILL" && stop.kind === "ended";
  const failed = killed || (end?.kind === "exited" && end.code !== 0);
  const own = failed && (group?.outOfMemoryKills() ?? 0) > 0;
  const shared = killed && memory !== null ? memory.kills() : false;
  const peak = group?.peakMemoryBytes() ?? null;
  return {
    outOfMemory: own || shared === true,
    usage: peak === null ? usage : { ...usage, maxMemoryBytes: peak },
    notes: shared === null ? [...notes, somebodysMemory] : notes,
  };
}

const somebodysMemory =
  "memory ran out in our control group during the attempt, but others share it: whether it killed the program is not known";

/** A program that lived shorter than this did not run out of memory: so long nobody is asked. */
const firstLookMs = 20;

/** Begins to watch. */
export function watchMemory(system: System): MemoryWatch {
  let place: CgroupPlace | null = null;
  let before: number | null = null;
  const cancel = new AbortController();
  void system.clock.sleep(firstLookMs, cancel.signal).then(() => {
    if (cancel.signal.aborted) return;
    place = memoryPlace(system);
    before = place && outOfMemoryKills(place.own, place.version, system.files);
  });
  return {
    kills() {
      const now = place && outOfMemoryKills(place.own, place.version, system.files);
      if (place === null || before === null || now === null) return false;
      if (now <= before) return false;
      return isOursAlone(place, system) ? true : null;
    },
    end: () => cancel.abort(),
  };
}

function memoryPlace({ files }: System): CgroupPlace | null {
  const text = (path: string) => new TextDecoder().decode(files.read(path));
  try {
    const places = cgroupPlaces(text("/proc/self/cgroup"), text("/proc/self/mountinfo"));
    const hasMemory = ({ version, own, controllers }: CgroupPlace) =>
      version === 1 ? controllers.includes("memory") : wordsIn(`${own}/memory.events`, files).length > 0;
    return places.find(hasMemory) ?? null;
  } catch {
    return null;
  }
}

/** Whether nobody is in the group but us, those who called us, and our descendants. */
function isOursAlone(place: CgroupPlace, { files, processes, host }: System): boolean {
  const parents = new Map(processes.all().map(({ pid, parent }) => [pid, parent]));
  const lineOf = (pid: number) => {
    const line = new Set<number>();
    for (let at: number | undefined = pid; at && !line.has(at); at = parents.get(at)) line.add(at);
    return line;
  };
  const callers = lineOf(host.pid);
  return wordsIn(`${place.own}/cgroup.procs`, files)
    .map(Number)
    .every((pid) => !parents.has(pid) || callers.has(pid) || lineOf(pid).has(host.pid));
}
