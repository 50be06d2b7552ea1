/**
 * The directory of the failures is made when there is something to keep, and goes again when nothing was kept in it. Many
 * faultboxes work in it at once, so each of them can find it gone a moment after it was there, and the one that made it
 * can be done before the others.
 *
 * 1. Whoever puts something into it makes it first, and makes it again when it is gone by then.
 * 2. A directory made here holds a `.gitignore` with `*`.
 * 3. Who made it and leaves it to others writes down, beside what they have there, which directories go when they go. Each
 *    writes first and looks then, or takes its own away first and looks then: so one of them sees that it is the last.
 */
import { errorCode } from "../core/errors.ts";
import { makeDirectories } from "../core/make-directories.ts";
import { writeEveryByte } from "../core/write-bytes.ts";
import { entryOf } from "../system/path.ts";
import type { Files } from "../system/system.ts";

/** What was put into a directory, and a way to take back what was made for it. */
export interface Placed<Value> {
  readonly value: Value;
  /** Takes the directories back that were made for this, if nothing is kept in them. Never throws. */
  abandon(): void;
}

const ignoreName = ".gitignore";
const madeName = ".made-by-faultbox";
const mostTries = 20;

/** Makes the directory, mode 0700, with its parents, and puts something into it. What fails takes back what it made. */
export function placeIn<Value>(path: string, files: Files, put: () => Value): Placed<Value> {
  for (let tries = 1; ; tries++) {
    const made: string[] = [];
    const abandon = () => leave(path, made, files);
    try {
      makeDirectories(path, files, made);
      if (made.includes(path)) writeFile(entryOf(path, ignoreName), "*\n", files);
      return { value: put(), abandon };
    } catch (error) {
      abandon();
      if (errorCode(error) !== "ENOENT" || tries === mostTries) throw error;
    }
  }
}

function leave(path: string, made: readonly string[], files: Files): void {
  try {
    const all = [...made, ...handedDown(path, files)];
    if (!all.includes(path)) removeEmpty(made, files);
    else if (isOursAlone(path, all, files)) removeAll(path, all, files);
  } catch {
    // Somebody put something else in its place: then it is theirs.
  }
}

/** Whether nothing is in it. To those who are still at work there the duty is handed down. */
function isOursAlone(path: string, made: readonly string[], files: Files): boolean {
  const present = others(path, files);
  if (present.length === 0) return true;
  if (present.some(isKept)) return false;
  handDown(path, made, files);
  return others(path, files).length === 0;
}

/** What is in it beside our own marks. */
function others(path: string, files: Files): readonly string[] {
  return files.names(path).filter((name) => name !== ignoreName && name !== madeName);
}

/** Only what is still being worked on has a hidden name. */
function isKept(name: string): boolean {
  return !name.startsWith(".");
}

function removeAll(path: string, made: readonly string[], files: Files): void {
  forgetMakers(path, files);
  files.remove(entryOf(path, ignoreName));
  removeEmpty(made, files);
  // Another faultbox came in the meantime: the directory stays, and stays ignored.
  if (files.status(path) !== null) {
    writeFile(entryOf(path, ignoreName), "*\n", files);
    handDown(path, made, files);
  }
}

function removeEmpty(made: readonly string[], files: Files): void {
  for (const directory of [...made].sort((one, other) => other.length - one.length)) {
    files.removeEmptyDirectory(directory);
  }
}

/** Something is kept here, or nothing is left: the directory goes for nobody any more, or goes now. */
export function forgetMakers(path: string, files: Files): void {
  const mark = entryOf(path, madeName);
  if (files.status(mark) !== null) files.remove(mark);
}

function handDown(path: string, made: readonly string[], files: Files): void {
  writeFile(entryOf(path, madeName), JSON.stringify([...new Set(made)]), files);
}

function handedDown(path: string, files: Files): readonly string[] {
  const mark = entryOf(path, madeName);
  if (files.status(mark) === null) return [];
  const made: unknown = JSON.parse(new TextDecoder().decode(files.read(mark)));
  // Only the directory itself and what is above it can have been made for it.
  return Array.isArray(made) ? made.filter((each) => `${path}/`.startsWith(`${each}/`)) : [];
}

/** Where it stands already it says the same. Not synced: without it nothing is lost. */
function writeFile(path: string, text: string, files: Files): void {
  try {
    const file = files.createNew(path, 0o600);
    try {
      writeEveryByte(file, new TextEncoder().encode(text));
    } finally {
      file.close();
    }
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}
