import { readableBytes } from "../core/readable-bytes.ts";
import type { Redactor } from "../core/redactor.ts";
import type { Files } from "../system/system.ts";

/** So much of the beginning and of the end of a text is read at most. */
const mostBytes = 16_000_000;

/**
 * The text of a file, a pipe or, for `-`, our stdin: readable whatever its bytes, redacted, and of a text that is larger
 * than memory is for, beginning and end.
 */
export async function readText(path: string, files: Files, redactor: Redactor): Promise<string> {
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let tail: Uint8Array[] = [];
  let tailBytes = 0;
  let missing = 0;
  for await (const chunk of files.chunks(path)) {
    if (headBytes < mostBytes) {
      head.push(chunk);
      headBytes += chunk.length;
      continue;
    }
    tail.push(chunk);
    tailBytes += chunk.length;
    while (tailBytes - (tail[0]?.length ?? 0) > mostBytes) {
      const dropped = tail[0]?.length ?? 0;
      tail = tail.slice(1);
      tailBytes -= dropped;
      missing += dropped;
    }
  }
  if (missing === 0) return redactor.text(readableBytes(joined([...head, ...tail])));
  const first = beginning(joined(head), redactor);
  const last = ending(joined(tail), redactor);
  return `${first}\n[… more than ${missing} bytes are missing here …]\n${last}`;
}

/** A secret that the cut falls into is not shown in part: so much beside the cut is left out as the longest one has. */
function beginning(bytes: Uint8Array, redactor: Redactor): string {
  const cut = Math.max(0, bytes.length - redactor.longest);
  const hit = redactor.find(bytes).find(({ start, end }) => start < cut && cut < end);
  return redactor.text(readableBytes(bytes.subarray(0, hit?.start ?? cut)));
}

function ending(bytes: Uint8Array, redactor: Redactor): string {
  const cut = Math.min(bytes.length, redactor.longest);
  const hit = redactor.find(bytes).find(({ start, end }) => start < cut && cut < end);
  return redactor.text(readableBytes(bytes.subarray(hit?.end ?? cut)));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
