/**
 * Measures what faultbox costs, against programs that do less or the same: `npm run bench`, on Linux.
 *
 * Only ratios are judged, because they travel between machines. Each has a bound; a figure beyond it is marked, and the exit
 * code is 1. It takes about a minute.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../build.ts";
import { peakMemory, takeTurns } from "./measure.ts";

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly figure: string;
  readonly bound: string;
  readonly good: boolean;
}

const faultbox = join(import.meta.dir, "../../dist/faultbox");
const quick = { rounds: 60, ms: 15_000 };
const long = { rounds: 5, ms: 60_000 };
const pumpedBytes = 2_000_000_000;
const rememberedBytes = 5_000_000_000;
const mega = 1_000_000;

if (!existsSync(faultbox)) {
  console.error("bench: dist/faultbox is missing: run npm run build first");
  process.exit(1);
}

const directory = mkdtempSync(join(tmpdir(), "faultbox-bench-"));
try {
  const rows = await measureAll();
  print(rows);
  process.exitCode = rows.every((row) => row.good) ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function measureAll(): Promise<readonly Row[]> {
  const empty = await baseline("empty");
  const spawn = await baseline("spawn");
  const pump = await baseline("pump");
  const capture = join(import.meta.dir, "baselines/capture.py");
  const runTrue = [faultbox, "run", "--", "true"];
  return [
    await slowdown("faultbox --version : an empty program", [faultbox, "--version"], [empty], 1.4),
    await slowdown("faultbox run -- true : a bare spawn", runTrue, [spawn, "true"], 1.8),
    ...(await unlessMissing("chronic", () =>
      slowdown("faultbox run -- true : chronic true", runTrue, ["chronic", "true"], 0.4),
    )),
    ...(await unlessMissing("/usr/bin/python3", () =>
      slowdown("faultbox run -- true : subprocess.run", runTrue, ["/usr/bin/python3", capture, "true"], 0.5),
    )),
    await speed("2 GB through faultbox run : a bare pump", pump, 0.7),
    await memory("peak memory of faultbox run, 5 GB", 120 * mega),
  ];
}

async function slowdown(
  what: string,
  ours: readonly string[],
  theirs: readonly string[],
  atMost: number,
): Promise<Row> {
  announce(what);
  const { oursMs, theirsMs, rounds } = await takeTurns(ours, theirs, quick, directory);
  const ratio = oursMs / theirsMs;
  return {
    what,
    measured: `${oursMs.toFixed(1)} : ${theirsMs.toFixed(1)} ms, ${rounds} rounds`,
    figure: ratio.toFixed(2),
    bound: `at most ${atMost}`,
    good: ratio <= atMost,
  };
}

async function speed(what: string, pump: string, atLeast: number): Promise<Row> {
  announce(what);
  const source = ["head", "-c", String(pumpedBytes), "/dev/zero"];
  const ours = [faultbox, "run", "--", ...source];
  const theirs = [pump, ...source];
  await checkDelivers(ours, pumpedBytes);
  await checkDelivers(theirs, pumpedBytes);
  const { oursMs, theirsMs, rounds } = await takeTurns(intoCat(ours), intoCat(theirs), long, directory);
  const ratio = theirsMs / oursMs;
  const perSecond = (ms: number): string => (pumpedBytes / mega / (ms / 1000)).toFixed(0);
  return {
    what,
    measured: `${perSecond(oursMs)} : ${perSecond(theirsMs)} MB/s, ${rounds} rounds`,
    figure: ratio.toFixed(2),
    bound: `at least ${atLeast}`,
    good: ratio >= atLeast,
  };
}

/** A reader in another process, as a pipeline has one. Bash, because its pipeline can fail when the left side does. */
function intoCat(argv: readonly string[]): readonly string[] {
  return ["bash", "-o", "pipefail", "-c", '"$@" | cat >/dev/null', "bash", ...argv];
}

/** A pump that loses bytes would win the race. */
async function checkDelivers(argv: readonly string[], bytes: number): Promise<void> {
  const { outputBytes } = await peakMemory(argv, directory);
  if (outputBytes !== bytes) throw new Error(`"${argv[0]}" delivered ${outputBytes} of ${bytes} bytes`);
}

async function memory(what: string, under: number): Promise<Row> {
  announce(what);
  const source = ["sh", "-c", `yes | head -c ${rememberedBytes}`];
  const { peakBytes, outputBytes } = await peakMemory([faultbox, "run", "--", ...source], directory);
  return {
    what,
    measured: `${(outputBytes / mega).toFixed(0)} MB came out`,
    figure: `${(peakBytes / mega).toFixed(0)} MB`,
    bound: `under ${under / mega} MB`,
    good: peakBytes > 0 && peakBytes < under && outputBytes === rememberedBytes,
  };
}

async function unlessMissing(program: string, measure: () => Promise<Row>): Promise<readonly Row[]> {
  if (Bun.which(program) !== null) return [await measure()];
  console.log(`SKIPPED: ${program} is missing, so nothing was measured against it`);
  return [];
}

async function baseline(name: string): Promise<string> {
  const outfile = join(directory, name);
  await compile({ entry: join(import.meta.dir, "baselines", `${name}.ts`), outfile });
  return outfile;
}

function announce(what: string): void {
  console.log(`measuring ${what}`);
}

function print(rows: readonly Row[]): void {
  const columns = ["what", "measured", "figure", "bound"] as const;
  const width = (column: (typeof columns)[number]): number =>
    Math.max(column.length, ...rows.map((row) => row[column].length));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => cell.padEnd(width(columns[index] ?? "what"))).join("  ");
  console.log(`\n${line(columns)}`);
  for (const row of rows) {
    console.log(`${line(columns.map((column) => row[column]))}  ${row.good ? "ok" : "BEYOND ITS BOUND"}`);
  }
}
