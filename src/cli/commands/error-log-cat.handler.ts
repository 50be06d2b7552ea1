import { ExitCode } from "../../core/exit-codes.ts";
import { neutralize } from "../../core/neutralize.ts";
import { readEntry } from "../../error-log/entry.ts";
import { pieces } from "../../error-log/pieces.ts";
import type { Call, Leave } from "../command.ts";
import { readableLogs, reading, readingOn } from "../read-logs.ts";

interface CatFlags {
  readonly valid: boolean | undefined;
  readonly json: boolean | undefined;
}

export async function handle({ flags, positionals, system, log }: Call<CatFlags>): Promise<Leave> {
  const paths = readableLogs(positionals, { system, log });
  const isTerminal = system.output.stdout.isTerminal();
  if (flags.json) printArray(paths, system);
  else if (!flags.valid && !isTerminal) await copy(paths, system);
  else {
    const shown = (line: string) => (isTerminal ? neutralize(line) : line);
    const isWanted = (line: string) => (flags.valid ? readEntry(line) !== null : line !== "");
    for (const lines of wantedLines(paths, isWanted, system)) system.output.line(lines.map(shown).join("\n"));
  }
  return { code: ExitCode.ok };
}

type World = Call<CatFlags>["system"];

/** Byte for byte. */
async function copy(paths: readonly string[], { files, output }: World): Promise<void> {
  for (const path of paths) {
    await readingOn(path, async () => {
      for await (const chunk of files.chunks(path)) output.raw(chunk);
    });
  }
}

function printArray(paths: readonly string[], system: World): void {
  const encoder = new TextEncoder();
  let before = "[";
  for (const lines of wantedLines(paths, (line) => readEntry(line) !== null, system)) {
    system.output.raw(encoder.encode(before + lines.join(",\n")));
    before = ",\n";
  }
  system.output.line(before === "[" ? "[]" : "]");
}

/** The wanted lines, many at a time, and never none. */
function* wantedLines(
  paths: readonly string[],
  isWanted: (line: string) => boolean,
  { files }: World,
): Generator<readonly string[]> {
  for (const path of paths) {
    const log = pieces(path, files);
    for (;;) {
      const piece = reading(path, () => log.next());
      if (piece.done) break;
      const lines = piece.value.text.split("\n").filter(isWanted);
      if (lines.length > 0) yield lines;
    }
  }
}
