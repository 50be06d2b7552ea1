/**
 * New records as they come, each once. What is looked at is what the path names: after a repair or a prune that is
 * another file with the same lines, after a rotation one with others; and a batch that did not fit on the disk is cut
 * back, and comes again.
 *
 * 1. The last records are remembered, with their places. No id among them is told twice.
 * 2. Before reading on, the line that was read last must still stand where it stood. If it does not, reading goes on
 *    behind the newest that does, or at the beginning.
 * 3. In another file it goes on behind the newest record that is known, wherever that stands.
 */
import type { Files, OpenFile, System } from "../system/system.ts";
import { type Entry, readEntry } from "./entry.ts";
import { notText, piecesBackwardsOf, piecesFrom } from "./pieces.ts";

/** A record that came, or null for a bad line, and the log that it came in. */
export interface Followed {
  readonly path: string;
  readonly entry: Entry | null;
}

const pollMs = 100;

/** Never ends. With `all`, begins with what is there already. A log that is not there yet is waited for. */
export async function* follow(
  paths: readonly string[],
  { files, clock }: Pick<System, "files" | "clock">,
  { all }: { readonly all: boolean },
): AsyncGenerator<Followed> {
  const followers = paths.map((path) => ({ path, news: follower(path, files, all) }));
  for (;;) {
    for (const { path, news } of followers) for (const entry of news()) yield { path, entry };
    await clock.sleep(pollMs);
  }
}

/** What came since the last call. */
function follower(path: string, files: Files, all: boolean): () => Generator<Entry | null> {
  const seen = recentRecords();
  let file = openOrNull(path, files);
  let offset = file === null || all ? 0 : rememberBefore(file, file.status().size, seen);

  function* readOn(): Generator<Entry | null> {
    if (file === null) return;
    offset = seen.placeThatStands(file, offset);
    for (const { text, start, end } of piecesFrom(file, offset)) {
      for (const line of linesOf(text, start)) {
        const entry = readEntry(line.text);
        if (entry === null) yield null;
        else if (seen.add(idOf(entry), line)) yield entry;
      }
      offset = end;
    }
  }

  return function* news() {
    yield* readOn();
    const inode = files.status(path)?.inode;
    if (inode === undefined || inode === file?.status().inode) return;
    yield* readOn(); // what came into the old one while we looked
    file?.close();
    file = openOrNull(path, files);
    offset = file === null ? 0 : rememberBefore(file, placeBehindKnown(file, seen), seen);
    yield* readOn();
  };
}

/** A line that is not empty, and where it stands in the file. */
interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function* linesOf(text: string, start: number): Generator<Line> {
  let at = start;
  for (const line of text.split("\n").slice(0, -1)) {
    // The length of a line that is not UTF-8 is not known: places behind it do not stand, and are not relied on.
    const end = at + encoder.encode(line).length + 1;
    if (line !== "") yield { text: line, start: at, end };
    at = end;
  }
}

const encoder = new TextEncoder();
const newline = 10;

/** The last records: enough for the largest batch that one append makes. */
function recentRecords() {
  const most = 20_000;
  const lines = new Map<string, Place>();
  let newest: Place | null = null;
  return {
    has: (id: string) => lines.has(id),
    /** False when it is known already; then it has a new place. */
    add(id: string, line: Line): boolean {
      const isNew = !lines.delete(id);
      newest = placeOf(line);
      lines.set(id, newest);
      const [oldest] = lines.keys();
      if (lines.size > most && oldest !== undefined) lines.delete(oldest);
      return isNew;
    },
    /** Where to read on: at that place, if what was read last still stands before it; else behind the newest that does. */
    placeThatStands(file: OpenFile, place: number): number {
      const isUnchanged = endsALine(file, place) && (newest === null || stands(file, newest));
      if (place === 0 || isUnchanged) return place;
      return [...lines.values()].findLast((line) => stands(file, line))?.end ?? 0;
    },
  };
}

type RecentRecords = ReturnType<typeof recentRecords>;

/** Where a line stands, and how it begins: with its id. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly head: Uint8Array;
}

function placeOf({ text, start, end }: Line): Place {
  return { start, end, head: encoder.encode(text.slice(0, 64)) };
}

function stands(file: OpenFile, { start, end, head }: Place): boolean {
  const bytes = file.readAt(start, head.length);
  return bytes.length === head.length && head.every((byte, at) => bytes[at] === byte) && endsALine(file, end);
}

function endsALine(file: OpenFile, place: number): boolean {
  return place === 0 || file.readAt(place - 1, 1)[0] === newline;
}

/** How many of the records before the place are remembered. */
const rememberedRecords = 1000;

/** Remembers the records that stand before a place, and returns where the last whole line before it ends. */
function rememberBefore(file: OpenFile, place: number, seen: RecentRecords): number {
  let lastEnd: number | null = null;
  const found: (readonly [string, Line])[] = [];
  for (const piece of piecesBackwardsOf(file)) {
    lastEnd ??= Math.min(place, piece.end);
    const lines = [...linesOf(piece.text, piece.start)].filter(({ end }) => end <= place);
    for (const line of lines.reverse()) {
      const entry = readEntry(line.text);
      if (entry !== null) found.push([idOf(entry), line]);
    }
    if (found.length >= rememberedRecords) break;
  }
  for (const [id, line] of found.reverse()) seen.add(id, line);
  return lastEnd ?? 0;
}

/** Behind the newest line of a file whose record is known; at the beginning when none is. */
function placeBehindKnown(file: OpenFile, seen: RecentRecords): number {
  for (const { text, start } of piecesBackwardsOf(file)) {
    const lines = [...linesOf(text, start)];
    const known = lines.findLast((line) => {
      const entry = readEntry(line.text);
      return entry !== null && seen.has(idOf(entry));
    });
    // Where lengths are not known, what was seen is passed over once more.
    if (known !== undefined) return text.includes(notText) ? start : known.end;
  }
  return 0;
}

function idOf(entry: Entry): string {
  return entry.kind === "repair" ? entry.note.id : entry.record.id;
}

/** Null when nothing is there yet. */
function openOrNull(path: string, files: Files): OpenFile | null {
  return files.status(path) === null ? null : files.openRead(path);
}
