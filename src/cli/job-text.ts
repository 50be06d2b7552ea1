import { describeDuration } from "../core/duration.ts";
import { plainReason } from "../core/reason.ts";
import { describeSize } from "../core/size.ts";
import type { Job } from "../job/job.ts";
import { progressOf } from "../job/progress.ts";
import type { System } from "../system/system.ts";
import { describeEnding } from "./describe-ending.ts";
import { cleanLine, shellWord, shortLine } from "./table.ts";

type World = Pick<System, "files" | "clock">;

/** A job as programs read it. */
export function jobJson(job: Job, { files, clock }: World) {
  const { place, record, state, outcome } = job;
  const { execution, owner } = record;
  const { bytes, lastOutputAt, lastLine } = progressOf(place.log, files);
  const now = clock.now();
  const isOver = outcome !== null;
  return {
    id: place.id,
    state,
    role: execution.role,
    task: execution.task,
    taskKey: record.taskKey,
    argv: execution.argv,
    cwd: execution.cwd,
    host: owner.name,
    supervisor: owner.pid,
    startedAt: new Date(execution.startedAt).toISOString(),
    endedAt: outcome?.endedAt ?? null,
    durationMs: outcome?.durationMs ?? Math.max(0, now - execution.startedAt),
    timeoutMs: execution.limits.timeout.ms,
    progress: {
      bytes,
      lastOutputAt: lastOutputAt === null ? null : new Date(lastOutputAt).toISOString(),
      silentMs: isOver ? null : Math.max(0, now - (lastOutputAt ?? execution.startedAt)),
      lastLine,
    },
    status: outcome?.status ?? null,
    exitCode: outcome?.exitCode ?? null,
    signal: outcome?.signal ?? null,
    category: outcome?.failureCategory ?? null,
    reason: outcome?.failureReason == null ? null : plainReason(outcome.failureReason),
    diagnostics: outcome?.diagnostics.path ?? null,
    directory: place.directory,
    log: place.log,
    outcome: isOver ? place.outcome : null,
  };
}

/** A job in the cells of a table: state, id, how long, how much it said, and what. */
export function jobCells(job: Job, world: World): readonly string[] {
  const { place, record, state, outcome } = job;
  const { execution } = record;
  const age = outcome?.durationMs ?? Math.max(0, world.clock.now() - execution.startedAt);
  const what = execution.argv.map(shellWord).join(" ");
  return [state, place.id, describeDuration(age), describeSize(bytesOf(job, world)), shortLine(what, 50)];
}

function bytesOf({ place, outcome }: Job, { files }: World): number {
  if (outcome === null) return files.status(place.log)?.size ?? 0;
  return outcome.attempts.reduce((total, { stdout, stderr }) => total + stdout.seen + stderr.seen, 0);
}

/** A job in a line that begins with its state. */
export function jobLine(job: Job, world: World): string {
  const { place, state, outcome } = job;
  return `${state}  ${place.id}  ${outcome === null ? progressText(job, world) : endText(job)}`;
}

/** What a running job has said, and how long it has been silent. */
export function progressText({ place, record }: Job, { files, clock }: World): string {
  const { bytes, lastOutputAt, lastLine } = progressOf(place.log, files);
  const age = `for ${describeDuration(Math.max(0, clock.now() - record.execution.startedAt))}`;
  if (lastOutputAt === null) return `${age}, no output`;
  const ago = describeDuration(Math.max(0, clock.now() - lastOutputAt));
  return `${age}, ${describeSize(bytes)}, the last ${ago} ago: ${cleanLine(shortLine(lastLine ?? "", 100))}`;
}

/** How a job ended, and where its evidence lies. */
export function endText({ record, outcome }: Job): string {
  if (outcome === null) return "nobody knows how it ended";
  const program = JSON.stringify(record.execution.argv[0] ?? "");
  const { status, failureReason, diagnostics } = outcome;
  const why = status === "not_started" && failureReason !== null ? `: ${plainReason(failureReason)}` : "";
  const evidence = diagnostics.path === null ? "" : `; evidence: ${diagnostics.path}`;
  return cleanLine(`${program} ${describeEnding(outcome)}${why}${evidence}`);
}
