import { fs } from "./node-fs.ts";
import type { FileDigest } from "./system.ts";

const chunkBytes = 1 << 18;

/** Reads a regular file piece by piece, however large it is. */
export function digestFile(path: string): FileDigest {
  const { O_RDONLY, O_NONBLOCK } = fs().constants;
  const descriptor = fs().openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    if (!fs().fstatSync(descriptor).isFile()) throw new Error("it is not a regular file");
    // At its first use: loading it takes longer than the rest of a start.
    const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
    const buffer = new Uint8Array(chunkBytes);
    let bytes = 0;
    for (;;) {
      const count = fs().readSync(descriptor, buffer, 0, chunkBytes, null);
      if (count === 0) return { bytes, sha256: hash.digest("hex") };
      hash.update(buffer.subarray(0, count));
      bytes += count;
    }
  } finally {
    fs().closeSync(descriptor);
  }
}
