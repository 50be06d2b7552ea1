/** What the cases about jobs share. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { JobRecord } from "../../src/job/job-record.ts";
import { until } from "./run-outcome.ts";
import { compiled, type Faultbox, type Ran, type RunOptions } from "./support.ts";

/** Who starts jobs: under Deno, which cannot, the compiled faultbox. Everything else is asked the way that is tested. */
export function starterOf(faultbox: Faultbox): Faultbox {
  return faultbox.way === "deno" ? { ...faultbox, ...compiled(faultbox.directory) } : faultbox;
}

/** Starts a job and returns its id. */
export async function startJob(
  faultbox: Faultbox,
  program: readonly string[],
  { flags = [], ...options }: RunOptions & { readonly flags?: readonly string[] } = {},
): Promise<string> {
  const ran = await starterOf(faultbox).run(["job", "start", ...flags, "--", ...program], options);
  if (ran.code !== 0) throw new Error(`job start exited ${ran.code}: ${ran.stderr}`);
  const id = ran.stdout.trim();
  started.push(recordOf(faultbox, id).owner);
  return id;
}

const started: JobRecord["owner"][] = [];

/** After a test that failed half-way: what it started is ended, with all that is below it. */
export function endStartedJobs(): void {
  for (const { pid, startTime } of started.splice(0))
    if (startTimeOf(pid) === startTime) process.kill(pid, "SIGKILL");
}

function startTimeOf(pid: number): string | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** A job's files as they are asked for most. */
export function filesOf(faultbox: Faultbox, id: string) {
  const jobs = path.join(faultbox.directory(), "logs/local/jobs");
  const inJob = (name: string) => path.join(jobs, id, name);
  return {
    jobs,
    directory: path.join(jobs, id),
    record: inJob("job.json"),
    log: inJob("log"),
    outcome: inJob("outcome.json"),
    marker: path.join(jobs, `.${id}.running`),
  };
}

export function recordOf(faultbox: Faultbox, id: string): JobRecord {
  return JSON.parse(fs.readFileSync(filesOf(faultbox, id).record, "utf8"));
}

/** Changes what a record says of who supervises the job, in place: the lock on it is not touched. */
export function changeOwner(faultbox: Faultbox, id: string, change: Partial<JobRecord["owner"]>): void {
  const { owner, ...rest } = recordOf(faultbox, id);
  fs.writeFileSync(
    filesOf(faultbox, id).record,
    `${JSON.stringify({ ...rest, owner: { ...owner, ...change } })}\n`,
  );
}

/** Waits until the log of a job holds a text. */
export async function untilSaid(faultbox: Faultbox, id: string, text: string): Promise<void> {
  const { log } = filesOf(faultbox, id);
  await until(
    `the job says ${JSON.stringify(text)}`,
    () => fs.existsSync(log) && fs.readFileSync(log, "utf8").includes(text),
  );
}

/** Kills a supervisor, and nothing else, by SIGKILL. */
export async function killSupervisor(faultbox: Faultbox, id: string): Promise<void> {
  const { pid } = recordOf(faultbox, id).owner;
  process.kill(pid, "SIGKILL");
  await until("the supervisor is gone", () => !isThere(pid));
}

function isThere(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(fs.readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Asks, and reads the answer. */
export async function askJson<Answer>(faultbox: Faultbox, words: readonly string[]): Promise<Answer> {
  const ran: Ran = await faultbox.run(["job", ...words, "--json"]);
  try {
    return JSON.parse(ran.stdout);
  } catch {
    throw new Error(`job ${words.join(" ")} exited ${ran.code}: ${ran.stdout}${ran.stderr}`);
  }
}

/** What of an answer is asked for most. */
export interface JobAnswer {
  readonly id: string;
  readonly state: string;
  readonly status: string | null;
  readonly exitCode: number | null;
  readonly endedAt: string | null;
  readonly diagnostics: string | null;
  readonly progress: {
    readonly bytes: number;
    readonly lastOutputAt: string | null;
    readonly silentMs: number | null;
    readonly lastLine: string | null;
  };
}

export async function pollOne(faultbox: Faultbox, id: string): Promise<JobAnswer> {
  const [answer] = await askJson<readonly JobAnswer[]>(faultbox, ["poll", id]);
  if (answer === undefined) throw new Error("job poll told nothing");
  return answer;
}
