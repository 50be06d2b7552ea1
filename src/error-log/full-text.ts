/** `<log>.d/<id>.txt`: the whole texts of a record whose line could not hold them. */
import { writeOnce } from "../core/careful-write.ts";
import { join } from "../system/path.ts";
import type { System } from "../system/system.ts";

/** Where the long texts of a log lie. */
export function fullTextDirectory(log: string): string {
  return `${log}.d`;
}

export function fullTextPath(log: string, id: string): string {
  return join(fullTextDirectory(log), `${id}.txt`);
}

/** Writes one, or throws. False when it is there already, which is the same text: its id was derived from it. */
export function writeFullText(
  log: string,
  id: string,
  text: string,
  { files, host }: Pick<System, "files" | "host">,
): boolean {
  const directory = fullTextDirectory(log);
  files.makeDirectory(directory, 0o700);
  const status = files.linkStatus(directory);
  if (status?.kind !== "directory") throw new Error(`"${directory}" is not a directory`);
  if (host.userId !== null && status.owner !== host.userId) {
    throw new Error(`"${directory}" belongs to another user`);
  }
  return writeOnce(fullTextPath(log, id), text, files);
}

/** Takes one back, and the directory when nothing else is in it. */
export function removeFullText(log: string, id: string, { files }: Pick<System, "files">): void {
  files.remove(fullTextPath(log, id));
  files.removeEmptyDirectory(fullTextDirectory(log));
}
