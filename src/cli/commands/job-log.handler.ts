import { describeError, Refusal, UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { neutralize } from "../../core/neutralize.ts";
import { jobPlace } from "../../job/job-place.ts";
import type { OpenFile, System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import {
  type JobPlaceFlags,
  type JobWorld,
  type KnownJobs,
  knownJobs,
  lookAt,
  wantedJobs,
} from "../known-jobs.ts";

interface LogFlags extends JobPlaceFlags {
  readonly follow: boolean | undefined;
}

const lookMs = 50;
const pieceBytes = 1 << 20;

/** Prints what a job has said so far, and with `--follow` what it says until it ends. */
export async function handle({ flags, positionals, system, log }: Call<LogFlags>): Promise<Leave> {
  if (flags.follow && flags.json) throw new UsageError("Give --follow or --json: one object has an end");
  const known = knownJobs(flags, system);
  const [id] = wantedJobs([positionals[0] ?? "latest"], known, log) ?? [];
  if (id === undefined) return { code: ExitCode.no };
  const path = jobPlace(known.directory, id).log;
  if (flags.json) system.output.line(JSON.stringify({ path, text: wholeText(path, system) }));
  else await print(id, flags.follow ?? false, known, { system, log });
  return { code: ExitCode.ok };
}

function wholeText(path: string, { files }: System): string {
  return reading(path, () => (files.status(path) === null ? "" : new TextDecoder().decode(files.read(path))));
}

async function print(id: string, follow: boolean, known: KnownJobs, world: JobWorld): Promise<void> {
  const { system } = world;
  const path = jobPlace(known.directory, id).log;
  const file = reading(path, () => system.files.openRead(path));
  try {
    for (let at = 0; ; ) {
      // Asked before reading: what came until the end is there then.
      const isOver = !follow || (await lookAt(id, known, world))?.state !== "running";
      const end = await printFrom(at, file, system);
      if (isOver || end === null) return;
      if (end === at) await system.clock.sleep(lookMs);
      at = end;
    }
  } finally {
    file.close();
  }
}

/** Prints everything from a place on, and returns where it ends; null when nobody reads any more. */
async function printFrom(from: number, file: OpenFile, { output }: System): Promise<number | null> {
  const decoder = output.stdout.isTerminal() ? new TextDecoder() : null;
  for (let at = from; ; ) {
    const bytes = file.readAt(at, pieceBytes);
    if (bytes.length === 0) return at;
    const shown =
      decoder === null
        ? bytes
        : new TextEncoder().encode(neutralize(decoder.decode(bytes, { stream: true })));
    if ((await output.stdout.write(shown)) !== null) return null;
    at += bytes.length;
  }
}

function reading<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Refusal(`Cannot read "${path}": ${describeError(error)}`);
  }
}
