/** What it costs to append to an errors log, and to ask one of a million records. */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { jsonText } from "../../src/core/json-text.ts";
import type { ErrorRecord } from "../../src/error-log/record.ts";
import { peakMemory, takeTurns } from "./measure.ts";
import { announce, type Bench, baseline, mega, type Row, slowdown, unlessMissing } from "./row.ts";

const python = "/usr/bin/python3";
const few = 10_000;
const many = 1_000_000;

export async function measureErrorLog(bench: Bench): Promise<readonly Row[]> {
  return [...(await appending(bench)), ...(await asking(bench))];
}

async function appending({ directory, faultbox }: Bench): Promise<readonly Row[]> {
  const bare = await baseline("append", directory);
  const words = (log: string) => [
    ...["--out", join(directory, log), "--task-key", "T-12", "--phase", "build", "--agent", "codex"],
    ...["--agent-role", "worker", "--error-type", "cli-failure", "--exit-code", "3"],
    ...["--message", "cannot read /home/user/12/config.toml: no such file"],
  ];
  const ours = [faultbox, "error-log", "append-observed", ...words("ours.jsonl")];
  const line = jsonText(recordOf(1));
  const theirs = [bare, join(directory, "bare.jsonl"), line];
  const script = [python, join(import.meta.dir, "baselines/append.py"), ...words("python.jsonl")];
  return [
    await slowdown("append-observed : open, lock, write, sync", { ours, theirs }, 1.5, directory),
    ...(await unlessMissing(python, () =>
      slowdown("append-observed : the same in Python", { ours, theirs: script }, 0.4, directory),
    )),
  ];
}

async function asking({ directory, faultbox }: Bench): Promise<readonly Row[]> {
  const bare = await baseline("group", directory);
  const [small, large] = [join(directory, "few.jsonl"), join(directory, "many.jsonl")];
  announce(`a log of ${many} records`);
  writeRecords(small, few);
  writeRecords(large, many);
  const ask = (command: string, log: string) => [faultbox, "error-log", command, log];
  const groups = ask("groups", large);
  const against = (what: string, theirs: readonly string[], atMost: number | null, ours = groups) =>
    slowdown(what, { ours, theirs, rounds: { rounds: 5, ms: 10_000 } }, atMost, directory);
  const append = (log: string) => [
    ...[faultbox, "error-log", "append-observed", "--out", log, "--task-key", "T", "--phase", "p"],
    ...["--agent", "a", "--agent-role", "r", "--error-type", "cli-failure"],
  ];
  return [
    await against(`groups of ${many} records : JSON.parse of each line`, [bare, large], 1.5),
    ...(await unlessMissing("jq", () => againstJq(groups, large, directory))),
    await against(`list of ${many} records : groups of them`, groups, 0.1, ask("list", large)),
    await against(`groups of ${many} records : of ${few}`, ask("groups", small), many / few),
    await against(`append to ${many} records : to ${few}`, append(small), 1.3, append(large)),
    await memory(groups, directory),
  ];
}

/** Once each: jq takes a quarter of a minute. */
async function againstJq(groups: readonly string[], log: string, directory: string): Promise<Row> {
  announce("groups : jq");
  const jq = ["sh", "-c", 'jq -r .fingerprint.hash "$1" | sort | uniq -c', "sh", log];
  const begin = performance.now();
  await Bun.spawn(jq, { stdout: "ignore", stderr: "inherit" }).exited;
  const theirsMs = performance.now() - begin;
  const { oursMs } = await takeTurns(groups, groups, { rounds: 3, ms: 1, code: 0 }, directory);
  const ratio = oursMs / theirsMs;
  return {
    what: "groups : jq, sort and uniq",
    measured: `${oursMs.toFixed(0)} : ${theirsMs.toFixed(0)} ms, once`,
    figure: ratio.toFixed(2),
    bound: "at most 0.25",
    good: ratio <= 0.25,
  };
}

async function memory(groups: readonly string[], directory: string): Promise<Row> {
  announce("memory of groups");
  const under = 200 * mega;
  const { peakBytes } = await peakMemory(groups, directory);
  return {
    what: `peak memory of groups, ${many} records`,
    measured: "-",
    figure: `${(peakBytes / mega).toFixed(0)} MB`,
    bound: `under ${under / mega} MB`,
    good: peakBytes > 0 && peakBytes < under,
  };
}

/** Half a thousand faults, in turns. */
function writeRecords(path: string, count: number): void {
  const file = openSync(path, "w", 0o600);
  for (let from = 0; from < count; from += 1000) {
    const lines = Array.from({ length: Math.min(1000, count - from) }, (_, index) =>
      jsonText(recordOf(from + index)),
    );
    writeSync(file, `${lines.join("\n")}\n`);
  }
  closeSync(file);
}

function recordOf(number: number): ErrorRecord {
  const fault = (number * 7919) % 500;
  const time = new Date(1_760_000_000_000 + number * 137).toISOString();
  const hex = (value: number, length: number) => value.toString(16).padStart(length, "0");
  return {
    id: `${hex(number, 8)}-0000-7000-8000-${hex(number, 12)}`,
    schemaVersion: 1,
    recordedAt: time,
    occurredAt: time,
    source: "lead-observed",
    taskKey: `T-${number % 50}`,
    phase: "build",
    agent: ["codex", "claude", "gemini"][number % 3] ?? "codex",
    agentRole: "worker",
    model: null,
    errorType: "cli-failure",
    message: `cannot read /home/user/${number}/config.toml: no such file`,
    tool: null,
    command: "codex exec -",
    exitCode: fault % 5,
    signal: null,
    durationMs: null,
    stderrExcerpt: null,
    diagnostics: null,
    host: "host",
    pid: 1000 + (number % 1000),
    fingerprint: {
      version: "v1",
      hash: hex(fault, 16),
      key: `cli-failure | exit ${fault % 5} | cannot read <path>/config.toml`,
    },
    truncated: {},
    attributes: {},
  };
}
