/**
 * Our words and the executor's bytes, written with plain `write` to descriptors 1 and 2.
 *
 * `process.stdout` is never touched: its first touch costs about 9 ms in a compiled binary and leaves O_NONBLOCK on
 * the pipe that the caller shares with us, so that the next command of a wrapper script fails with EAGAIN.
 */
import { describeError, errorCode, Refusal } from "../core/errors.ts";
import { fs } from "./node-fs.ts";
import type { ByteSink, Output } from "./system.ts";

const encoder = new TextEncoder();

/** How a runtime writes to the caller's descriptors. */
export interface Writing {
  readonly isTerminal: (descriptor: number) => boolean;
  /** Writes some of the bytes without blocking the timers: how many, or the error code. Never rejects. */
  readonly write: (descriptor: number, bytes: Uint8Array) => Promise<number | string>;
  /** Takes what there is room for at once: how many bytes; null when {@link Writing.write} has to wait or to tell what is wrong. */
  readonly writeNow?: (descriptor: number) => (bytes: Uint8Array) => number | null;
}

/** The output port. */
export function nodeOutput(writing: Writing): Output {
  return {
    line: (text) => writeData(encoder.encode(`${text}\n`)),
    raw: writeData,
    note: writeNews,
    stdout: sink(1, writing),
    stderr: sink(2, writing),
  };
}

function sink(descriptor: number, writing: Writing): ByteSink {
  let writeNow: ((bytes: Uint8Array) => number | null) | undefined;
  return {
    isTerminal: () => writing.isTerminal(descriptor),
    async write(bytes) {
      writeNow ??= writing.writeNow?.(descriptor) ?? (() => null);
      for (let rest = bytes; rest.length > 0; ) {
        const written = writeNow(rest) ?? (await writing.write(descriptor, rest));
        if (typeof written === "number") rest = rest.subarray(written);
        // The caller's descriptor may be non-blocking already; it is not ours to change, so wait and try again.
        else if (written === "EAGAIN") await new Promise((resolve) => setTimeout(resolve, 2));
        else if (written !== "EINTR") return written;
      }
      return null;
    },
  };
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
      rest = rest.subarray(fs().writeSync(descriptor, rest));
    } catch (error) {
      if (errorCode(error) === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      else if (errorCode(error) !== "EINTR") throw error;
    }
  }
}
