import { entryOf } from "../system/path.ts";

/** Where the files of a job lie; `job.ts` tells what stands in each. */
export interface JobPlace {
  readonly id: string;
  readonly directory: string;
  readonly record: string;
  readonly log: string;
  readonly outcome: string;
  /** There once somebody asked the job to stop. */
  readonly stop: string;
  /** There as long as nobody has seen how it ended. */
  readonly marker: string;
}

/** Where the jobs of a root lie. */
export function jobsDirectory(root: string): string {
  return `${root === "/" ? "" : root}/logs/local/jobs`;
}

export function jobPlace(jobs: string, id: string): JobPlace {
  const directory = entryOf(jobs, id);
  return {
    id,
    directory,
    record: `${directory}/job.json`,
    log: `${directory}/log`,
    outcome: `${directory}/outcome.json`,
    stop: `${directory}/stop`,
    marker: entryOf(jobs, `.${id}.running`),
  };
}

/** The name of a job's directory before all that belongs in it is there. */
export function draftName(id: string): string {
  return `.${id}.new`;
}

/** The ids of jobs among the sorted names in their directory, newest first: an id begins with its time. */
export function jobIds(names: readonly string[]): readonly string[] {
  const ids: string[] = [];
  for (const name of names) if (isId(name)) ids.push(name);
  return ids.reverse();
}

/** The ids of those whose end nobody has seen yet, newest first. */
export function markedIds(names: readonly string[]): readonly string[] {
  const ids: string[] = [];
  for (const name of names)
    if (name.endsWith(".running") && isId(name.slice(1, 37))) ids.push(name.slice(1, 37));
  return ids.reverse();
}

/** By its looks, where a thousand are asked for: what is none of ours has no record in it. */
function isId(name: string): boolean {
  return name.length === 36 && name[8] === "-" && name[14] === "7";
}

/** What is in the directory only for a moment, or beside a job that is there: of a job in the making, of one that goes, markers. */
export function abandonedNames(
  names: readonly string[],
): readonly { readonly name: string; readonly id: string; readonly kind: "new" | "gone" | "running" }[] {
  return names.flatMap((name) => {
    const [, id = "", kind] = /^\.([0-9a-f-]{36})\.(new|gone|running)$/.exec(name) ?? [];
    return isId(id) ? [{ name, id, kind: kind as "new" | "gone" | "running" }] : [];
  });
}
