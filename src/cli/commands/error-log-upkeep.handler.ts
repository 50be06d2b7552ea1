import { Refusal } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { jsonText } from "../../core/json-text.ts";
import { describeSize } from "../../core/size.ts";
import { type Merged, mergePending } from "../../error-log/merge.ts";
import { type Pruned, pruneLog } from "../../error-log/prune.ts";
import { type Repair, repairLog } from "../../error-log/repair.ts";
import { isSound, type Verdict, verifyLog } from "../../error-log/verify.ts";
import { resolve } from "../../system/path.ts";
import type { Call, Leave } from "../command.ts";
import { readableLogs, reading, readingOn } from "../read-logs.ts";
import { readRetention } from "../retention.ts";
import { cleanLine, counted } from "../table.ts";

interface JsonFlag {
  readonly json: boolean | undefined;
}

interface VerifyFlags extends JsonFlag {
  readonly diagnostics: boolean | undefined;
}

interface PruneFlags extends JsonFlag {
  readonly "max-records": string | undefined;
  readonly "max-bytes": string | undefined;
  readonly "max-age": string | undefined;
  readonly "dry-run": boolean | undefined;
}

export async function verify({ flags, positionals, system, log }: Call<VerifyFlags>): Promise<Leave> {
  const options = { diagnostics: flags.diagnostics ?? false };
  const paths = readableLogs(positionals, { system, log });
  const verdicts = paths.map((path) => reading(path, () => verifyLog(path, system, options)));
  print(verdicts, verdictLines, { flags, system });
  return { code: verdicts.every(isSound) ? ExitCode.ok : ExitCode.no };
}

function verdictLines(verdict: Verdict): readonly string[] {
  const { path, records, badLines, violations, duplicateIds, newer, repairs, pending } = verdict;
  const counts = [
    [records, "records"],
    [newer, "of a newer version"],
    [repairs, "repairs"],
    [badLines, "bad lines"],
    [violations, "not as the schema says"],
    [duplicateIds, "ids that stand twice"],
    [pending, "waiting"],
    [verdict.missingDiagnostics, "diagnostics missing"],
    [verdict.changedDiagnostics, "diagnostics changed"],
  ] as const;
  const words = counts
    .filter(([count, what]) => count > 0 || what === "records")
    .map((pair) => pair.join(" "));
  const state = isSound(verdict) ? "sound" : "NOT SOUND";
  return [
    `${state}: "${path}": ${words.join(", ")}`,
    ...verdict.problems.map(({ line, offset, what }) =>
      cleanLine(line === null ? `  ${what}` : `  line ${line}, at byte ${offset}: ${what}`),
    ),
    ...(badLines > 0 || verdict.torn ? [`  faultbox error-log repair puts this right`] : []),
  ];
}

export async function repair({ flags, positionals, system, log }: Call<JsonFlag>): Promise<Leave> {
  const done: Repair[] = [];
  for (const path of readableLogs(positionals, { system, log })) {
    done.push(await readingOn(path, () => repairLog(path, system)));
  }
  print(done, repairLines, { flags, system });
  return { code: ExitCode.ok };
}

function repairLines({
  path,
  changed,
  quarantinedLines,
  quarantinedBytes,
  quarantine,
}: Repair): readonly string[] {
  if (!changed) return [`nothing to repair in "${path}"`];
  if (quarantine === null) return [`ended the last line of "${path}"`];
  return [
    `moved ${counted(quarantinedLines, "bad line")} (${quarantinedBytes} bytes) of "${path}" to "${quarantine}"`,
  ];
}

export async function merge({ flags, positionals, system }: Call<JsonFlag>): Promise<Leave> {
  const done: Merged[] = [];
  // What waits may wait for a log that is not there yet.
  for (const path of absolute(positionals, system)) {
    done.push(await readingOn(path, () => mergePending(path, system)));
  }
  print(done, ({ path, taken }) => [`took in ${taken} into "${path}"`], { flags, system });
  const refused = done.flatMap((merged) => merged.refused);
  if (refused.length > 0) throw new Refusal(`Cannot take in: ${refused.join("; ")}`, ExitCode.dataRefused);
  return { code: ExitCode.ok };
}

export async function prune({ flags, positionals, system, log }: Call<PruneFlags>): Promise<Leave> {
  const limits = readRetention("--max-records", {
    count: flags["max-records"],
    bytes: flags["max-bytes"],
    age: flags["max-age"],
  });
  const retention = { records: limits.count, bytes: limits.bytes, ageMs: limits.ageMs };
  const dryRun = flags["dry-run"] ?? false;
  const done: Pruned[] = [];
  for (const path of readableLogs(positionals, { system, log })) {
    done.push(await readingOn(path, () => pruneLog(path, retention, system, { dryRun })));
  }
  print(done, (pruned) => pruneLines(pruned, dryRun), { flags, system });
  return { code: ExitCode.ok };
}

function pruneLines({ path, removed, removedBytes, kept }: Pruned, dryRun: boolean): readonly string[] {
  const verb = dryRun ? "would remove" : "removed";
  return [`${verb} ${counted(removed, "record")} (${describeSize(removedBytes)}) of "${path}", ${kept} stay`];
}

function absolute(words: readonly string[], { host }: Call<JsonFlag>["system"]): readonly string[] {
  return words.map((word) => resolve(host.workingDirectory(), word));
}

function print<Result>(
  results: readonly Result[],
  lines: (result: Result) => readonly string[],
  { flags, system }: Pick<Call<JsonFlag>, "flags" | "system">,
): void {
  if (flags.json) system.output.line(`[${results.map(jsonText).join(",\n")}]`);
  else for (const line of results.flatMap(lines)) system.output.line(line);
}
