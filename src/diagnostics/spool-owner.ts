import { writeEveryByte } from "../core/write-bytes.ts";
import { entryOf } from "../system/path.ts";
import type { OpenFile, System } from "../system/system.ts";
import { placeIn } from "./failures-directory.ts";
import { ownerDraftName, ownerName } from "./spool-names.ts";
import type { RunningExecution } from "./spool-schema.ts";

/** The owner file of a spool, open and locked. `spool.ts` tells what stands in it. */
export interface OwnerFile {
  write(lines: readonly unknown[]): void;
  /** Writes the file anew with each line changed, or left out (null); not at all where that changes nothing. */
  writeAnew(change: (line: unknown) => unknown): void;
  /** Whether something still stands under its name. */
  isThere(): boolean;
  /** Gives the lock back and leaves the file. */
  close(): void;
  /** Takes the file away, and the directories that were made for it if nothing else is in them. */
  remove(): void;
}

type OwnerSystem = Pick<System, "files" | "host" | "processes">;

/** Makes the owner file in its directory: locked first, then the header and the lines that wait already. */
export function makeOwnerFile(
  { directory, executionId }: { readonly directory: string; readonly executionId: string },
  first: { readonly execution: RunningExecution; readonly lines: readonly unknown[] },
  system: OwnerSystem,
): OwnerFile {
  const { files } = system;
  const path = entryOf(directory, ownerName(executionId));
  const draft = entryOf(directory, ownerDraftName(executionId));
  const known = whoWeAre(system);
  const placed = placeIn(directory, files, () => files.createNew(path, 0o600));
  let file = placed.value;
  let written: readonly string[] = [];

  function writeTexts(target: OpenFile, texts: readonly string[]): void {
    writeEveryByte(target, new TextEncoder().encode(texts.map((text) => `${text}\n`).join("")));
  }

  function replaceBy(texts: readonly string[]): void {
    files.remove(draft);
    const next = files.createNew(draft, 0o600);
    try {
      tryLock(next);
      writeTexts(next, texts);
      files.rename(draft, path);
    } catch (error) {
      files.remove(draft);
      next.close();
      throw error;
    }
    file.close();
    file = next;
    written = texts;
  }

  const owner: OwnerFile = {
    write(lines) {
      const texts = lines.map((line) => JSON.stringify(line));
      writeTexts(file, texts);
      written = [...written, ...texts];
    },
    writeAnew(change) {
      const lines = written.map((text) => change(JSON.parse(text)));
      const texts = lines.flatMap((line) => (line === null ? [] : [JSON.stringify(line)]));
      if (texts.join("\n") !== written.join("\n")) replaceBy(texts);
    },
    isThere: () => isThere(path, files),
    close: () => file.close(),
    remove() {
      files.remove(path);
      file.close();
      placed.abandon();
    },
  };
  try {
    const header = { spool: 1, owner: { ...known, locked: tryLock(file) }, execution: first.execution };
    owner.write([header, ...first.lines]);
    return owner;
  } catch (error) {
    owner.remove();
    throw error;
  }
}

function tryLock(file: OpenFile): boolean {
  try {
    return file.tryLock();
  } catch {
    return false; // no libc: the process id and its start time have to do
  }
}

function whoWeAre({ host, processes }: OwnerSystem) {
  const { pid } = host;
  return { pid, startTime: processes.startTimeOf(pid), ...host.place() };
}

function isThere(path: string, files: System["files"]): boolean {
  try {
    return files.status(path) !== null;
  } catch {
    return false;
  }
}
