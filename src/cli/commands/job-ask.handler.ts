import { parseDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { jsonText } from "../../core/json-text.ts";
import type { Job } from "../../job/job.ts";
import type { Call, Leave } from "../command.ts";
import { countOf } from "../count-flag.ts";
import { endText, jobCells, jobJson, jobLine, progressText } from "../job-text.ts";
import {
  codeOf,
  type JobPlaceFlags,
  type JobWorld,
  type KnownJobs,
  knownJobs,
  lookAt,
  lookAtAll,
  wantedJobs,
} from "../known-jobs.ts";
import { cleanLine, shellWord, table } from "../table.ts";

/** Without words, of every job that runs or whose end nobody has seen yet. */
export async function poll({ flags, positionals, system, log }: Call<JobPlaceFlags>): Promise<Leave> {
  const known = knownJobs(flags, system);
  const ids = positionals.length === 0 ? known.marked() : wantedJobs(positionals, known, log);
  if (ids === null) return { code: ExitCode.no };
  const jobs = await lookAtAll(ids, known, { system, log });
  if (jobs.length === 0 && !flags.json) log.info(`no job runs in "${known.directory}"`);
  tell(jobs, flags, { system, log });
  return { code: jobs.length < ids.length && positionals.length > 0 ? ExitCode.no : ExitCode.ok };
}

function tell(jobs: readonly Job[], { json }: Pick<JobPlaceFlags, "json">, { system }: JobWorld): void {
  if (json) system.output.line(`[${jobs.map((job) => jsonText(jobJson(job, system))).join(",\n")}]`);
  else for (const job of jobs) system.output.line(jobLine(job, system));
}

interface WaitFlags extends JobPlaceFlags {
  readonly for: string;
}

/** How often somebody who waits looks. */
const lookMs = 50;

export async function wait({ flags, positionals, system, log }: Call<WaitFlags>): Promise<Leave> {
  const longestMs = parseDuration(flags.for);
  if (longestMs === null) throw new UsageError("Give --for as a duration, for example 60s or 10m");
  const until = system.clock.monotonic() + longestMs;
  const known = knownJobs(flags, system);
  const ids = wantedJobs(positionals.length === 0 ? ["latest"] : positionals, known, log);
  if (ids === null) return { code: ExitCode.no };
  for (;;) {
    const jobs = await lookAtAll(ids, known, { system, log });
    const left = until - system.clock.monotonic();
    if (codeOf(jobs) !== ExitCode.tryAgain || left <= 0) {
      tell(jobs, flags, { system, log });
      return { code: jobs.length < ids.length ? ExitCode.no : codeOf(jobs) };
    }
    await system.clock.sleep(Math.min(left, lookMs));
  }
}

interface ListFlags extends JobPlaceFlags {
  readonly limit: string;
}

export async function list({ flags, system, log }: Call<ListFlags>): Promise<Leave> {
  const most = countOf("--limit", flags.limit) ?? 0;
  const known = knownJobs(flags, system);
  const jobs = await lookAtAll(known.ids.slice(0, most), known, { system, log });
  if (flags.json) tell(jobs, flags, { system, log });
  else if (known.ids.length === 0) log.info(`there are no jobs in "${known.directory}"`);
  else {
    const cells = jobs.map((job) => jobCells(job, system));
    for (const line of table(["STATE", "ID", "TIME", "OUTPUT", "PROGRAM"], cells)) system.output.line(line);
  }
  return { code: ExitCode.ok };
}

export async function show({ flags, positionals, system, log }: Call<JobPlaceFlags>): Promise<Leave> {
  const known = knownJobs(flags, system);
  const job = await oneJob(positionals[0], known, { system, log });
  if (job === null) return { code: ExitCode.no };
  if (flags.json)
    system.output.line(JSON.stringify({ ...jobJson(job, system), ended: job.outcome }, null, 2));
  else for (const line of summary(job, { system, log })) system.output.line(line);
  return { code: ExitCode.ok };
}

async function oneJob(word: string | undefined, known: KnownJobs, world: JobWorld): Promise<Job | null> {
  const [id] = wantedJobs([word ?? "latest"], known, world.log) ?? [];
  return id === undefined ? null : lookAt(id, known, world);
}

function summary(job: Job, { system }: JobWorld): readonly string[] {
  const { place, record, state, outcome } = job;
  const { execution, owner } = record;
  const { timeout } = execution.limits;
  return [
    `${state}  ${place.id}`,
    `program    ${cleanLine(execution.argv.map(shellWord).join(" "))}`,
    `in         ${cleanLine(execution.cwd)}`,
    `task       ${cleanLine(record.taskKey ?? execution.task)} (${execution.role})`,
    `started    ${new Date(execution.startedAt).toISOString()} on ${cleanLine(owner.name ?? "?")}, supervised by process ${owner.pid}`,
    `limit      ${timeout.ms === 0 ? "none" : `${timeout.ms / 1000} s`} (${timeout.source})`,
    ...(outcome === null ? [] : [`ended      ${outcome.endedAt}: ${endText(job)}`]),
    ...(state === "running" ? [`output     ${progressText(job, system)}`] : []),
    ...(state === "unknown"
      ? [`supervisor it ran on another machine, ${cleanLine(owner.name ?? "?")}: ask there`]
      : []),
    ...(outcome?.notes ?? []).map((note) => `note       ${cleanLine(note)}`),
    `log        ${place.log}`,
  ];
}
