import { join } from "../system/path.ts";
import type { Files } from "../system/system.ts";
import { markerOf } from "./bash-hook.ts";

/** Somebody who asks is given so much at most. */
const keptBytes = 16_384;
const keptLines = 25;

/**
 * Copies our stdin on, byte for byte, until it ends. Where a marker stands in it, that is left out, and what came since
 * the marker before is put into a file that the marker names. Removes the directory at the end.
 */
export async function captureLastLines(
  directory: string,
  nonce: string,
  { files, write }: { readonly files: Files; readonly write: (bytes: Uint8Array) => Promise<string | null> },
): Promise<void> {
  const scan = markerScanner(nonce);
  let tail: Uint8Array = new Uint8Array(0);
  const take = async (part: Part) => {
    if (part.kind === "marker") {
      handOver(directory, part.name, tail, files);
      tail = new Uint8Array(0);
      return null;
    }
    tail = lastBytes(tail, part.bytes);
    return write(part.bytes);
  };
  for await (const chunk of files.chunks("-")) {
    for (const part of scan(chunk)) {
      // The reader went away: the script is told by its next write, as it would be without us.
      if ((await take(part)) !== null) return removeAll(directory, files);
    }
  }
  for (const part of scan(null)) await take(part);
  removeAll(directory, files);
}

/** Bytes that go on, or the name in a marker. */
type Part =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "marker"; readonly name: string };

/** A marker may come in pieces: what may be the beginning of one waits for the next chunk, or for the end (null). */
function markerScanner(nonce: string): (chunk: Uint8Array | null) => Generator<Part> {
  const { start, end } = markerOf(nonce);
  const [first, last] = [new TextEncoder().encode(start), new TextEncoder().encode(end)];
  let held: Uint8Array = new Uint8Array(0);
  return function* scan(chunk) {
    let bytes = chunk === null ? held : joined(held, chunk);
    held = new Uint8Array(0);
    for (;;) {
      const begin = indexOf(bytes, first, 0);
      const close = begin < 0 ? -1 : indexOf(bytes, last, begin + first.length);
      if (close < 0) break;
      if (begin > 0) yield { kind: "bytes", bytes: bytes.subarray(0, begin) };
      yield { kind: "marker", name: new TextDecoder().decode(bytes.subarray(begin + first.length, close)) };
      bytes = bytes.subarray(close + last.length);
    }
    const safe = chunk === null ? bytes.length : safeLength(bytes, first);
    held = bytes.slice(safe);
    if (safe > 0) yield { kind: "bytes", bytes: bytes.subarray(0, safe) };
  };
}

/** How many bytes are before anything that may still become a marker. */
function safeLength(bytes: Uint8Array, first: Uint8Array): number {
  for (let at = bytes.indexOf(first[0] ?? 0); at >= 0; at = bytes.indexOf(first[0] ?? 0, at + 1)) {
    const rest = bytes.subarray(at);
    const known = Math.min(rest.length, first.length);
    if (rest.subarray(0, known).every((byte, index) => byte === first[index])) return at;
  }
  return bytes.length;
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0] ?? 0, from); at >= 0; at = bytes.indexOf(wanted[0] ?? 0, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

function handOver(directory: string, name: string, tail: Uint8Array, files: Files): void {
  if (!/^[\d.]{1,40}$/.test(name)) return;
  const path = join(directory, name);
  try {
    const file = files.createNew(`${path}.tmp`, 0o600);
    file.write(lastLinesOf(tail));
    file.close();
    files.rename(`${path}.tmp`, path);
  } catch {
    // Whoever waits for it goes on without.
  }
}

function lastLinesOf(tail: Uint8Array): Uint8Array {
  let start = tail.length;
  for (let lines = 0; lines < keptLines && start > 0; lines++) {
    start = start < 2 ? 0 : tail.lastIndexOf(10, start - 2) + 1;
  }
  return tail.subarray(start);
}

function lastBytes(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (other.length >= keptBytes) return other.slice(-keptBytes);
  return joined(one.subarray(Math.max(0, one.length + other.length - keptBytes)), other);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}

function removeAll(directory: string, files: Files): void {
  for (const name of files.names(directory)) files.remove(join(directory, name));
  files.removeEmptyDirectory(directory);
}
