import { describeDuration } from "../../core/duration.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { jsonText } from "../../core/json-text.ts";
import type { Job } from "../../job/job.ts";
import { askToStop } from "../../job/stop.ts";
import type { Call, Leave } from "../command.ts";
import { endText, jobJson } from "../job-text.ts";
import {
  type JobPlaceFlags,
  type JobWorld,
  type KnownJobs,
  knownJobs,
  lookAt,
  wantedJobs,
} from "../known-jobs.ts";

interface StopFlags extends JobPlaceFlags {
  readonly force: boolean | undefined;
}

/** What became of a request to stop. */
interface Stopped {
  readonly job: Job;
  readonly result: "stopped" | "ended by itself" | "over already" | "still ending" | "out of reach";
}

export async function handle({ flags, positionals, system, log }: Call<StopFlags>): Promise<Leave> {
  const known = knownJobs(flags, system);
  const ids = wantedJobs(positionals, known, log);
  if (ids === null) return { code: ExitCode.no };
  const world = { system, log };
  const asked = await Promise.all(ids.map((id) => stop(id, flags.force ?? false, known, world)));
  const results = asked.filter((result) => result !== null);
  if (flags.json) {
    const rows = results.map(({ job, result }) => ({ result, ...jobJson(job, system) }));
    system.output.line(`[${rows.map(jsonText).join(",\n")}]`);
  } else for (const result of results) system.output.line(describe(result));
  const has = (which: Stopped["result"]) => results.some(({ result }) => result === which);
  if (has("still ending")) return { code: ExitCode.tryAgain };
  return { code: has("out of reach") || results.length < ids.length ? ExitCode.no : ExitCode.ok };
}

async function stop(id: string, force: boolean, known: KnownJobs, world: JobWorld): Promise<Stopped | null> {
  const job = await lookAt(id, known, world);
  if (job === null) return null;
  if (job.outcome !== null) return { job, result: "over already" };
  if (job.state !== "running" || askToStop(job, { force }, world.system) === "out of reach")
    return { job, result: "out of reach" };
  return waitForEnd(job, force, known, world);
}

/** After the grace a supervisor still has to end what is left, and to keep the evidence. */
const tidyingMs = 15_000;
const lookMs = 20;
/** A signal that follows another one sooner than this is taken for its echo. */
const echoMs = 60;

async function waitForEnd(asked: Job, force: boolean, known: KnownJobs, world: JobWorld): Promise<Stopped> {
  const { clock } = world.system;
  const until = clock.monotonic() + asked.record.execution.limits.grace.ms + tidyingMs;
  for (let job = asked; ; job = (await lookAt(asked.place.id, known, world)) ?? job) {
    if (job.outcome !== null)
      return { job, result: job.outcome.status === "cancelled" ? "stopped" : "ended by itself" };
    if (clock.monotonic() > until) return { job, result: "still ending" };
    await clock.sleep(force ? echoMs : lookMs);
    if (force) askToStop(job, { force }, world.system);
  }
}

function describe({ job, result }: Stopped): string {
  const { place, record, outcome } = job;
  switch (result) {
    case "stopped":
      return `stopped ${place.id}: ${endText(job)}${describeSignals(job)}`;
    case "ended by itself":
      return `${place.id} ended before it was stopped: ${endText(job)}`;
    case "over already":
      return `${place.id} was over already, since ${outcome?.endedAt}: ${endText(job)}`;
    case "still ending":
      return `${place.id} is still ending, ${describeDuration(record.execution.limits.grace.ms)} and more after it was asked to; --force ends it at once`;
    case "out of reach":
      return `${place.id} cannot be stopped from here: its supervisor, process ${record.owner.pid}, runs on "${record.owner.name ?? "?"}" or in another container`;
  }
}

function describeSignals({ outcome, record }: Job): string {
  const sent = outcome?.attempts.at(-1)?.signalsSent ?? [];
  if (sent.length === 0) return "";
  const grace = describeDuration(record.execution.limits.grace.ms);
  return sent.includes("SIGKILL")
    ? ` (${sent.join(", then ")}; the grace is ${grace})`
    : ` (${sent.join(", ")})`;
}
