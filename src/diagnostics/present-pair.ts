import { appendLine } from "../core/careful-append.ts";
import { removeTemporaries } from "../core/careful-write.ts";
import type { Outcome } from "../core/outcome.ts";
import { join } from "../system/path.ts";
import type { Files, System } from "../system/system.ts";
import { readOutcome } from "./find.ts";
import { toIndexEntry } from "./index-line.ts";

/** What a pair is called after: log and outcome begin with role and short id. */
type PairOf = Pick<Outcome, "executionId" | "role" | "shortId">;

/**
 * The name under which an execution is kept already, with its line in the index; null when it is not. Half a pair, a log
 * whose outcome was never written, is taken away. For who holds the lock of the execution's spool: nobody else is writing it.
 */
export async function presentPair(
  execution: PairOf,
  directory: string,
  system: Pick<System, "files" | "clock" | "host">,
): Promise<string | null> {
  const { files } = system;
  for (const name of namesLike(execution, directory, files)) {
    const outcome = readOutcome(name, directory, files);
    if (outcome?.executionId === execution.executionId) {
      await ensureIndexed(name, outcome, directory, system);
      return name;
    }
    if (outcome === null && isHalf(name, execution, directory, files)) {
      removeTemporaries(join(directory, `${name}.json`), files);
      files.remove(join(directory, `${name}.log`));
    }
  }
  return null;
}

function namesLike({ role, shortId }: PairOf, directory: string, files: Files): readonly string[] {
  return files
    .names(directory)
    .filter((name) => name.startsWith(`${role}-${shortId}`) && name.endsWith(".log"))
    .map((name) => name.slice(0, -".log".length));
}

function isHalf(name: string, { executionId }: PairOf, directory: string, files: Files): boolean {
  if (files.linkStatus(join(directory, `${name}.json`)) !== null) return false;
  const file = files.openRead(join(directory, `${name}.log`));
  try {
    const [, line] = new TextDecoder().decode(file.readAt(0, 4096)).split("\n");
    return line === `# execution: ${executionId}`;
  } finally {
    file.close();
  }
}

async function ensureIndexed(
  name: string,
  outcome: Outcome,
  directory: string,
  system: Pick<System, "files" | "clock" | "host">,
): Promise<void> {
  const path = join(directory, "index.jsonl");
  const text = system.files.status(path) === null ? "" : new TextDecoder().decode(system.files.read(path));
  if (text.includes(`"executionId":"${outcome.executionId}"`)) return;
  await appendLine(path, JSON.stringify(toIndexEntry(name, outcome)), system);
}
