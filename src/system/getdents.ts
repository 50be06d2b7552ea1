/** `getdents64(2)`: the names in a directory without `node:fs`, for the one that every start asks. */

/** The number of the system call on Linux; null where we do not know it. */
export function getdentsNumber(arch: string): number | null {
  return { x64: 217, arm64: 61 }[arch] ?? null;
}

/** The names in the bytes that it wrote: each in a record of the length at 16, from 19 up to a NUL. `.` and `..` are left out. */
export function namesIn(buffer: Uint8Array<ArrayBuffer>, bytes: number): readonly string[] {
  const view = new DataView(buffer.buffer);
  const names: string[] = [];
  for (let at = 0; at < bytes; at += view.getUint16(at + 16, true)) {
    const name = new TextDecoder().decode(buffer.subarray(at + 19, buffer.indexOf(0, at + 19)));
    if (name !== "." && name !== "..") names.push(name);
  }
  return names;
}
