import { deno, type NativeFunction } from "./deno-runtime.ts";
import { coreFileLimit, fromStart, type Libc, libcNames, lockExclusiveNow, noLibc } from "./libc.ts";

const symbols = {
  flock: { parameters: ["i32", "i32"], result: "i32" },
  isatty: { parameters: ["i32"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  signal: { parameters: ["i32", "pointer"], result: "pointer" },
};

/** libc through `Deno.dlopen`, which needs `--allow-ffi`; without it {@link noLibc}. */
export function denoLibc(): Libc {
  for (const name of libcNames(process.platform, process.arch)) {
    try {
      return bind(deno.dlopen(name, symbols).symbols);
    } catch {
      // Another C library, none, or no permission.
    }
  }
  return noLibc;
}

function bind(libc: Record<string, NativeFunction>): Libc {
  const call = (name: string, ...values: unknown[]) => libc[name]?.(...values);
  return {
    ...noLibc,
    // A descriptor made behind Deno's back cannot be read through `node:fs` there; Deno's own pipes are real ones.
    pipe: () => null,
    tryLock: (descriptor) => call("flock", descriptor, lockExclusiveNow) === 0,
    isTerminal: (descriptor) => call("isatty", descriptor) === 1,
    seek: (descriptor, position) =>
      Number(call("lseek", descriptor, BigInt(position), fromStart)) === position,
    restoreDefaultSignal(number) {
      call("setrlimit", coreFileLimit, new BigUint64Array(2));
      call("signal", number, null);
      return true;
    },
  };
}
