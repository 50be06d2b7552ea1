/** What the commands about jobs have in common. */
import { describeError, Refusal } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { findJob } from "../job/find-job.ts";
import { type Job, readJob, stateOf } from "../job/job.ts";
import { jobIds, jobPlace, jobsDirectory, markedIds } from "../job/job-place.ts";
import type { System } from "../system/system.ts";
import { loadLostJobs } from "./load-lost-jobs.ts";
import type { Log } from "./log.ts";
import { placeOf } from "./place.ts";

/** Where jobs are looked for, and whether a program reads the answer. */
export interface JobPlaceFlags {
  readonly root: string | undefined;
  readonly json: boolean | undefined;
}

export interface JobWorld {
  readonly system: System;
  readonly log: Log;
}

/** The jobs of a root by their ids, newest first. */
export interface KnownJobs {
  readonly directory: string;
  readonly ids: readonly string[];
  /** Those that run, or whose end nobody has seen yet. */
  marked(): readonly string[];
}

export function knownJobs(flags: Pick<JobPlaceFlags, "root">, system: System): KnownJobs {
  const directory = jobsDirectory(placeOf(flags, system).root);
  try {
    const names = system.files.names(directory);
    return { directory, ids: jobIds(names), marked: () => markedIds(names) };
  } catch (error) {
    throw new Refusal(`Cannot read "${directory}": ${describeError(error)}`);
  }
}

/** The jobs that these words mean, each once, in their order; null, and told, when one of them means none or several. */
export function wantedJobs(
  words: readonly string[],
  { directory, ids }: KnownJobs,
  log: Log,
): readonly string[] | null {
  const found = new Set<string>();
  for (const word of words) {
    const match = findJob(word, ids);
    if (match.kind === "one") found.add(match.id);
    else {
      const which = match.kind === "none" ? "no job matches" : `${match.ids.length} jobs match`;
      const them = match.kind === "none" ? "" : `: ${match.ids.slice(0, 10).join(", ")}`;
      log.error(`${which} ${JSON.stringify(word)} in "${directory}"${them} (faultbox job list shows them)`);
      return null;
    }
  }
  return [...found];
}

/** A job as it stands, its end written where its supervisor could not. Null, with a warning if it is there, when it cannot be read. */
export async function lookAt(id: string, { directory }: KnownJobs, world: JobWorld): Promise<Job | null> {
  const place = jobPlace(directory, id);
  try {
    const job = readJob(place, world.system);
    return job?.state === "lost" && job.outcome === null ? await settled(job, world) : job;
  } catch (error) {
    world.log.warn(`Cannot read the job "${place.directory}": ${describeError(error)}`);
    return null;
  }
}

async function settled(job: Job, { system, log }: JobWorld): Promise<Job> {
  const { settleLostJob } = await loadLostJobs();
  try {
    const { outcome, problem } = await settleLostJob(job, system);
    if (problem !== null) log.warn(problem);
    return { ...job, state: stateOf(outcome), outcome };
  } catch (error) {
    log.warn(`Cannot recover the job "${job.place.directory}": ${describeError(error)}`);
    return job;
  }
}

/** The jobs of these ids that can be read. */
export async function lookAtAll(
  ids: readonly string[],
  known: KnownJobs,
  world: JobWorld,
): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const id of ids) {
    const job = await lookAt(id, known, world);
    if (job !== null) jobs.push(job);
  }
  return jobs;
}

/** What a script learns of a job by a number: 0 done, 1 failed, 75 still running. */
export function codeOf(jobs: readonly Job[]): number {
  if (jobs.some(({ state }) => state === "running" || state === "unknown")) return ExitCode.tryAgain;
  return jobs.every(({ state }) => state === "completed") ? ExitCode.ok : ExitCode.no;
}
