/** The part of libc that only killing needs: handles on processes, through system calls by number. */
import { FFIType } from "bun:ffi";
import { loadFrom } from "./bun-dlopen.ts";
import { type Libc, systemCall } from "./libc.ts";

type Handles = Pick<Libc, "openProcess" | "signalProcess">;

const { i64_fast } = FFIType;

const functions = {
  syscall: { args: [i64_fast, i64_fast, i64_fast, i64_fast, i64_fast], returns: i64_fast },
} as const;

/** Loaded at the first call. */
export function processHandles(): Handles {
  let loaded: ReturnType<typeof loadFrom<typeof functions>> | undefined;
  const call = (number: number, first: number, second: number) => {
    if (loaded === undefined) loaded = loadFrom(functions);
    return Number(loaded?.syscall(number, first, second, 0, 0) ?? -1);
  };
  return {
    openProcess(pid) {
      const handle = call(systemCall.openProcess, pid, 0);
      return handle < 0 ? null : handle;
    },
    signalProcess: (handle, signal) => call(systemCall.signalProcess, handle, signal) === 0,
  };
}
