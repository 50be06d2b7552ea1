/**
 * Our words and the executor's bytes, written with plain `write` to descriptors 1 and 2.
 *
 * `process.stdout` is never touched: its first touch costs about 9 ms in a compiled binary and leaves O_NONBLOCK on
 * the pipe that the caller shares with us, so that the next command of a wrapper script fails with EAGAIN.
 */
import * as fs from "node:fs";
import { describeError, errorCode, Refusal } from "../core/errors.ts";
import type { ByteSink, Output } from "./system.ts";

const encoder = new TextEncoder();

/** How a runtime writes to descriptors. */
export interface WriteAbilities {
  readonly isTerminal: (descriptor: number) => boolean;
  /**
   * Whether `writeSync` returns how many bytes a full pipe took. Deno's tries again by itself and then throws EAGAIN
   * with the count lost: what it had written was written twice (301,703,955 bytes for 300,000,019).
   */
  readonly countsPartialWrites: boolean;
}

/** The output port over `node:fs`. */
export function nodeOutput(abilities: WriteAbilities): Output {
  return {
    line: (text) => writeData(encoder.encode(`${text}\n`)),
    raw: writeData,
    note: writeNews,
    stdout: sink(1, abilities),
    stderr: sink(2, abilities),
  };
}

function sink(descriptor: number, { isTerminal, countsPartialWrites }: WriteAbilities): ByteSink {
  let quick: number | null | undefined;
  return {
    isTerminal: () => isTerminal(descriptor),
    async write(bytes) {
      if (quick === undefined) quick = countsPartialWrites ? quickDescriptor(descriptor) : null;
      for (let rest = bytes; rest.length > 0; ) {
        const written = writeNow(quick, rest) ?? (await writeSome(descriptor, rest));
        if (typeof written === "number") rest = rest.subarray(written);
        // The caller's descriptor may be non-blocking already; it is not ours to change, so wait and try again.
        else if (written === "EAGAIN") await new Promise((resolve) => setTimeout(resolve, 2));
        else if (written !== "EINTR") return written;
      }
      return null;
    },
  };
}

/**
 * A descriptor on which a write never waits: a regular file itself, and for a pipe a second description of it, opened
 * non-blocking, so that the caller's own stays as it is. Null where there is none. With it 2 GB pass 1.6 times as fast
 * as when every write goes through the thread pool.
 */
function quickDescriptor(descriptor: number): number | null {
  try {
    const status = fs.fstatSync(descriptor);
    if (status.isFile()) return descriptor;
    if (!status.isFIFO()) return null;
    return fs.openSync(`/proc/self/fd/${descriptor}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
  } catch {
    return null; // no /proc, or nobody reads any more: the usual way tells
  }
}

/** A write that takes what there is room for; null when there is none, or when the usual way has to tell what is wrong. */
function writeNow(quick: number | null, bytes: Uint8Array): number | null {
  if (quick === null) return null;
  try {
    return fs.writeSync(quick, bytes) || null;
  } catch {
    return null;
  }
}

/** One write on the runtime's thread pool: a caller that does not read blocks that thread, not our timers. */
function writeSome(descriptor: number, bytes: Uint8Array): Promise<number | string> {
  return new Promise((resolve) => {
    fs.write(descriptor, bytes, 0, bytes.length, null, (error, written) =>
      resolve(error ? errorCode(error) : written),
    );
  });
}

function writeData(bytes: Uint8Array): void {
  try {
    writeAll(1, bytes);
  } catch (error) {
    if (errorCode(error) === "EPIPE") return; // the reader has seen enough, as with `| head`
    throw new Refusal(`Cannot write to stdout: ${describeError(error)}`);
  }
}

function writeNews(text: string): void {
  try {
    writeAll(2, encoder.encode(`${text}\n`));
  } catch {
    // News that nobody can receive is not worth a failure.
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(fs.writeSync(descriptor, rest));
    } catch (error) {
      if (errorCode(error) === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      else if (errorCode(error) !== "EINTR") throw error;
    }
  }
}
