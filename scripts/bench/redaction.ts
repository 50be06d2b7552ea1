/** How fast the redactor is, on what programs print and on what would make it slow, and how much memory it takes. */

import { inputs } from "./redaction-inputs.ts";
import { announce, type Bench, baseline, type Row } from "./row.ts";

const mebibytes = 64;
const rounds = 3;
const chunkBytes = 65_536;
const mostMemory = 250;

export async function measureRedaction({ directory }: Bench): Promise<readonly Row[]> {
  const program = await baseline("redact", directory);
  const rows: Row[] = [];
  for (const name of Object.keys(inputs)) {
    rows.push(speed(program, name, { chunkBytes, atLeast: name === "log" ? 200 : 50 }));
  }
  rows.push(speed(program, "log", { chunkBytes: 201, atLeast: 80 }));
  return rows;
}

function speed(
  program: string,
  name: string,
  { chunkBytes, atLeast }: { readonly chunkBytes: number; readonly atLeast: number },
): Row {
  const what = `redacting ${JSON.stringify(name)}, ${chunkBytes} bytes at a time`;
  announce(what);
  const runs = Array.from({ length: rounds }, () => runOnce(program, name, chunkBytes));
  const best = Math.max(...runs.map(({ perSecond }) => perSecond));
  const memory = Math.max(...runs.map(({ peak }) => peak));
  return {
    what,
    measured: `${mebibytes} MiB, best of ${rounds}, ${memory} MiB of memory`,
    figure: `${best.toFixed(0)} MiB/s`,
    bound: `at least ${atLeast}, in ${mostMemory} MiB`,
    good: best >= atLeast && memory <= mostMemory,
  };
}

function runOnce(program: string, name: string, chunk: number): { perSecond: number; peak: number } {
  const { stdout, exitCode } = Bun.spawnSync([program, name, `${mebibytes}`, `${chunk}`], {
    stderr: "inherit",
  });
  if (exitCode !== 0) throw new Error(`"${program} ${name}" exited ${exitCode}`);
  const [perSecond, peak] = stdout.toString().trim().split(" ").map(Number);
  return { perSecond: perSecond ?? 0, peak: peak ?? 0 };
}
