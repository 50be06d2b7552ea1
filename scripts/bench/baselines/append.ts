/** The least that a careful append can do: open, lock, write, bring to disk. Linux with glibc only. */
import { dlopen, FFIType } from "bun:ffi";
import { closeSync, constants, fdatasyncSync, openSync, writeSync } from "node:fs";

const exclusive = 2;

const [path = "", line = ""] = process.argv.slice(2);
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
const libc = dlopen("libc.so.6", { flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } });
if (libc.symbols.flock(file, exclusive) !== 0) throw new Error("Cannot lock");
writeSync(file, `${line}\n`);
fdatasyncSync(file);
closeSync(file);
