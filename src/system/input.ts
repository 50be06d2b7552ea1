/** Bytes that come when they come: a file, a pipe, our own stdin. */
import { fs } from "./node-fs.ts";

const chunkBytes = 65_536;

/**
 * Never waits inside a call, so that timers fire: a pipe is opened non-blocking and asked again. Our own stdin is not
 * ours to change; where there is nothing yet, a read of it waits on the thread pool.
 */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { O_RDONLY, O_NONBLOCK } = fs().constants;
  const own = path === "-";
  const descriptor = own ? quickStdin() : fs().openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    for (;;) {
      const chunk = (descriptor === null ? null : readNow(descriptor)) ?? (own ? await readStdin() : null);
      if (chunk === null) await new Promise((resolve) => setTimeout(resolve, 5));
      else if (chunk.length === 0) return;
      else yield chunk;
    }
  } finally {
    if (descriptor !== null && descriptor > 0) fs().closeSync(descriptor);
  }
}

/**
 * A descriptor of our stdin on which a read never waits: that of a regular file itself, and for a pipe a second description
 * of it, opened non-blocking, so that the caller's own stays as it is. Null where there is none.
 */
function quickStdin(): number | null {
  const { O_RDONLY, O_NONBLOCK } = fs().constants;
  try {
    const status = fs().fstatSync(0);
    if (status.isFile()) return 0;
    return status.isFIFO() ? fs().openSync("/proc/self/fd/0", O_RDONLY | O_NONBLOCK) : null;
  } catch {
    return null; // no /proc, or it is not ours to open: the usual way reads, or tells
  }
}

/** Null when there is nothing yet. */
function readNow(descriptor: number): Uint8Array<ArrayBuffer> | null {
  const buffer = new Uint8Array(chunkBytes);
  try {
    return buffer.subarray(0, fs().readSync(descriptor, buffer, 0, chunkBytes, null));
  } catch (error) {
    return afterFailure(error);
  }
}

function readStdin(): Promise<Uint8Array<ArrayBuffer> | null> {
  const buffer = new Uint8Array(chunkBytes);
  return new Promise((resolve, reject) => {
    fs().read(0, buffer, 0, chunkBytes, null, (error, count) => {
      if (!error) return resolve(buffer.subarray(0, count));
      try {
        resolve(afterFailure(error));
      } catch (failure) {
        reject(failure);
      }
    });
  });
}

function afterFailure(error: unknown): Uint8Array<ArrayBuffer> | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EAGAIN" || code === "EINTR") return null;
  if (code === "EOF") return new Uint8Array(0); // what Bun and libuv call the end of some terminals
  throw error;
}
