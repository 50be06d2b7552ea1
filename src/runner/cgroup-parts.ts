/** Finding room for a control group, and making its directories. */
import { describeError } from "../core/errors.ts";
import { type CgroupFiles, type Controller, type ResourceLimits, wanted, wordsIn } from "./cgroup-limits.ts";
import type { CgroupPlace } from "./cgroup-places.ts";

/** A directory of the group; in version 1 there is one for each hierarchy. */
export interface Part {
  readonly version: 1 | 2;
  readonly directory: string;
  /** Where we are, and come back to. */
  readonly home: string;
  readonly controllers: readonly Controller[];
}

/** The directories of a new group, or why they cannot be made, in words. */
export function makeParts(
  name: string,
  limits: ResourceLimits,
  { places, files }: { readonly places: readonly CgroupPlace[]; readonly files: CgroupFiles },
): readonly Part[] | string {
  const made: Part[] = [];
  try {
    made.push(...unified(name, wanted(limits), places, files));
    const found = new Set(made.flatMap(({ controllers }) => controllers));
    for (const controller of wanted(limits)) {
      if (!found.has(controller)) made.push(inVersion1(name, controller, places, files));
    }
    return made;
  } catch (error) {
    for (const { directory } of made) files.removeEmptyDirectory(directory);
    return describeError(error);
  }
}

/** The part of version 2, with those of the controllers that version 2 has here; `[]` where none can be made and none is needed. */
function unified(
  name: string,
  controllers: readonly Controller[],
  places: readonly CgroupPlace[],
  files: CgroupFiles,
): readonly Part[] {
  const place = places.find(({ version }) => version === 2);
  if (!place) return [];
  const offered = new Set(wordsIn(`${place.top}/cgroup.controllers`, files));
  const here = controllers.filter((controller) => offered.has(controller));
  const problems: string[] = [];
  for (const parent of candidates(place, here, files)) {
    const directory = `${parent}/${name}`;
    try {
      files.makeDirectory(directory, 0o755);
      enable(here, parent, directory, files);
      return [{ version: 2, directory, home: place.own, controllers: here }];
    } catch (error) {
      files.removeEmptyDirectory(directory);
      problems.push(`"${parent}": ${describeError(error)}`);
    }
  }
  // Without controllers it only helps to kill.
  if (here.length > 0) throw new Error(problems.join("; ") || "our own control group has limits of its own");
  return [];
}

/**
 * Our own group, and beside it: a group that holds processes cannot hand controllers on (cgroups(7), no internal processes). Beside
 * it only where we do not slip out of limits that were set for us.
 */
function candidates(
  place: CgroupPlace,
  controllers: readonly Controller[],
  files: CgroupFiles,
): readonly string[] {
  if (controllers.length === 0 || place.own === place.top) return [place.own];
  const limited = ["memory.max", "memory.high", "pids.max", "cpu.max"].some((file) => {
    const [value = "max"] = wordsIn(`${place.own}/${file}`, files);
    return value !== "max";
  });
  return limited ? [place.own] : [place.own, place.own.slice(0, place.own.lastIndexOf("/"))];
}

function enable(
  controllers: readonly Controller[],
  parent: string,
  directory: string,
  files: CgroupFiles,
): void {
  const missing = () => {
    const has = new Set(wordsIn(`${directory}/cgroup.controllers`, files));
    return controllers.filter((controller) => !has.has(controller));
  };
  if (missing().length === 0) return;
  files.overwrite(
    `${parent}/cgroup.subtree_control`,
    missing()
      .map((each) => `+${each}`)
      .join(" "),
  );
  if (missing().length > 0) throw new Error(`it does not hand on ${missing().join(" and ")}`);
}

function inVersion1(
  name: string,
  controller: Controller,
  places: readonly CgroupPlace[],
  files: CgroupFiles,
): Part {
  const place = places.find(({ controllers }) => controllers.includes(controller));
  if (!place) throw new Error(`no control group of ours has the controller "${controller}"`);
  const directory = `${place.own}/${name}`;
  try {
    files.makeDirectory(directory, 0o755);
  } catch (error) {
    throw new Error(`Cannot make a control group in "${place.own}": ${describeError(error)}`);
  }
  return { version: 1, directory, home: place.own, controllers: [controller] };
}
