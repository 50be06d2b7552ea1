import * as v from "valibot";
import { describeError, UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { outcomeSchema } from "../../core/outcome.ts";
import { findFailure, listFailures } from "../../diagnostics/find.ts";
import { changesBetween, type KeptEnvironment } from "../../environment/difference.ts";
import { join, resolve } from "../../system/path.ts";
import type { System } from "../../system/system.ts";
import type { Call, Leave } from "../command.ts";
import { placeOf } from "../place.ts";

interface DiffFlags {
  readonly root: string | undefined;
  readonly "failures-dir": string | undefined;
  readonly json: boolean | undefined;
}

export async function diff({ flags, positionals, system }: Call<DiffFlags>): Promise<Leave> {
  const { failures } = placeOf(flags, system);
  const before = environmentOf(positionals[0] ?? "", failures, system);
  const after = environmentOf(positionals[1] ?? "", failures, system);
  const changes = changesBetween(before, after);
  const profile = { before: before.profile, after: after.profile };
  const lines = changes.map((change) => `${change.name}  ${change.before} -> ${change.after}`);
  if (profile.before !== profile.after) lines.unshift(`profile  "${profile.before}" -> "${profile.after}"`);
  if (flags.json) system.output.line(JSON.stringify({ profile, changes }, null, 2));
  else for (const line of lines) system.output.line(line);
  return { code: lines.length === 0 ? ExitCode.ok : ExitCode.no };
}

/** By the path of an outcome file, or by what names an execution among those that are kept. */
function environmentOf(word: string, failures: string, system: System): KeptEnvironment {
  const isFile = word.includes("/") || word.endsWith(".json");
  const path = isFile ? resolve(system.host.workingDirectory(), word) : keptOutcome(word, failures, system);
  let text: string;
  try {
    text = new TextDecoder().decode(system.files.read(path));
  } catch (error) {
    throw new UsageError(`Cannot compare "${word}": "${path}" cannot be read, ${describeError(error)}`);
  }
  const parsed = v.safeParse(keptSchema, parseJson(text));
  if (parsed.success) return parsed.output.environment;
  throw new UsageError(
    `Cannot compare "${word}": "${path}" is not an outcome, as run --outcome FILE writes it`,
  );
}

/** Only the part that is compared, so that an outcome of an older or newer faultbox will do. */
const keptSchema = v.pick(outcomeSchema, ["environment"]);

function keptOutcome(word: string, failures: string, { files }: System): string {
  const found = findFailure(word, listFailures(failures, files).entries);
  if (found.kind === "one") return join(failures, `${found.entry.name}.json`);
  const why = found.kind === "many" ? "several executions match" : "no execution matches";
  throw new UsageError(
    `Cannot compare "${word}": ${why} in "${failures}" (faultbox failures list shows them); give an id, or the path of an outcome file`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
