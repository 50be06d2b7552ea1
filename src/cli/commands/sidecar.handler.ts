import { ExitCode } from "../../core/exit-codes.ts";
import { jsonText } from "../../core/json-text.ts";
import { nearest } from "../../core/nearest.ts";
import type { Redactor } from "../../core/redactor.ts";
import { workerType } from "../../error-log/error-types.ts";
import { dataRefusal } from "../../error-log/refuse.ts";
import { checkEntry, entryFieldNames, readSidecar } from "../../error-log/sidecar.ts";
import { addToSidecar } from "../../error-log/write-sidecar.ts";
import { resolve } from "../../system/path.ts";
import type { Call, Leave } from "../command.ts";
import { orPrint } from "../errors-log.ts";
import { attributesOf, readTexts } from "../given-texts.ts";
import { handedOn } from "../handed-path.ts";
import { handedLogPath } from "../log-path.ts";
import { ownRedactor } from "../own-redactor.ts";
import { cleanLine, counted } from "../table.ts";

interface SidecarFlags {
  readonly sidecar: string | undefined;
  readonly json: boolean | undefined;
}

interface EntryFlags extends SidecarFlags {
  readonly message: string | undefined;
  readonly "message-file": string | undefined;
  readonly tool: string | undefined;
  readonly command: string | undefined;
  readonly "exit-code": string | undefined;
  readonly signal: string | undefined;
  readonly "duration-ms": string | undefined;
  readonly "stderr-excerpt-file": string | undefined;
  readonly phase: string | undefined;
  readonly diagnostics: string | undefined;
  readonly "occurred-at": string | undefined;
  readonly attribute: readonly string[];
}

export async function init({ flags, system }: Call<SidecarFlags>): Promise<Leave> {
  const path = handedLogPath("--sidecar", flags.sidecar, system.files);
  const entries = await addToSidecar(path, [], system);
  if (flags.json) system.output.line(jsonText({ path, entries }));
  return { code: ExitCode.ok };
}

export async function append(call: Call<EntryFlags>): Promise<Leave> {
  const { flags, system } = call;
  const redactor = ownRedactor(system);
  const entry = await readEntry(call, redactor);
  const entries = await orPrint(
    () => [entry],
    system,
    async () => {
      const path = handedLogPath("--sidecar", flags.sidecar, system.files);
      const checked = checkEntry(entry, 0);
      if (checked.kind === "bad")
        throw dataRefusal(`Cannot add this entry: ${checked.problem.replaceAll("/errors/0/", "/")}`);
      return addToSidecar(path, [entry], system);
    },
  );
  if (flags.json) system.output.line(jsonText({ entries }));
  return { code: ExitCode.ok };
}

/** The entry as it will stand in the file, redacted; nothing is judged yet. */
async function readEntry({ flags, system, log }: Call<EntryFlags>, redactor: Redactor): Promise<object> {
  const { message, stderrExcerpt } = await readTexts(flags, redactor, { system, log });
  const { diagnostics } = flags;
  const given = {
    errorType: workerType,
    occurredAt: flags["occurred-at"] ?? new Date(system.clock.now()).toISOString(),
    message: message ?? (flags["exit-code"] ? `failed with exit code ${flags["exit-code"]}` : undefined),
    tool: flags.tool,
    command: flags.command,
    exitCode: numberOrWord(flags["exit-code"]),
    signal: flags.signal,
    durationMs: numberOrWord(flags["duration-ms"]),
    stderrExcerpt,
    phase: flags.phase,
    diagnostics: diagnostics && resolve(system.host.workingDirectory(), diagnostics),
    attributes: flags.attribute.length > 0 ? attributesOf(flags.attribute) : undefined,
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return redactor.json(Object.fromEntries(present));
}

/** A word that is no number is left for the schema to refuse. */
function numberOrWord(word: string | undefined): number | string | undefined {
  return word !== undefined && /^-?\d{1,15}$/.test(word) ? Number(word) : word;
}

export async function validate({ flags, system, log }: Call<SidecarFlags>): Promise<Leave> {
  const path = handedOn("--sidecar", flags.sidecar ?? "");
  const entries = readSidecar(path, system.files);
  if (entries === null) log.info(`there is no sidecar "${path}": a worker without errors has none`);
  const checked = (entries ?? []).map(checkEntry);
  const problems = checked.flatMap((entry) => (entry.kind === "bad" ? [entry.problem] : []));
  const unknown = new Set(checked.flatMap((entry) => (entry.kind === "good" ? entry.unknownFields : [])));
  for (const name of unknown) log.warn(cleanLine(unknownField(name)));
  if (flags.json) system.output.line(jsonText({ path, entries: checked.length, problems }));
  else if (problems.length === 0 && entries !== null)
    system.output.line(`${counted(checked.length, "entry", "entries")} can be merged`);
  if (problems.length === 0) return { code: ExitCode.ok };
  throw dataRefusal(
    `${problems.length} of ${checked.length} entries of "${path}" would be refused: ${problems.join("; ")}`,
  );
}

function unknownField(name: string): string {
  const close = nearest(name, entryFieldNames);
  const hint = close === null ? "" : `; did you mean "${close}"?`;
  return `the field ${JSON.stringify(name)} is no field of an entry, and becomes an attribute${hint}`;
}
