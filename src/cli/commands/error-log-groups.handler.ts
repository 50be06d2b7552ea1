import { ExitCode } from "../../core/exit-codes.ts";
import { fingerprintText, keyParts } from "../../core/fingerprint.ts";
import { jsonText } from "../../core/json-text.ts";
import { findRecord } from "../../error-log/find-record.ts";
import { type Group, groupRecords } from "../../error-log/groups.ts";
import type { ErrorRecord } from "../../error-log/record.ts";
import { countRecords, type Stats } from "../../error-log/stats.ts";
import { readPoint } from "../../error-log/where.ts";
import type { Call, Leave } from "../command.ts";
import { countOf } from "../count-flag.ts";
import { groupLines } from "../group-text.ts";
import { readableLogs, reading, tellIncomplete } from "../read-logs.ts";
import { showFileCommand } from "../record-text.ts";
import { cleanLine, counted, shellWord, shortLine } from "../table.ts";

interface GroupFlags {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly limit: string | undefined;
  readonly why: string | undefined;
  readonly json: boolean | undefined;
}

export async function groups(call: Call<GroupFlags>): Promise<Leave> {
  const { flags, positionals, system, log } = call;
  const now = system.clock.now();
  const since = flags.since === undefined ? null : readPoint("--since", flags.since, now);
  const until = flags.until === undefined ? null : readPoint("--until", flags.until, now);
  const most = countOf("--limit", flags.limit);
  const paths = readableLogs(positionals, { system, log });
  if (flags.why !== undefined) return why(flags.why, paths, call);
  const found = reading(paths.join(" "), () => groupRecords(paths, system.files, { since, until }));
  const shown = found.groups.slice(0, most ?? found.groups.length);
  if (flags.json) {
    const rows = shown.map((group) => ({ ...group, command: commandFor(group) }));
    system.output.line(`[${rows.map(jsonText).join(",\n")}]`);
  } else {
    for (const group of shown) {
      const by = group.agents;
      const example = shortLine(group.example.message, 120);
      for (const line of groupLines({ ...group, by, example, command: commandFor(group) }, now))
        system.output.line(line);
    }
  }
  tellIncomplete(paths, found.skipped, { system, log });
  return { code: ExitCode.ok };
}

function commandFor({ example, log }: Group): string {
  if (example.diagnostics !== null) return showFileCommand(example.diagnostics.path);
  return `faultbox error-log show ${shellWord(log)} ${shellWord(example.id)}`;
}

/** What puts a record into its group, part by part. */
function why(wanted: string, paths: readonly string[], { flags, system, log }: Call<GroupFlags>): Leave {
  const record = findIn(paths, wanted, system.files);
  if (record === null) {
    log.error(`no one record matches ${JSON.stringify(wanted)} (faultbox error-log list shows them)`);
    return { code: ExitCode.no };
  }
  const { fingerprint } = record;
  const parts = keyParts({ ...record, type: record.errorType, excerpt: record.stderrExcerpt });
  const isOwn =
    parts.join(" | ").replaceAll("\n", " / ") !== fingerprint.key && !fingerprint.key.endsWith("…");
  const answer = {
    id: record.id,
    fingerprint: fingerprintText(fingerprint),
    key: fingerprint.key,
    parts: isOwn ? [fingerprint.key] : parts,
    message: record.message,
  };
  if (flags.json) system.output.line(jsonText(answer));
  else for (const line of whyLines(answer, isOwn)) system.output.line(line);
  return { code: ExitCode.ok };
}

function whyLines(
  answer: {
    readonly id: string;
    readonly fingerprint: string;
    readonly parts: readonly string[];
    readonly message: string;
  },
  isOwn: boolean,
): readonly string[] {
  const names = isOwn
    ? ["given"]
    : ["type", "ending", ...(answer.parts.length > 3 ? ["exception"] : []), "message"];
  return [
    cleanLine(`${answer.id} is in group ${answer.fingerprint} by`),
    ...answer.parts.map((part, index) => `  ${(names[index] ?? "").padEnd(9)}  ${cleanLine(part)}`),
    ...(isOwn ? [] : [`  from       ${cleanLine(shortLine(answer.message, 200))}`]),
  ];
}

function findIn(
  paths: readonly string[],
  wanted: string,
  files: Call<GroupFlags>["system"]["files"],
): ErrorRecord | null {
  for (const path of paths) {
    const found = reading(path, () => findRecord(wanted, path, files));
    if (found.kind === "one" && found.entry.kind !== "repair") return found.entry.record;
  }
  return null;
}

export async function stats(call: Call<{ readonly json: boolean | undefined }>): Promise<Leave> {
  const { flags, positionals, system, log } = call;
  const paths = readableLogs(positionals, { system, log });
  const counted = reading(paths.join(" "), () => countRecords(paths, system.files));
  if (flags.json) system.output.line(jsonText(counted));
  else for (const line of statsLines(counted)) system.output.line(line);
  tellIncomplete(paths, counted.skipped, { system, log });
  return { code: ExitCode.ok };
}

function statsLines(stats: Stats): readonly string[] {
  const { records, first, last, newer, repairs } = stats;
  const span = first === null ? "" : `, from ${first} to ${last}`;
  const lists = [
    ["by type", stats.byType],
    ["by agent", stats.byAgent],
    ["by phase", stats.byPhase],
    ["by hour (UTC)", stats.byHour],
  ] as const;
  return [
    cleanLine(`${counted(records, "record")}${span}`),
    ...(newer > 0 ? [`${newer} of a newer version`] : []),
    ...(repairs > 0 ? [counted(repairs, "repair")] : []),
    ...lists.flatMap(([title, counts]) => [
      title,
      ...Object.entries(counts).map(([name, count]) => `${String(count).padStart(9)}  ${cleanLine(name)}`),
    ]),
  ];
}
