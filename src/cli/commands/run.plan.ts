import { UsageError } from "../../core/errors.ts";
import type { Limit } from "../../core/outcome.ts";
import { uuid7 } from "../../core/uuid7.ts";
import type { RunRequest } from "../../runner/request.ts";
import { resolve } from "../../system/path.ts";
import type { Channel, System } from "../../system/system.ts";
import { placeOf } from "../place.ts";
import type { PolicyFlags } from "../prepare-environment.ts";
import { type ErrorsLog, type ErrorsLogFlags, errorsLogOf } from "./run.errors-log.ts";
import {
  drainWindow,
  judgeWords,
  outcomePaths,
  programOf,
  type RunWords,
  resultChoice,
  stdinChoice,
  timeoutLimit,
} from "./run.input.ts";
import { openMaskChannel } from "./run.late-secrets.ts";

/** Every flag of `run`, as words. */
export interface RunFlags extends RunWords, PolicyFlags, ErrorsLogFlags {
  readonly quiet: boolean | undefined;
  readonly "merge-output": boolean | undefined;
  readonly "redact-output": boolean | undefined;
  readonly root: string | undefined;
  readonly "failures-dir": string | undefined;
  readonly mirror: string | undefined;
  readonly "mask-fd": string | undefined;
  readonly "retry-seed": string | undefined;
  readonly "require-result": boolean | undefined;
  readonly "annotate-result": boolean | undefined;
  readonly json: boolean | undefined;
  readonly exclusive: boolean | undefined;
  readonly report: boolean | undefined;
}

/** A call, checked: what to run, and where its evidence goes. */
export interface Plan {
  readonly request: Omit<RunRequest, "environment">;
  readonly root: string;
  readonly failures: string;
  readonly role: string;
  readonly task: string;
  readonly shortId: string;
  readonly keepAlways: boolean;
  /** Where the outcome goes: a file, `-`, both or nowhere. */
  readonly outcomes: readonly string[];
  /** Where a failure is recorded; null when nowhere. */
  readonly errorsLog: ErrorsLog | null;
  /** The task that nobody else may work on meanwhile; null when anybody may. */
  readonly exclusiveTask: string | null;
  /** Where secrets come from that become known later; null when they are not asked for. */
  readonly maskChannel: Channel | null;
}

/** What holds when nobody says otherwise, where a command differs from `run`. */
export interface PlanDefaults {
  readonly defaultTimeoutMs?: number;
  /** The id of the execution, where somebody knows it already. */
  readonly executionId?: string;
  /** Where its outcome goes too. */
  readonly outcome?: string;
  /** The task that it works on, where that is not for the errors log. */
  readonly taskKey?: string | undefined;
}

/** Judges every word of a call, and looks at every path in it. Throws before anything is started. */
export function readPlan(
  flags: RunFlags,
  program: readonly string[],
  system: System,
  { defaultTimeoutMs = 4_500_000, ...defaults }: PlanDefaults = {},
): Plan {
  const argv = programOf(program);
  const input = judgeWords(flags);
  const here = system.host.workingDirectory();
  const place = placeOf(flags, system);
  const executionId = defaults.executionId ?? uuid7(system.clock.now());
  const asked = outcomePaths(flags, here, system.files);
  const outcomes = defaults.outcome === undefined ? asked : [defaults.outcome, ...asked];
  const { stdout, stderr } = system.output;
  return {
    ...place,
    outcomes,
    errorsLog: errorsLogOf(flags, system),
    exclusiveTask: flags.exclusive
      ? exclusiveTask(defaults.taskKey ?? flags["task-key"] ?? flags.task)
      : null,
    maskChannel: openMaskChannel(flags["mask-fd"], system),
    role: input.role,
    task: input.task ?? executionId,
    // The first characters of an execution's id are a clock; its last ones tell it apart.
    shortId: input.task === undefined ? executionId.slice(-8) : [...input.task].slice(0, 8).join(""),
    keepAlways: input.keep === "always",
    request: {
      executionId,
      argv,
      cwd: flags.cwd === undefined ? here : resolve(here, flags.cwd),
      stdin: stdinChoice(flags.stdin, here, system.files),
      passTo: flags.quiet
        ? { stdout: null, stderr: null }
        : { stdout: outcomes.includes("-") ? stderr : stdout, stderr },
      mergeOutput: flags["merge-output"] ?? false,
      limits: {
        timeout: timeoutLimit(input.timeout, system.environment["FAULTBOX_TIMEOUT"], defaultTimeoutMs),
        idleTimeout: chosen(input["idle-timeout"], "--idle-timeout", 0),
        totalTimeout: chosen(input["total-timeout"], "--total-timeout", 0),
        grace: chosen(input.grace, "--grace", 10_000),
      },
      retry: {
        retries: input.retries,
        on: input["retry-on"],
        delayMs: input["retry-delay"],
        backoff: input["retry-backoff"],
        seed: flags["retry-seed"] ?? null,
      },
      resources: {
        memoryBytes: input.memory ?? null,
        pids: input.pids ?? null,
        cpuPercent: input.cpu ?? null,
        bestEffort: input.limits === "best-effort",
      },
      leftovers: input.leftovers,
      drain: drainWindow(input.drain),
      result: resultChoice(
        {
          result: flags.result,
          required: flags["require-result"] ?? false,
          annotate: flags["annotate-result"] ?? false,
        },
        system,
      ),
    },
  };
}

function exclusiveTask(key: string | undefined): string {
  if (!key?.trim()) throw new UsageError("Give --task-key or --task with --exclusive");
  return key;
}

function chosen(ms: number | undefined, flag: string, otherwise: number): Limit {
  return ms === undefined ? { ms: otherwise, source: "default" } : { ms, source: flag };
}
