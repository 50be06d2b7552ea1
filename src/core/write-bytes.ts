import type { OpenFile } from "../system/system.ts";

/** Writes until every byte is out. A write that takes nothing is reported as a full disk, which is what it means. */
export function writeEveryByte(file: OpenFile, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0; ) {
    const written = file.write(rest);
    if (written === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    rest = rest.subarray(written);
  }
}
