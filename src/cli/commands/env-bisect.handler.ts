import { Refusal, UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import {
  type Candidate,
  candidatesOf,
  directoriesOf,
  letThrough,
  linesFor,
  namesOf,
} from "../../environment/candidates.ts";
import { minimalSet } from "../../environment/minimal-set.ts";
import { runAttempt } from "../../runner/attempt.ts";
import { listenAround } from "../../runner/job-control.ts";
import { judge } from "../../runner/judge.ts";
import type { RunRequest } from "../../runner/request.ts";
import type { System, Variables } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { readWords } from "../flags.ts";
import { placeOf } from "../place.ts";
import { type PolicyFlags, policyOf, prepareEnvironment } from "../prepare-environment.ts";
import { programOf } from "./run.input.ts";
import { type RunFlags, readPlan } from "./run.plan.ts";
import { run as runCommand } from "./run.ts";

interface BisectFlags extends PolicyFlags {
  readonly root: string | undefined;
  readonly timeout: string;
  readonly stdin: string;
  readonly json: boolean | undefined;
}

/** Runs the program under the policy, with all that was dropped, and then with less and less of it. */
export async function bisect(call: Call<BisectFlags>): Promise<Leave> {
  const { flags, program, system, log } = call;
  const purpose = { root: placeOf(flags, system).root, program: programOf(program)[0] };
  const { environment } = prepareEnvironment(await policyOf(flags, system), purpose, system);
  const problem = environment.problems[0];
  if (problem) throw new UsageError(problem.message);
  const all = candidatesOf(environment, system.environment["PATH"] ?? "", system.files);
  const trials = await makeTrials(call);
  const works = async (candidates: readonly Candidate[]) => {
    const changed = letThrough(flags, candidates, environment.variables["PATH"] ?? "");
    const policy = await policyOf(changed, system);
    const { variables } = prepareEnvironment(policy, purpose, system).environment;
    return trials.works(variables, `with ${candidates.length} of ${all.length} dropped names`);
  };
  if (await works([])) return nothingFound(call, "the program works under the policy: nothing is missing");
  if (all.length === 0) return nothingFound(call, "the policy drops nothing that it could pass");
  if (!(await works(all))) {
    return nothingFound(call, "the program fails with everything that the policy drops too: look elsewhere");
  }
  const { needed } = await minimalSet(all, works);
  log.info(`found after ${trials.count()} runs; add these lines to a policy file of your own`);
  tell(call, needed, { profile: environment.profile, runs: trials.count() });
  return { code: ExitCode.ok };
}

/** Runs of the program, one after the other. */
interface Trials {
  works(environment: Variables, what: string): Promise<boolean>;
  count(): number;
}

async function makeTrials({ flags, program, system, log }: Call<BisectFlags>): Promise<Trials> {
  const request = await requestOf(flags, program, system);
  const outside = { ...listenAround(request, system), stops: [], witnesses: [] };
  let count = 0;
  return {
    count: () => count,
    async works(environment, what) {
      count++;
      const attempt = await runAttempt(count, { ...request, environment }, { ...outside, system, bounds });
      const { status, success, reason, exitCode } = judge(attempt, { result: null });
      if (status === "cancelled") throw new Refusal("Cancelled: nothing is known yet", exitCode);
      if (status === "not_started") throw new Refusal(reason ?? "Cannot start the program", exitCode);
      log.info(`run ${count}, ${what}: ${success ? "works" : "fails"}`);
      return success;
    },
  };
}

/** A plain call of `run` that passes nothing on. */
async function requestOf(
  { timeout, stdin }: BisectFlags,
  program: readonly string[],
  system: System,
): Promise<Omit<RunRequest, "environment">> {
  const words = [`--timeout=${timeout}`, `--stdin=${stdin}`, "--quiet"];
  const { flags } = await readWords(words, runCommand);
  // What `readWords` gives for a definition is what its own handler takes.
  return readPlan(flags as unknown as RunFlags, program, system).request;
}

/** Of the output nothing is kept. */
const bounds = { headBytes: 1, tailBytes: 1 };

function nothingFound({ flags, system, log }: Call<BisectFlags>, message: string): Leave {
  log.info(message);
  if (flags.json) system.output.line(JSON.stringify({ names: [], directories: [], lines: [] }));
  return { code: ExitCode.no };
}

function tell(
  { flags, system }: Call<BisectFlags>,
  needed: readonly Candidate[],
  { profile, runs }: { readonly profile: string; readonly runs: number },
): void {
  const lines = linesFor(needed, profile);
  if (flags.json) {
    const found = { names: namesOf(needed), directories: directoriesOf(needed), lines, runs };
    system.output.line(JSON.stringify(found));
  } else for (const line of lines) system.output.line(line);
}
