/**
 * The spool: what a program has said, on disk while it runs, so that it survives a faultbox that is killed. In the directory of
 * the failures, under hidden names:
 *
 *     .<execution>.spool                              the owner file, JSON lines
 *     .<execution>.<attempt>.<stream>.<from>-<at>     a segment, redacted text (`spool-names.ts`)
 *
 *     {"spool":1,"owner":{"pid":4711,"startTime":"83021",…},"execution":{"executionId":…,"role":"exec",…}}
 *     {"started":{"number":1,"startedAt":1767225600000,"pid":4712}}
 *     {"details":{"environment":…,"notes":[]}}        when the program has lived for a while
 *     {"head":{"attempt":1,"stream":"stdout","bytes":20833}}
 *     {"ended":{"number":1,"ending":"exited","exitCode":3,…}}
 *     {"outcome":{…}}                                 only if it could not be kept as diagnostics
 *
 *  1. The owner holds an exclusive flock on the owner file from before the header is written until it is dead or done. A
 *     whole header and a free lock mean a dead owner; a header that is not whole means nothing yet.
 *  2. Nothing is made before the program says something or has lived for 100 ms: a quick and quiet success pays nothing.
 *  3. Bytes are on disk before the caller gets them, as long as that takes less than a twentieth of the time; else 40 ms
 *     after they came, in a flood 140. Held back is only what may be the beginning of a secret.
 *  4. Every byte on disk went through the redactor. Where bytes are left out it begins anew, and what could still be the end of
 *     a secret whose beginning was left out is left out too.
 *  5. Of a stream there are a head, and the two newest of its other segments: at most three times what the diagnostics keep.
 *     `at` minus `from` says how much is missing before a segment.
 *  6. Segments only grow; a torn one is a shorter one. They go before the owner file does, so that whatever is left of a
 *     spool can be locked.
 *  7. When the redactor comes to know more, streams that hold a secret are taken away and written anew from memory, and so is
 *     the owner file, under a name of its own that then takes the place of the first: at any moment one of the two is whole.
 *  8. A spool that cannot be written is a note, and is tried again after five seconds. It never changes the run.
 *
 * Nothing here is synced: it outlives faultbox, not the machine.
 */
import { describeError } from "../core/errors.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Redactor } from "../core/redactor.ts";
import type { AttemptWitness, StreamName, Witness } from "../core/witness.ts";
import type { System } from "../system/system.ts";
import { makeOwnerFile, type OwnerFile } from "./spool-owner.ts";
import { createPacer } from "./spool-pace.ts";
import type { RunningDetails, RunningExecution } from "./spool-schema.ts";
import { type StreamSpool, streamSpool } from "./spool-stream.ts";

/** What a spool needs to know. */
export interface SpoolOptions {
  readonly directory: string;
  readonly executionId: string;
  /** What there is to say of the execution while it runs, redacted; asked for when the spool is made. */
  readonly describe: () => RunningExecution;
  /** The rest of it; asked for later, since it takes a millisecond. */
  readonly details: () => RunningDetails;
  /** Asked for when there is something to write. */
  readonly redactor: () => Redactor;
  readonly bounds: { readonly headBytes: number; readonly tailBytes: number };
  readonly system: Pick<System, "files" | "clock" | "host" | "processes">;
}

/** The witness on disk. */
export interface Spool extends Witness {
  /** Takes it away: what it holds is kept elsewhere, or nobody wants it. */
  remove(): void;
  /** Leaves it to the next faultbox, with how the execution ended. */
  leave(outcome: Outcome): void;
  /** Masks what is on disk anew: the redactor knows more by now. */
  rescan(): void;
}

/** A program that lives longer than this has a spool, whether it says something or not. */
const markAfterMs = 100;
const retryAfterMs = 5000;

/** The spool of an execution; nothing is on disk yet. */
export function createSpool(options: SpoolOptions): Spool {
  const { clock } = options.system;
  const waiting: (() => unknown)[] = [];
  const streams: StreamSpool[] = [];
  let owner: OwnerFile | null = null;
  let detailed = false;
  let problem: string | null = null;
  let restUntil = 0;

  /** Keeps 8. */
  function attemptTo(action: () => void): boolean {
    if (clock.monotonic() < restUntil) return false;
    try {
      action();
      return true;
    } catch (error) {
      problem ??= describeError(error);
      restUntil = clock.monotonic() + retryAfterMs;
      return false;
    }
  }

  function note(line: () => unknown): void {
    if (owner === null) waiting.push(line);
    else attemptTo(() => owner?.write([line()]));
  }

  function open(): void {
    const first = () => ({ execution: options.describe(), lines: waiting.map((line) => line()) });
    owner ??= makeOwnerFile(options, first(), options.system);
  }

  function mark(): void {
    attemptTo(open);
    if (!detailed) note(() => ({ details: options.details() }));
    detailed = true;
  }

  /** Keeps 7. */
  function writeAnew(): void {
    const again = streams.some((stream) => stream.holdsSecret());
    // Where the heads end is told anew.
    owner?.writeAnew((line) => (again && isHead(line) ? null : options.redactor().json(line)));
    if (again) for (const stream of streams) stream.writeAnew();
  }

  function witness(attempt: number): AttemptWitness {
    const own: Partial<Record<StreamName, StreamSpool>> = {};
    let over = false;
    const flush = () => {
      open();
      for (const stream of Object.values(own)) stream.flush();
    };
    const pacer = createPacer(clock, () => over || attemptTo(flush));
    void clock.sleep(markAfterMs).then(() => {
      if (!over) mark();
    });
    return {
      said(stream, chunk, memory) {
        if (own[stream] === undefined) {
          own[stream] = streamSpool(memory, { ...options, attempt, stream, note });
          streams.push(own[stream]);
        }
        pacer.came(chunk.length);
      },
      over() {
        over = true;
        for (const stream of Object.values(own)) {
          attemptTo(() => {
            open();
            stream.end();
          });
        }
      },
    };
  }

  return {
    attempt({ number, startedAt, pid }) {
      note(() => ({ started: { number, startedAt, pid } }));
      return witness(number);
    },
    ended: (describe) => note(() => ({ ended: options.redactor().json(describe()) })),
    notes() {
      if (owner?.isThere() === false) problem ??= "it was removed";
      return problem === null ? [] : [describeProblem(problem, options.directory)];
    },
    remove() {
      for (const stream of streams) stream.remove();
      owner?.remove();
    },
    leave(outcome) {
      attemptTo(open);
      note(() => ({ outcome }));
      owner?.close();
    },
    rescan() {
      if (owner !== null) attemptTo(writeAnew);
    },
  };
}

function isHead(line: unknown): boolean {
  return typeof line === "object" && line !== null && "head" in line;
}

function describeProblem(problem: string, directory: string): string {
  return `the spool in "${directory}" could not be kept (${problem}): it would not have survived the death of faultbox`;
}
