/** The Bun adapter: the product's own runtime. */
import { createAdoption } from "./adoption.ts";
import { bunCompanion } from "./bun-companion.ts";
import { bunLibc } from "./bun-libc.ts";
import { bunStarting } from "./bun-start.ts";
import { bunWriting } from "./bun-writing.ts";
import { systemClock } from "./clock.ts";
import { nodeFiles } from "./files.ts";
import { nodeHost, nodeProcesses, nodeSignals, nodeStdin } from "./node-process.ts";
import { nodeOutput } from "./output.ts";
import { lacksOfProc } from "./proc.ts";
import { wordsAsGiven } from "./raw-words.ts";
import type { System } from "./system.ts";
import { words } from "./words.ts";

const libc = bunLibc();
const adoption = createAdoption(libc);

export const bunSystem: System = {
  runtime: {
    name: "bun",
    version: Bun.version,
    command: ownCommand(),
    get lacks() {
      return lacksOfProc();
    },
  },
  words: wordsAsGiven(words),
  environment: { ...process.env } as Record<string, string>,
  host: nodeHost(libc),
  clock: systemClock,
  files: nodeFiles(libc),
  output: nodeOutput(bunWriting(libc.isTerminal)),
  stdin: nodeStdin(libc),
  processes: {
    ...bunStarting(libc, adoption),
    accompany: bunCompanion(libc, adoption),
    ...nodeProcesses(libc, adoption),
  },
  signals: nodeSignals(libc),
};

/** The compiled binary is a command by itself; its main file is inside it. */
function ownCommand(): readonly string[] {
  const main = process.argv[1] ?? "";
  return main.startsWith("/$bunfs/") ? [process.execPath] : [process.execPath, ...process.execArgv, main];
}
