import { type ByteLine, byteLines, isClosed, lineText } from "../core/byte-lines.ts";
import { jsonText } from "../core/json-text.ts";
import { type LockSystem, openLocked } from "../core/locked-file.ts";
import { looking, rewrite, underLock, writeLines } from "../core/rewrite-file.ts";
import { uuid7 } from "../core/uuid7.ts";
import { writeEveryByte } from "../core/write-bytes.ts";
import { dirname } from "../system/path.ts";
import type { OpenFile } from "../system/system.ts";
import { readEntry } from "./entry.ts";
import type { RepairNote } from "./record.ts";

/** What a repair did. */
export interface Repair {
  readonly path: string;
  readonly changed: boolean;
  readonly quarantinedLines: number;
  readonly quarantinedBytes: number;
  /** Where the bad bytes are now; null when there were none. */
  readonly quarantine: string | null;
}

/**
 * Moves the lines that cannot be read to `<log>.quarantine`, byte for byte, and leaves one line that says so. Every line
 * that is left can be read by any reader of JSON. A log without such lines is not touched.
 */
export async function repairLog(path: string, system: LockSystem): Promise<Repair> {
  // Looked at without the lock first, so that writers need not wait for somebody who finds nothing to do.
  if (looking(path, system, isSound)) return untouched(path);
  return underLock(path, "repair", system, (file) => repairLocked(path, file, system));
}

function isSound(file: OpenFile): boolean {
  const { lines, endsOpen } = damageOf(file);
  return lines === 0 && !endsOpen;
}

function untouched(path: string): Repair {
  return { path, changed: false, quarantinedLines: 0, quarantinedBytes: 0, quarantine: null };
}

async function repairLocked(path: string, file: OpenFile, system: LockSystem): Promise<Repair> {
  const { lines, bytes, endsOpen } = damageOf(file);
  if (lines === 0 && !endsOpen) return untouched(path);
  const closing = endsOpen ? "\n" : "";
  if (lines === 0) {
    rewrite(path, file, system.files, { stays: isGood, last: closing });
    return { ...untouched(path), changed: true };
  }
  const quarantine = `${path}.quarantine`;
  await addToQuarantine(quarantine, file, system);
  const repair = { path, changed: true, quarantinedLines: lines, quarantinedBytes: bytes, quarantine };
  rewrite(path, file, system.files, { stays: isGood, last: `${closing}${noteLine(repair, system)}\n` });
  return repair;
}

interface Damage {
  readonly lines: number;
  readonly bytes: number;
  /** The last line is whole but for its newline. */
  readonly endsOpen: boolean;
}

function damageOf(file: OpenFile): Damage {
  let damage: Damage = { lines: 0, bytes: 0, endsOpen: false };
  for (const line of byteLines(file)) {
    if (isGood(line)) damage = { ...damage, endsOpen: !isClosed(line) };
    else damage = { lines: damage.lines + 1, bytes: damage.bytes + line.bytes.length, endsOpen: false };
  }
  return damage;
}

/** An empty line is in nobody's way. */
function isGood(line: ByteLine): boolean {
  const text = lineText(line);
  return text !== null && (text === "" || readEntry(text) !== null);
}

/** Adds the bad lines, or nothing: the log keeps them until they are safe. */
async function addToQuarantine(path: string, log: OpenFile, system: LockSystem): Promise<void> {
  const file = await openLocked(path, system);
  const { size } = file.status();
  try {
    writeLines(file, byteLines(log), (line) => !isGood(line));
    if (!endsWithNewline(file)) writeEveryByte(file, Uint8Array.of(10));
    file.sync();
    if (size === 0) system.files.syncDirectory(dirname(path));
  } catch (error) {
    file.truncate(size);
    throw error;
  } finally {
    file.close();
  }
}

function endsWithNewline(file: OpenFile): boolean {
  const { size } = file.status();
  return size === 0 || file.readAt(size - 1, 1)[0] === 10;
}

function noteLine(
  repair: Pick<Repair, "quarantinedLines" | "quarantinedBytes"> & { readonly quarantine: string },
  { clock, host }: LockSystem,
): string {
  const now = clock.now();
  const { quarantinedLines, quarantinedBytes, quarantine } = repair;
  const note: RepairNote = {
    id: uuid7(now),
    schemaVersion: 1,
    recordedAt: new Date(now).toISOString(),
    repair: { quarantinedBytes, quarantinedLines, quarantine, host: host.name(), pid: host.pid },
  };
  return jsonText(note);
}
