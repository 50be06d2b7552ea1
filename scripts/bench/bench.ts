/**
 * Measures what faultbox costs, against programs that do less or the same: `npm run bench`, on Linux.
 *
 * Ratios are judged, because they travel between machines; only what redacting promises is in MiB/s. Each has a bound; a figure beyond it is marked, and the exit
 * code is 1. It takes some four minutes. Words choose parts of it: `bun scripts/bench/bench.ts start-up`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { measureEnding } from "./ending.ts";
import { measureErrorLog } from "./error-log.ts";
import { measureJobs } from "./job.ts";
import { measureRedact } from "./redact.ts";
import { measureRedaction } from "./redaction.ts";
import { type Bench, inDirectory, printTable, type Row } from "./row.ts";
import { measureStartUp } from "./start-up.ts";
import { measureThroughput } from "./throughput.ts";

const parts: Readonly<Record<string, (bench: Bench) => Promise<readonly Row[]>>> = {
  "start-up": measureStartUp,
  throughput: measureThroughput,
  ending: measureEnding,
  "error-log": measureErrorLog,
  job: measureJobs,
  redact: measureRedact,
  redaction: measureRedaction,
};

const faultbox = join(import.meta.dir, "../../dist/faultbox");
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !(name in parts));

if (!existsSync(faultbox)) fail("dist/faultbox is missing: run npm run build first");
if (unknown !== undefined) fail(`there is no part "${unknown}", only ${Object.keys(parts).join(", ")}`);

const rows = await inDirectory(async (directory) => {
  const all: Row[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (chosen.length === 0 || chosen.includes(name)) all.push(...(await measure({ directory, faultbox })));
  }
  return all;
});
printTable(rows);
process.exitCode = rows.every((row) => row.good) ? 0 : 1;

function fail(message: string): never {
  console.error(`bench: ${message}`);
  process.exit(2);
}
