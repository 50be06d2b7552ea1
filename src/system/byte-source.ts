import { holdersOfPipe } from "./proc.ts";
import type { ByteSource } from "./system.ts";

/**
 * A stream as a byte source. `pipe` tells the link text of the pipe behind it, by which its holders are found, as long
 * as it is open; `release` gives back what is not the stream's own.
 */
export function readStream(
  stream: ReadableStream<Uint8Array>,
  { pipe, release }: { readonly pipe?: () => string | null; readonly release?: () => void } = {},
): ByteSource {
  const reader = stream.getReader();
  let open = true;
  async function* chunks() {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } catch {
      // The other end broke: the same as its end.
    }
  }
  return {
    chunks: chunks(),
    close() {
      if (!open) return;
      open = false;
      reader.cancel().catch(() => {});
      release?.();
    },
    holders() {
      const link = open && pipe ? pipe() : null;
      return link === null ? [] : holdersOfPipe(link);
    },
  };
}
