/** Bytes that come when they come: a file, a pipe, our own stdin. */
import { fs } from "./node-fs.ts";

const chunkBytes = 65_536;

/**
 * Never waits inside a call, so that timers fire: a pipe is opened non-blocking and asked again. Our own stdin is not
 * ours to change; a read of it may block, when there is nothing else to do anyway.
 */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { O_RDONLY, O_NONBLOCK } = fs().constants;
  const descriptor = path === "-" ? 0 : fs().openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    for (;;) {
      const chunk = readSome(descriptor);
      if (chunk === null) await new Promise((resolve) => setTimeout(resolve, 5));
      else if (chunk.length === 0) return;
      else yield chunk;
    }
  } finally {
    if (descriptor !== 0) fs().closeSync(descriptor);
  }
}

/** Null when there is nothing yet. */
function readSome(descriptor: number): Uint8Array<ArrayBuffer> | null {
  const buffer = new Uint8Array(chunkBytes);
  try {
    return buffer.subarray(0, fs().readSync(descriptor, buffer, 0, chunkBytes, null));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EAGAIN" || code === "EINTR") return null;
    if (code === "EOF") return new Uint8Array(0); // what Bun and libuv call the end of some terminals
    throw error;
  }
}
