/** What passing output on costs, in time and in memory. */
import { peakMemory, takeTurns } from "./measure.ts";
import { announce, type Bench, baseline, mega, type Row } from "./row.ts";

const long = { rounds: 5, ms: 60_000, code: 0 };
const rememberedBytes = 5_000_000_000;
const memoryBytes = 120 * mega;

/** A program that says so many bytes, as a shell line. */
interface Flood {
  readonly name: string;
  readonly bytes: number;
  readonly line: string;
  /** The least share of the bare pump's speed; null promises nothing. */
  readonly atLeast: number | null;
}

const floods: readonly Flood[] = [
  { name: "2 GB", bytes: 2000 * mega, line: "head -c 2000000000 /dev/zero", atLeast: 0.7 },
  { name: "200 MB of short lines", bytes: 200 * mega, line: "yes | head -c 200000000", atLeast: null },
  {
    name: "one line of 200 MB",
    bytes: 200 * mega,
    line: "head -c 200000000 /dev/zero | tr '\\0' x",
    atLeast: null,
  },
];

export async function measureThroughput(bench: Bench): Promise<readonly Row[]> {
  const pump = await baseline("pump", bench.directory);
  const rows: Row[] = [];
  for (const flood of floods) rows.push(await speed(flood, pump, bench));
  return [...rows, await memory(bench)];
}

async function speed(flood: Flood, pump: string, { directory, faultbox }: Bench): Promise<Row> {
  const what = `${flood.name} through faultbox run : a bare pump`;
  announce(what);
  const source = ["sh", "-c", flood.line];
  const ours = [faultbox, "run", "--", ...source];
  const theirs = [pump, ...source];
  await checkDelivers(ours, flood.bytes, directory);
  await checkDelivers(theirs, flood.bytes, directory);
  const { oursMs, theirsMs, rounds } = await takeTurns(intoCat(ours), intoCat(theirs), long, directory);
  const ratio = theirsMs / oursMs;
  const perSecond = (ms: number): string => (flood.bytes / mega / (ms / 1000)).toFixed(0);
  return {
    what,
    measured: `${perSecond(oursMs)} : ${perSecond(theirsMs)} MB/s, ${rounds} rounds`,
    figure: ratio.toFixed(2),
    bound: flood.atLeast === null ? "-" : `at least ${flood.atLeast}`,
    good: flood.atLeast === null || ratio >= flood.atLeast,
  };
}

/** A reader in another process, as a pipeline has one. Bash, because its pipeline can fail when the left side does. */
function intoCat(argv: readonly string[]): readonly string[] {
  return ["bash", "-o", "pipefail", "-c", '"$@" | cat >/dev/null', "bash", ...argv];
}

/** A pump that loses bytes would win the race. */
async function checkDelivers(argv: readonly string[], bytes: number, directory: string): Promise<void> {
  const { outputBytes } = await peakMemory(argv, directory);
  if (outputBytes !== bytes) throw new Error(`"${argv[0]}" delivered ${outputBytes} of ${bytes} bytes`);
}

async function memory({ directory, faultbox }: Bench): Promise<Row> {
  const what = "peak memory of faultbox run, 5 GB";
  announce(what);
  const source = ["sh", "-c", `yes | head -c ${rememberedBytes}`];
  const { peakBytes, outputBytes } = await peakMemory([faultbox, "run", "--", ...source], directory);
  return {
    what,
    measured: `${(outputBytes / mega).toFixed(0)} MB came out`,
    figure: `${(peakBytes / mega).toFixed(0)} MB`,
    bound: `under ${memoryBytes / mega} MB`,
    good: peakBytes > 0 && peakBytes < memoryBytes && outputBytes === rememberedBytes,
  };
}
