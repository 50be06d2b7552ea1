/** `getdents64(2)`: the names in a directory without `node:fs`, for the one that every start asks. */

/** The number of the system call on Linux; null where we do not know it. */
export function getdentsNumber(arch: string): number | null {
  return { x64: 217, arm64: 61 }[arch] ?? null;
}

/** Room for some hundred names a call. */
export const bufferBytes = 4096;

/** The names in what it wrote: each in a record of the length at 16, from 19 up to a NUL. `.` and `..` are left out. */
export function namesIn(records: Uint8Array<ArrayBuffer>): readonly string[] {
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  const names: string[] = [];
  for (let at = 0; at < records.length; at += view.getUint16(at + 16, true)) {
    const name = records.subarray(at + 19, records.indexOf(0, at + 19));
    names.push(new TextDecoder().decode(name));
  }
  return names.filter((name) => name !== "." && name !== "..");
}
