/** What the end-to-end cases of `run` share: the outcome of a run, the evidence it kept, children that misbehave. */
import { test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Outcome } from "../../src/core/outcome.ts";
import { denoCannot, type Faultbox, type Ran, type RunOptions } from "./support.ts";

/** Runs `faultbox run` with these flags, and reads the outcome that it wrote. */
export async function runToOutcome(
  faultbox: Faultbox,
  { flags = [], program, ...options }: RunOptions & { flags?: readonly string[]; program: readonly string[] },
): Promise<Ran & { readonly outcome: Outcome }> {
  const file = path.join(faultbox.directory(), "outcome.json");
  const ran = await faultbox.run(["run", "--outcome", file, ...flags, "--", ...program], options);
  return { ...ran, outcome: readOutcome(faultbox) };
}

/** The outcome in `outcome.json`, where a case asked for it there. */
export function readOutcome(faultbox: Faultbox): Outcome {
  return JSON.parse(readFile(faultbox, "outcome.json"));
}

/** A file in the case's directory, as text. */
export function readFile(faultbox: Faultbox, name: string): string {
  return fs.readFileSync(path.join(faultbox.directory(), name), "utf8");
}

/** Writes a file into the case's directory and returns its path. */
export function writeFile(faultbox: Faultbox, name: string, text: string, mode = 0o644): string {
  const file = path.join(faultbox.directory(), name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
  return file;
}

/** The names in the directory of the failures, but for the ones that every directory has. */
export function keptNames(faultbox: Faultbox): readonly string[] {
  const directory = path.join(faultbox.directory(), "logs/local/failures");
  if (!fs.existsSync(directory)) return [];
  return fs.readdirSync(directory).filter((name) => name !== "index.jsonl" && name !== ".gitignore");
}

/** The words that run one of the programs in `test/fixtures/children`. */
export function child(name: string): readonly string[] {
  return ["sh", path.resolve(import.meta.dir, "../fixtures/children", `${name}.sh`)];
}

/** Waits until something is true; fails loudly when it does not become so. */
export async function until(what: string, holds: () => boolean, longestMs = 10_000): Promise<void> {
  const end = performance.now() + longestMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${longestMs} ms in vain for: ${what}`);
    await Bun.sleep(10);
  }
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(fs.readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** `test`, or under Deno a skipped test whose title says what Deno cannot do. */
export function unlessDeno(faultbox: Faultbox, reason: keyof typeof denoCannot) {
  return (title: string, body: () => Promise<void>) => {
    if (faultbox.way === "deno") test.skip(`${title} (${denoCannot[reason]})`, body);
    else test(title, body);
  };
}
