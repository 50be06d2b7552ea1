import { describeError, Refusal } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { jsonText } from "../../core/json-text.ts";
import { describeSize } from "../../core/size.ts";
import { type FailureGroup, groupFailures } from "../../diagnostics/group.ts";
import { pin as pinFailure, unpin as unpinFailure } from "../../diagnostics/pin.ts";
import { type Doomed, doomedFailures, removeFailures } from "../../diagnostics/prune.ts";
import { reindex as makeIndex } from "../../diagnostics/reindex.ts";
import type { Call, Leave } from "../command.ts";
import { countOf } from "../count-flag.ts";
import { groupLines } from "../group-text.ts";
import { logCommand, type PlaceFlags, readFailures, wantedFailure, whyOf } from "../kept-failures.ts";
import { placeOf } from "../place.ts";
import { readRetention } from "../retention.ts";
import { counted, shortLine } from "../table.ts";

interface GroupFlags extends PlaceFlags {
  readonly limit: string | undefined;
}

interface PruneFlags extends PlaceFlags {
  readonly "max-count": string | undefined;
  readonly "max-bytes": string | undefined;
  readonly "max-age": string | undefined;
  readonly "dry-run": boolean | undefined;
}

export async function groups({ flags, system, log }: Call<GroupFlags>): Promise<Leave> {
  const most = countOf("--limit", flags.limit);
  const { failures } = placeOf(flags, system);
  const { entries } = await readFailures(failures, { system, log });
  const all = groupFailures(entries, failures, system.files);
  const shown = all.slice(0, most ?? all.length);
  if (flags.json) {
    const rows = shown.map((group) => ({ ...group, command: logCommand(flags, group.example) }));
    system.output.line(`[${rows.map(jsonText).join(",\n")}]`);
  } else if (all.length === 0) log.info(`no failures are kept in "${failures}"`);
  else for (const group of shown) printGroup(group, { flags, system });
  return { code: ExitCode.ok };
}

function printGroup(
  group: FailureGroup,
  { flags, system }: Pick<Call<GroupFlags>, "flags" | "system">,
): void {
  const { example, roles } = group;
  const shown = {
    ...group,
    by: roles,
    example: `${example.name}: ${shortLine(whyOf(example), 120)}`,
    command: logCommand(flags, example),
  };
  for (const line of groupLines(shown, system.clock.now())) system.output.line(line);
}

export async function pin(call: Call<PlaceFlags>): Promise<Leave> {
  return mark(call, "pin", pinFailure);
}

export async function unpin(call: Call<PlaceFlags>): Promise<Leave> {
  return mark(call, "unpin", unpinFailure);
}

async function mark(
  { flags, positionals, system, log }: Call<PlaceFlags>,
  verb: "pin" | "unpin",
  action: typeof pinFailure,
): Promise<Leave> {
  const { failures } = placeOf(flags, system);
  const entry = await wantedFailure(positionals[0], failures, { system, log });
  if (entry === null) return { code: ExitCode.no };
  try {
    const changed = action(entry.name, failures, system.files);
    if (flags.json) system.output.line(jsonText({ name: entry.name, pinned: verb === "pin", changed }));
    else log.info(`${changed ? `${verb}ned` : `nothing to ${verb}:`} ${entry.name}`);
  } catch (error) {
    throw new Refusal(`Cannot ${verb} "${entry.name}" in "${failures}": ${describeError(error)}`);
  }
  return { code: ExitCode.ok };
}

export async function prune({ flags, system, log }: Call<PruneFlags>): Promise<Leave> {
  const words = { count: flags["max-count"], bytes: flags["max-bytes"], age: flags["max-age"] };
  const limits = readRetention("--max-count", words);
  const { failures } = placeOf(flags, system);
  const { entries } = await readFailures(failures, { system, log });
  const world = { directory: failures, files: system.files, now: system.clock.now() };
  const doomed = doomedFailures(entries, limits, world);
  const dryRun = flags["dry-run"] ?? false;
  if (!dryRun) await removeFailures(doomed, failures, system);
  if (flags.json) {
    const removed = doomed.map(({ entry, bytes }) => ({
      name: entry.name,
      executionId: entry.executionId,
      bytes,
    }));
    system.output.line(jsonText({ dryRun, removed, kept: entries.length - doomed.length }));
  } else for (const line of pruneLines(doomed, dryRun)) system.output.line(line);
  return { code: ExitCode.ok };
}

function pruneLines(doomed: readonly Doomed[], dryRun: boolean): readonly string[] {
  const verb = dryRun ? "would remove" : "removed";
  const total = doomed.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...doomed.map(({ entry, bytes }) => `${verb} ${entry.name}  ${entry.recordedAt}  ${describeSize(bytes)}`),
    `${verb} ${counted(doomed.length, "failure")} (${describeSize(total)})`,
  ];
}

export async function reindex({ flags, system, log }: Call<PlaceFlags>): Promise<Leave> {
  const { failures } = placeOf(flags, system);
  if (system.files.status(failures) === null) {
    log.info(`no failures are kept in "${failures}"`);
    return { code: ExitCode.ok };
  }
  const count = await makeIndex(failures, system);
  if (flags.json) system.output.line(jsonText({ directory: failures, entries: count }));
  else log.info(`made the index anew: ${counted(count, "entry", "entries")}`);
  return { code: ExitCode.ok };
}
