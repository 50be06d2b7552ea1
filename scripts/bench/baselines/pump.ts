/** The least that a wrapper can do for a program's output: a pipe, and a loop that copies it to our stdout. Linux only. */
import { dlopen, FFIType, ptr } from "bun:ffi";
import { closeSync, writeSync } from "node:fs";

const closeOnExec = 0o2000000;

const ends = new Int32Array(2);
const libc = dlopen("libc.so.6", { pipe2: { args: [FFIType.ptr, FFIType.i32], returns: FFIType.i32 } });
if (libc.symbols.pipe2(ptr(ends), closeOnExec) !== 0) throw new Error("Cannot make a pipe");
const [reading = -1, writing = -1] = ends;

const child = Bun.spawn(process.argv.slice(2), { stdio: ["inherit", writing, "inherit"] });
closeSync(writing);
for await (const chunk of Bun.file(reading).stream()) {
  for (let sent = 0; sent < chunk.length; ) sent += writeSync(1, chunk, sent);
}
process.exitCode = await child.exited;
