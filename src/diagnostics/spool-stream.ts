import { joinBytes } from "../core/join-bytes.ts";
import type { RedactingStream, Redactor } from "../core/redactor.ts";
import type { StreamMemory, StreamName } from "../core/witness.ts";
import { writeEveryByte } from "../core/write-bytes.ts";
import { entryOf } from "../system/path.ts";
import type { Files, OpenFile } from "../system/system.ts";
import { segmentName } from "./spool-names.ts";

/** A stream of an attempt on its way into segments. `spool.ts` tells the rules. */
export interface StreamSpool {
  /** Writes what came since the last time. */
  flush(): void;
  /** Writes the rest; nothing comes any more. */
  end(): void;
  /** Takes every segment away. */
  remove(): void;
  /** Whether what is on disk holds a secret that is known by now. */
  holdsSecret(): boolean;
  /** Takes every segment away, and writes what is remembered of the stream anew. */
  writeAnew(): void;
}

/** What the segments of a stream need to know. */
export interface StreamSpoolOptions {
  readonly directory: string;
  readonly executionId: string;
  readonly attempt: number;
  readonly stream: StreamName;
  readonly redactor: () => Redactor;
  readonly bounds: { readonly headBytes: number; readonly tailBytes: number };
  readonly system: { readonly files: Files };
  /** Adds a line to the owner file. */
  readonly note: (line: () => unknown) => void;
}

interface Segment {
  readonly file: OpenFile;
  readonly path: string;
  readonly at: number;
  size: number;
}

/** What a filter holds back at most. */
const mostHeldBytes = 65_536;

/** The spool of a stream whose bytes are taken from memory. */
export function streamSpool(memory: StreamMemory, options: StreamSpoolOptions): StreamSpool {
  const { bounds, redactor } = options;
  const { files } = options.system;
  /** The oldest first; only the last is open. */
  let segments: readonly Segment[] = [];
  let filter: RedactingStream | null = null;
  /** Bytes of the stream that are dealt with. */
  let done = 0;
  /** Whether what comes next needs a new segment and a new filter: there is none, or what it should hold is not whole. */
  let torn = true;
  let over = false;

  /** Keeps 5. */
  function begin(at: number): void {
    const last = segments.at(-1);
    torn = true;
    last?.file.close();
    if (last?.at === 0) options.note(headLine(options, done));
    const path = entryOf(options.directory, segmentName({ ...options, from: done, at }));
    segments = [...segments, { file: files.createNew(path, 0o600), path, at, size: 0 }];
    const surplus = segments.filter((segment, index) => segment.at !== 0 && index < segments.length - 2);
    for (const segment of surplus) files.remove(segment.path);
    segments = segments.filter((segment) => !surplus.includes(segment));
    torn = false;
  }

  function write(text: Uint8Array): void {
    const segment = segments.at(-1);
    if (!segment || text.length === 0) return;
    try {
      writeEveryByte(segment.file, text);
      segment.size += text.length;
    } catch (error) {
      giveUp(segment);
      throw error;
    }
  }

  /** What could not be written whole is cut off again; the next text begins a segment of its own. */
  function giveUp(segment: Segment): void {
    torn = true;
    try {
      segment.file.truncate(segment.size);
    } catch {
      // The first error is the one to report.
    }
    segment.file.close();
    if (segment.size > 0) return;
    files.remove(segment.path);
    segments = segments.filter((one) => one !== segment);
  }

  function isFull(): boolean {
    const last = segments.at(-1);
    return last !== undefined && last.size >= (last.at === 0 ? bounds.headBytes : bounds.tailBytes);
  }

  /** Keeps 4. Where nothing is missing, the filter is shown again what stands before. */
  function beginAnew(place: number, bytes: Uint8Array): Uint8Array {
    if (!torn && filter) write(filter.end());
    filter = redactor().stream();
    const context = place === done ? whatStandsBefore(memory, done, unsureBytes()) : nothing;
    filter.write(context);
    const isSure = context.length === place || context.length >= unsureBytes();
    const unsure = bytes.subarray(0, isSure ? 0 : unsureBytes() - context.length);
    const passed = filter.write(unsure);
    // What the filter still holds of it comes out with what follows, and is not missing.
    const held = isBeginningOf(unsure, passed) ? unsure.length - passed.length : 0;
    begin(place + unsure.length - held);
    return bytes.subarray(unsure.length);
  }

  /** So many bytes may be the end of a secret whose beginning is missing, and so many more the filter may still hold then. */
  function unsureBytes(): number {
    const { longest } = redactor();
    return longest === 0 ? 0 : longest + mostHeldBytes;
  }

  function flush(): void {
    for (;;) {
      const { place, bytes } = memory.from(done);
      if (bytes.length === 0) return;
      let text = bytes;
      if (torn || place !== done) text = beginAnew(place, bytes);
      else if (isFull()) begin(place);
      if (filter) write(filter.write(text));
      done = place + bytes.length;
    }
  }

  function end(): void {
    over = true;
    flush();
    if (!torn && filter) write(filter.end());
    segments.at(-1)?.file.close();
  }

  function remove(): void {
    for (const segment of segments) {
      segment.file.close();
      files.remove(segment.path);
    }
    segments = [];
    torn = true;
  }

  return {
    flush,
    end,
    remove,
    holdsSecret() {
      const text = joinBytes(segments.map(({ path }) => files.read(path)));
      return redactor().find(text).length > 0;
    },
    writeAnew() {
      remove();
      filter = null;
      done = 0;
      if (over) end();
      else flush();
    },
  };
}

const nothing = new Uint8Array();

/** At most so many bytes before a place, as far as they are remembered without a gap. */
function whatStandsBefore(memory: StreamMemory, place: number, most: number): Uint8Array {
  const { place: start, bytes } = memory.from(Math.max(0, place - most));
  return start + bytes.length < place ? nothing : bytes.subarray(0, Math.max(0, place - start));
}

function isBeginningOf(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.length <= bytes.length && beginning.every((byte, index) => byte === bytes[index]);
}

function headLine({ attempt, stream }: StreamSpoolOptions, bytes: number): () => unknown {
  return () => ({ head: { attempt, stream, bytes } });
}
