/** A line of the bench's table, and how lines come about. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../build.ts";
import { takeTurns } from "./measure.ts";

export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly figure: string;
  /** `-` where nothing is promised. */
  readonly bound: string;
  readonly good: boolean;
}

/** Where a bench works: a directory that goes away, and the program that is measured. */
export interface Bench {
  readonly directory: string;
  readonly faultbox: string;
}

export const mega = 1_000_000;

const quick = { rounds: 60, ms: 15_000 };

/** Makes the directory, measures in it, and removes it. */
export async function inDirectory<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "faultbox-bench-"));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** How many times as long ours takes as theirs; `atMost` of null promises nothing. */
export async function slowdown(
  what: string,
  commands: {
    readonly ours: readonly string[];
    readonly theirs: readonly string[];
    readonly code?: number;
    readonly rounds?: { readonly rounds: number; readonly ms: number };
  },
  atMost: number | null,
  directory: string,
): Promise<Row> {
  announce(what);
  const { ours, theirs, code = 0, rounds: most = quick } = commands;
  const { oursMs, theirsMs, rounds } = await takeTurns(ours, theirs, { ...most, code }, directory);
  const ratio = oursMs / theirsMs;
  return {
    what,
    measured: `${oursMs.toFixed(1)} : ${theirsMs.toFixed(1)} ms, ${rounds} rounds`,
    figure: ratio.toFixed(2),
    bound: atMost === null ? "-" : `at most ${atMost}`,
    good: atMost === null || ratio <= atMost,
  };
}

/** A row against a program that may not be installed: then a line says so, and there is no row. */
export async function unlessMissing(program: string, measure: () => Promise<Row>): Promise<readonly Row[]> {
  if (Bun.which(program) !== null) return [await measure()];
  console.log(`SKIPPED: ${program} is missing, so nothing was measured against it`);
  return [];
}

/** One of the programs in `baselines/`, compiled as faultbox is. */
export async function baseline(name: string, directory: string): Promise<string> {
  const outfile = join(directory, name);
  await compile({ entry: join(import.meta.dir, "baselines", `${name}.ts`), outfile });
  return outfile;
}

export function announce(what: string): void {
  console.log(`measuring ${what}`);
}

export function printTable(rows: readonly Row[]): void {
  const columns = ["what", "measured", "figure", "bound"] as const;
  const width = (column: (typeof columns)[number]): number =>
    Math.max(column.length, ...rows.map((row) => row[column].length));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => cell.padEnd(width(columns[index] ?? "what"))).join("  ");
  console.log(`\n${line(columns)}`);
  for (const row of rows) {
    const word = row.bound === "-" ? "" : row.good ? "ok" : "BEYOND ITS BOUND";
    console.log(`${line(columns.map((column) => row[column]))}  ${word}`);
  }
}
