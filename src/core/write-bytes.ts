import type { OpenFile } from "../system/system.ts";

/**
 * Writes until every byte is out, telling each count as it comes. A write that takes nothing is reported as a full
 * disk, which is what it means.
 */
export function writeEveryByte(file: OpenFile, bytes: Uint8Array, tell?: (written: number) => void): void {
  for (let rest = bytes; rest.length > 0; ) {
    const written = file.write(rest);
    if (written === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    tell?.(written);
    rest = rest.subarray(written);
  }
}
