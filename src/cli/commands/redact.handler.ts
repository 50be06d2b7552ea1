import { describeCode, describeError, Refusal, UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import type { Redactor, UnmaskedSecret } from "../../core/redactor.ts";
import { times } from "../../core/times.ts";
import { createRedactor } from "../../redaction/redactor.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { type NamedSecret, namedSecrets } from "../named-secrets.ts";
import { policyOf, prepareEnvironment } from "../prepare-environment.ts";
import { type RedactedSink, redactedSink } from "../redacted-sink.ts";
import { unmaskableReason } from "../unmaskable.ts";

interface RedactFlags {
  readonly "from-env": boolean | undefined;
  readonly name: readonly string[];
  readonly "mask-file": readonly string[];
  readonly report: boolean | undefined;
  readonly json: boolean | undefined;
  readonly profile: string | undefined;
  readonly config: string | undefined;
  readonly "no-config": boolean | undefined;
}

export async function handle({ flags, system, log }: Call<RedactFlags>): Promise<Leave> {
  const named = await namedSecrets(flags, system);
  const redactor = await makeRedactor(flags, named, system);
  for (const warning of named.warnings) log.warn(warning);
  const unmasked = unmaskable(named.secrets, system);
  for (const { name, reason } of unmasked) log.warn(`cannot mask ${name}: ${reason}`);
  const output = redactedSink(system.output.stdout, () => redactor, system.clock);
  const { bytes, failure } = await copy(output, system);
  if (flags.json) system.output.note(JSON.stringify(summary(output, { bytes, unmasked })));
  else if (flags.report) for (const line of reportLines(output)) log.info(line);
  if (output.failures() > 0) log.warn(`${output.failures()} pieces could not be judged and were withheld`);
  // As a filter ends whose reader has seen enough, with `| head`.
  if (failure === "EPIPE") return { code: ExitCode.ok, signal: "SIGPIPE" };
  if (failure !== null) throw new Refusal(`Cannot write to stdout: ${describeCode(failure)}`);
  return { code: ExitCode.ok };
}

/** Knows the secrets of our own variables, unless they are not wanted, and the named ones. */
async function makeRedactor(
  flags: RedactFlags,
  { secrets }: { readonly secrets: readonly NamedSecret[] },
  system: System,
): Promise<Redactor> {
  const redactor =
    flags["from-env"] === false ? createRedactor([]) : await environmentRedactor(flags, system);
  if (secrets.length > 0) redactor.add(secrets);
  return redactor;
}

async function environmentRedactor(flags: RedactFlags, system: System): Promise<Redactor> {
  const none = { pass: [], secret: [], set: [], drop: [], require: [], "unsafe-allow": [] };
  const policy = await policyOf({ ...flags, ...none }, system);
  return prepareEnvironment(policy, { root: system.host.workingDirectory() }, system).redactor;
}

/** What a person named and is not masked, once each. */
function unmaskable(secrets: readonly NamedSecret[], { environment }: System): readonly UnmaskedSecret[] {
  return secrets.flatMap((secret) => {
    const reason = unmaskableReason(secret, environment);
    return reason === null ? [] : [{ name: secret.from, reason }];
  });
}

async function copy(
  output: RedactedSink,
  { files }: System,
): Promise<{ readonly bytes: number; readonly failure: string | null }> {
  let bytes = 0;
  for await (const chunk of stdinOf(files)) {
    bytes += chunk.length;
    const failure = await output.write(chunk);
    if (failure !== null) return { bytes, failure };
  }
  return { bytes, failure: await output.end() };
}

async function* stdinOf(files: System["files"]): AsyncGenerator<Uint8Array> {
  try {
    yield* files.chunks("-");
  } catch (error) {
    throw new UsageError(`Cannot read stdin: ${describeError(error)}`);
  }
}

function summary(
  output: RedactedSink,
  rest: { readonly bytes: number; readonly unmasked: readonly UnmaskedSecret[] },
) {
  const redactions = sorted(output).map(([name, count]) => ({ name, count }));
  return { schemaVersion: 1, ...rest, redactions, withheld: output.failures() };
}

function reportLines(output: RedactedSink): readonly string[] {
  const lines = sorted(output).map(([name, count]) => `masked ${name} ${times(count)}`);
  return lines.length === 0 ? ["masked nothing"] : lines;
}

function sorted(output: RedactedSink): readonly (readonly [string, number])[] {
  return [...output.counts()].sort(([one], [other]) => (one < other ? -1 : 1));
}
