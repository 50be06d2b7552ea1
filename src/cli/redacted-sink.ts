/**
 * A sink behind a redactor, for somebody who reads along. What may be the beginning of a secret waits for what follows; a
 * prompt must not. So when nothing follows for {@link patienceMs}, what waits is shown: whole secrets masked, and of what may
 * begin one less than anything that is masked. It still counts as what it may be: the rest of a secret that goes on later is
 * masked.
 */
import type { RedactingStream, Redactor } from "../core/redactor.ts";
import type { ByteSink, Clock } from "../system/system.ts";

export interface RedactedSink extends ByteSink {
  /** The rest. What is written afterwards is a new stream. Resolves as `write` does. */
  end(): Promise<string | null>;
  /** How often each name was masked so far. */
  counts(): ReadonlyMap<string, number>;
  /** How many chunks could not be judged and were withheld. */
  failures(): number;
}

/** How long the beginning of a secret is waited with. */
export const patienceMs = 100;

/** A longer beginning is not shown, however long nothing follows. */
const shortestMasked = 8;

/** What a filter holds back at most, and as much before it as tells what it is. */
const rememberedBytes = 131_072;

/** Puts a redactor before a sink. It is asked for at the first byte. */
export function redactedSink(sink: ByteSink, redactor: () => Redactor, clock: Clock): RedactedSink {
  let filter: RedactingStream | null = null;
  const recent = createRecent();
  /** What was shown although the filter still holds it. */
  let shown: Uint8Array = nothing;
  let lastAt = 0;
  let watching = false;
  let queue: Promise<string | null> = Promise.resolve(null);
  let failures = 0;
  const counts = new Map<string, number>();

  /** One write at a time, in order. The first failure stands. */
  function put(bytes: Uint8Array): Promise<string | null> {
    if (bytes.length > 0) queue = queue.then((failure) => failure ?? sink.write(bytes));
    return queue;
  }

  function unshown(text: Uint8Array): Uint8Array {
    const known = placeholderStart(text, commonLength(text, shown), shown.length);
    shown = known === text.length ? shown.subarray(known) : nothing;
    return text.subarray(known);
  }

  async function watchForSilence(): Promise<void> {
    watching = true;
    for (let left = patienceMs; left > 0; left = lastAt + patienceMs - clock.monotonic()) {
      await clock.sleep(left);
    }
    watching = false;
    if (filter !== null) showWhatWaits();
  }

  function showWhatWaits(): void {
    const waiting = waitingIn(recent.bytes(), redactor());
    if (commonLength(waiting, shown) < shown.length) return;
    void put(waiting.subarray(shown.length));
    shown = waiting;
  }

  function add(ended: RedactingStream): void {
    failures += ended.failures();
    for (const [name, times] of ended.counts()) counts.set(name, (counts.get(name) ?? 0) + times);
  }

  return {
    isTerminal: sink.isTerminal,
    write(bytes) {
      filter ??= redactor().stream();
      recent.add(bytes);
      lastAt = clock.monotonic();
      const written = put(unshown(filter.write(bytes)));
      if (!watching) void watchForSilence();
      return written;
    },
    end() {
      if (filter === null) return queue;
      const written = put(unshown(filter.end()));
      add(filter);
      filter = null;
      shown = nothing;
      recent.forget();
      return written;
    },
    counts: () => counts,
    failures: () => failures,
  };
}

const nothing = new Uint8Array();

/** What a filter that was given these bytes would give if they were all; nothing where it might show too much. */
function waitingIn(bytes: Uint8Array, redactor: Redactor): Uint8Array {
  const filter = redactor.stream();
  filter.write(bytes);
  const waiting = filter.end();
  const text = new TextDecoder("latin1").decode(waiting);
  const plain = text.replace(/\[REDACTED:[\w.-]+\]/g, "");
  const isSure = filter.failures() === 0 && !text.includes("[REDACTED:partial]");
  return isSure && plain.length < shortestMasked ? waiting : nothing;
}

/** A secret that turned out to be another one is masked by a whole placeholder, not by the end of one. */
function placeholderStart(text: Uint8Array, known: number, shown: number): number {
  if (known === shown || known === text.length) return known;
  const start = text.subarray(0, known).lastIndexOf(0x5b);
  const isInside =
    start >= 0 && known - start >= "[REDACTED:".length && !text.subarray(start, known).includes(0x5d);
  return isInside ? start : known;
}

function commonLength(one: Uint8Array, other: Uint8Array): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length++;
  return length;
}

/** The last bytes of a stream, in memory that is made once. */
function createRecent() {
  let buffer: Uint8Array = nothing;
  let length = 0;
  return {
    add(bytes: Uint8Array) {
      if (buffer.length === 0) buffer = new Uint8Array(2 * rememberedBytes);
      const last = bytes.subarray(Math.max(0, bytes.length - rememberedBytes));
      if (length + last.length > buffer.length) {
        buffer.copyWithin(0, length - rememberedBytes, length);
        length = rememberedBytes;
      }
      buffer.set(last, length);
      length += last.length;
    },
    bytes: () => buffer.subarray(0, length),
    forget() {
      length = 0;
    },
  };
}
