import * as v from "valibot";
import { describeError, UsageError } from "../../core/errors.ts";
import type { StreamEvidence } from "../../core/evidence.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { plainReason } from "../../core/reason.ts";
import { signalFromWord } from "../../core/signals.ts";
import { uuid7 } from "../../core/uuid7.ts";
import { captureBounds } from "../../diagnostics/kept-text.ts";
import { saveDiagnostics } from "../../diagnostics/save.ts";
import type { Attempt } from "../../runner/attempt.ts";
import { nothingCaptured } from "../../runner/capture.ts";
import { judge } from "../../runner/judge.ts";
import { toOutcome } from "../../runner/outcome.ts";
import type { RunRequest } from "../../runner/request.ts";
import { noResult, readResultFile } from "../../runner/result-file.ts";
import { resolve } from "../../system/path.ts";
import type { ProcessEnd, System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { findOutputCause } from "../find-cause.ts";
import { readInput } from "../input.ts";
import { placeOf } from "../place.ts";
import { policyOf, prepareEnvironment } from "../prepare-environment.ts";
import { fileNamePart } from "../schemas.ts";

interface PersistFlags {
  readonly role: string;
  readonly task: string | undefined;
  readonly "exit-code": string | undefined;
  readonly signal: string | undefined;
  readonly "stdout-file": string | undefined;
  readonly "stderr-file": string | undefined;
  readonly "result-file": string | undefined;
  readonly reason: string | undefined;
  readonly root: string | undefined;
  readonly "failures-dir": string | undefined;
}

const PersistInput = v.object({
  role: fileNamePart("--role", 64),
  task: v.optional(fileNamePart("--task", 200)),
  "exit-code": v.optional(
    v.pipe(
      v.string(),
      v.regex(/^-?\d{1,3}$/, "Give --exit-code as a number from 0 to 255, or -n for signal n"),
      v.transform(Number),
    ),
  ),
});

/** A wrapper's program passed through no policy of ours: its variables are not looked at, but ours may hold secrets. */
const noFlags = {
  profile: undefined,
  pass: [],
  secret: [],
  set: [],
  drop: [],
  require: [],
  "unsafe-allow": [],
};

export async function handle({ flags, system, log }: Call<PersistFlags>): Promise<Leave> {
  const input = readInput(PersistInput, flags);
  const place = placeOf(flags, system);
  const end = processEnd(input["exit-code"], flags.signal);
  const { redactor, notes } = await knownSecrets(place.root, system);
  const bounds = captureBounds(() => redactor.longest);
  const stream = (name: "stdout-file" | "stderr-file") => readStream(name, flags[name], bounds, system);
  const request = requestOf(flags, system);
  const result = request.result
    ? readResultFile(request.result.path, null, system.files)
    : noResult("absent", "no result file was given");
  const evidence = { stdout: stream("stdout-file"), stderr: stream("stderr-file"), result };
  const attempt = attemptOf(end, evidence, system);
  const verdict = judge(attempt, request);
  const own = verdict.reason === "execution failed" && flags.reason ? plainReason(flags.reason) : null;
  const draft = toOutcome(
    {
      attempts: [attempt],
      verdict: { ...verdict, reason: own || verdict.reason },
      startedAt: attempt.startedAt,
      endedAt: attempt.endedAt,
      durationMs: 0,
      notes,
    },
    request,
    {
      role: input.role,
      task: input.task ?? request.executionId,
      shortId:
        input.task === undefined ? request.executionId.slice(-8) : [...input.task].slice(0, 8).join(""),
      host: system.host.name(),
      environment: { profile: "none", passed: [], dropped: [] },
      notes: [],
      redactor,
    },
  );
  const options = { directory: place.failures, redactor, system, findCause: findOutputCause };
  const outcome = await saveDiagnostics(draft, [evidence], options);
  system.output.line(JSON.stringify(outcome));
  if (outcome.diagnostics.state === "written") return { code: ExitCode.ok };
  log.error(outcome.notes.at(-1) ?? "the diagnostics could not be written");
  return { code: ExitCode.notWritten };
}

/** A policy says which names are secret too. One that cannot be read must not cost the evidence. */
async function knownSecrets(root: string, system: System) {
  try {
    const policy = await policyOf(noFlags, system);
    return { redactor: prepareEnvironment(policy, { root }, system).redactor, notes: [] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const policy = await policyOf({ ...noFlags, "no-config": true }, system);
    const { redactor } = prepareEnvironment(policy, { root }, system);
    return { redactor, notes: [`secrets that only a policy names are not masked: ${error.message}`] };
  }
}

function processEnd(code: number | undefined, signal: string | undefined): ProcessEnd {
  if (signal !== undefined) return { kind: "signaled", signal: signalName(signal) };
  if (code === undefined) throw new UsageError("Give --exit-code N, or --signal NAME");
  return code < 0 ? { kind: "signaled", signal: signalName(String(-code)) } : { kind: "exited", code };
}

function signalName(word: string): string {
  const name = signalFromWord(word);
  if (name === null) throw new UsageError(`Give --signal as a name or number, for example SIGKILL or 9`);
  return name;
}

/** The beginning and the end of a file that may be large; nothing when none is given. */
function readStream(
  flag: string,
  word: string | undefined,
  bounds: ReturnType<typeof captureBounds>,
  { files, host }: System,
): StreamEvidence {
  if (word === undefined) return nothingCaptured;
  const path = resolve(host.workingDirectory(), word);
  try {
    const file = files.openRead(path);
    const { kind, size } = file.status();
    if (kind !== "file") throw new UsageError("it is not a regular file");
    const head = file.readAt(0, Math.min(size, bounds.headBytes));
    const tail = file.readAt(Math.max(0, size - bounds.tailBytes), Math.min(size, bounds.tailBytes));
    file.close();
    return { seen: size, head, tail };
  } catch (error) {
    throw new UsageError(`Cannot read --${flag} "${word}": ${describeError(error)}`);
  }
}

const none = { ms: 0, source: "none" };

function requestOf(flags: PersistFlags, { host, clock, output }: System): RunRequest {
  const path = flags["result-file"];
  return {
    executionId: uuid7(clock.now()),
    argv: ["unknown"],
    cwd: host.workingDirectory(),
    environment: {},
    stdin: { kind: "null" },
    passTo: { stdout: output.stdout, stderr: output.stderr },
    mergeOutput: false,
    limits: { timeout: none, idleTimeout: none, totalTimeout: none, grace: none },
    resources: { memoryBytes: null, pids: null, cpuPercent: null, bestEffort: true },
    retry: { retries: 0, on: [], delayMs: 0, backoff: "fixed", seed: null },
    leftovers: "allow",
    drain: { quietMs: 0, longestMs: 0 },
    result: path === undefined ? null : { path: resolve(host.workingDirectory(), path), required: false },
  };
}

function attemptOf(
  end: ProcessEnd,
  evidence: Attempt["evidence"] & { result: Attempt["result"] },
  system: System,
): Attempt {
  const now = system.clock.now();
  return {
    number: 1,
    startedAt: now,
    endedAt: now,
    durationMs: 0,
    stop: { kind: "ended" },
    tree: null,
    end,
    signalsSent: [],
    evidence,
    result: evidence.result,
    usage: { maxMemoryBytes: null, userMs: null, systemMs: null },
    outOfMemory: false,
    leftovers: [],
    outputProblem: null,
    notes: [],
  };
}
