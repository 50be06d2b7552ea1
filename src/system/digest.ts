import { loadCrypto } from "./builtin.ts";
import { fs } from "./node-fs.ts";
import type { FileDigest } from "./system.ts";

const chunkBytes = 1 << 18;

/** Reads a regular file piece by piece, however large it is. */
export function digestFile(path: string): FileDigest {
  const { O_RDONLY, O_NONBLOCK } = fs().constants;
  const descriptor = fs().openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    if (!fs().fstatSync(descriptor).isFile()) throw new Error("it is not a regular file");
    const hash = newHash();
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

/** SHA-256 of these bytes, 64 hex digits. Not by `crypto.subtle`: that waits for a thread of its own. */
export function sha256(bytes: Uint8Array): string {
  const hash = newHash();
  hash.update(bytes);
  return hash.digest("hex");
}

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: "hex"): string;
}

/** Bun has its own, which needs no module. */
function newHash(): Hash {
  return "Bun" in globalThis ? new Bun.CryptoHasher("sha256") : loadCrypto().createHash("sha256");
}
