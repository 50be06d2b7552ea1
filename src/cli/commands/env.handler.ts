import { UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { signalNumber } from "../../core/signals.ts";
import type { ChildEnvironment } from "../../environment/build.ts";
import type { Decision } from "../../environment/decision.ts";
import { explainDecision, explainName, lineToAdd } from "../../environment/explain.ts";
import { type PolicyPlace, policyPlaces } from "../../environment/policy-places.ts";
import { endingSignals, toldByTerminal } from "../../runner/interrupts.ts";
import { startProgram } from "../../runner/start.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import type { Log } from "../log.ts";
import { placeOf } from "../place.ts";
import { type PolicyFlags, policyOf, prepareEnvironment } from "../prepare-environment.ts";
import { programOf } from "./run.input.ts";

interface Flags extends PolicyFlags {
  readonly root: string | undefined;
}

interface ShowFlags extends Flags {
  readonly json: boolean | undefined;
  readonly values: boolean | undefined;
}

export async function show({ flags, system, log }: Call<ShowFlags>): Promise<Leave> {
  const environment = await build(flags, system);
  const value = (decision: Decision) => shownValue(decision, environment);
  if (flags.json) {
    const rows = environment.decisions.map((decision) =>
      flags.values ? { ...decision, value: value(decision) } : decision,
    );
    system.output.line(JSON.stringify(rows, null, 2));
  } else {
    for (const decision of environment.decisions) {
      const shown = flags.values && value(decision) !== null ? `  = ${JSON.stringify(value(decision))}` : "";
      system.output.line(explainDecision(decision, environment.profile) + shown);
    }
  }
  tellProblems(environment, log);
  return { code: ExitCode.ok };
}

interface ExplainFlags extends Flags {
  readonly json: boolean | undefined;
}

export async function explain({ flags, positionals, system, log }: Call<ExplainFlags>): Promise<Leave> {
  const name = positionals[0] ?? "";
  const environment = await build(flags, system);
  const decision = environment.decisions.find((candidate) => candidate.name === name) ?? null;
  system.output.line(
    flags.json
      ? asJson(name, decision, environment.profile, policyPlaces(flags, system))
      : explainName(name, environment),
  );
  for (const warning of environment.warnings) if (warning.includes(name)) log.warn(warning);
  const present = decision !== null && decision.outcome !== "dropped";
  return { code: present ? ExitCode.ok : ExitCode.no };
}

function asJson(
  name: string,
  decision: Decision | null,
  profile: string,
  places: readonly PolicyPlace[],
): string {
  if (decision === null) return JSON.stringify({ name, outcome: "absent" });
  const [layer, line] = [layerOf(decision, places), lineToAdd(decision, profile)];
  return JSON.stringify({ ...decision, profile, layer, line });
}

/** Whose word decided: a flag, the file of one of these, or what is built in. */
function layerOf({ origin }: Decision, places: readonly PolicyPlace[]): string {
  if (origin.startsWith("--")) return "command line";
  return places.find(({ shown }) => origin.startsWith(`${shown}:`))?.source ?? "built-in";
}

export async function exec({ flags, program, system, log }: Call<Flags>): Promise<Leave> {
  const argv = programOf(program);
  const environment = await build(flags, system, argv[0]);
  const problem = environment.problems[0];
  if (problem) throw new UsageError(problem.message);
  if (system.output.stderr.isTerminal()) for (const warning of environment.warnings) log.warn(warning);
  const child = startProgram(
    {
      argv,
      cwd: system.host.workingDirectory(),
      environment: environment.variables,
      stdin: { kind: "inherit" },
      mergeOutput: false,
    },
    { system, output: "inherit" },
  );
  if (child.kind === "start-failure") {
    log.error(child.message);
    return { code: child.exitCode };
  }
  const stop = system.signals.on(endingSignals, (signal) => {
    if (!toldByTerminal(signal, system.stdin)) system.processes.kill(child.pid, signal);
  });
  const end = await child.ended;
  stop();
  if (end.kind === "exited") return { code: end.code };
  return { code: ExitCode.signalBase + (signalNumber(end.signal) ?? 0), signal: end.signal };
}

async function build(flags: Flags, system: System, program?: string): Promise<ChildEnvironment> {
  const purpose = { root: placeOf(flags, system).root, program };
  return prepareEnvironment(await policyOf(flags, system), purpose, system).environment;
}

/** Values only of names that are not secret; null for what is not shown or not there. */
function shownValue(decision: Decision, { variables }: ChildEnvironment): string | null {
  return decision.secret ? null : (variables[decision.name] ?? null);
}

function tellProblems({ problems, warnings }: ChildEnvironment, log: Log): void {
  for (const { message } of problems) log.error(message);
  for (const warning of warnings) log.warn(warning);
}
