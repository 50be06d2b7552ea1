/** What an attempt's program is started in, where its use of the machine is limited. */
import { ExitCode } from "../core/exit-codes.ts";
import type { SpawnCommand, System } from "../system/system.ts";
import { type ControlGroup, makeControlGroup } from "./cgroup.ts";
import type { ResourceLimits, ResourceRequest } from "./cgroup-limits.ts";
import { cgroupPlaces } from "./cgroup-places.ts";
import type { StartFailure } from "./start.ts";
import { systemdScope } from "./systemd-scope.ts";

export interface Enclosure {
  readonly kind: "enclosure";
  readonly group: ControlGroup | null;
  /** Starts something in it. */
  around<Started>(start: () => Started): Started;
  /** What is really to be started. */
  launch(command: SpawnCommand): SpawnCommand;
  /** What could not be limited, in words. */
  notes(): readonly string[];
}

/** The usual one: none. */
const open: Enclosure = {
  kind: "enclosure",
  group: null,
  around: (start) => start(),
  launch: (command) => command,
  notes: () => [],
};

/** An enclosure with these limits for one attempt; where that is impossible, none or a failure, as the request says. */
export async function enclose(
  request: ResourceRequest,
  name: string,
  system: System,
): Promise<Enclosure | StartFailure> {
  if (request.memoryBytes === null && request.pids === null && request.cpuPercent === null) return open;
  const { files } = system;
  const places = cgroupPlaces(textOf("/proc/self/cgroup", system), textOf("/proc/self/mountinfo", system));
  const group = makeControlGroup(name, request, { places, files });
  if (typeof group !== "string") return grouped(group);
  const scope = await systemdScope(request, system);
  if (typeof scope !== "string") return { ...open, launch: scope };
  if (request.bestEffort) return asMuchAsPossible(request, name, { places, files });
  return {
    kind: "start-failure",
    message: `Cannot limit ${asked(request)}: ${group}; ${scope} (--limits best-effort runs the program without)`,
    exitCode: ExitCode.runRefused,
    category: "environment",
  };
}

function grouped(group: ControlGroup): Enclosure {
  return { ...open, group, around: group.around };
}

const noLimits: ResourceLimits = { memoryBytes: null, pids: null, cpuPercent: null };
const names = { memoryBytes: "memory", pids: "processes", cpuPercent: "processor time" } as const;
const all = Object.keys(names) as (keyof ResourceLimits)[];

/** A group with those limits that can be had, if any can. */
function asMuchAsPossible(
  request: ResourceLimits,
  name: string,
  world: Parameters<typeof makeControlGroup>[2],
): Enclosure {
  let possible = noLimits;
  const missing: string[] = [];
  for (const limit of all.filter((each) => request[each] !== null)) {
    const tried = makeControlGroup(name, { ...noLimits, [limit]: request[limit] }, world);
    if (typeof tried === "string") missing.push(`the program's ${names[limit]} was not limited: ${tried}`);
    else {
      tried.remove();
      possible = { ...possible, [limit]: request[limit] };
    }
  }
  const group = possible === noLimits ? null : makeControlGroup(name, possible, world);
  const notes = () => missing;
  return group === null || typeof group === "string" ? { ...open, notes } : { ...grouped(group), notes };
}

function asked(limits: ResourceLimits): string {
  const words = all.filter((each) => limits[each] !== null).map((each) => names[each]);
  return `the program's ${words.join(" and ")}`;
}

function textOf(path: string, { files }: System): string {
  try {
    return new TextDecoder().decode(files.read(path));
  } catch {
    return ""; // no control groups here
  }
}
