import { deno, type NativeFunction } from "./deno-runtime.ts";
import {
  atOnce,
  coreFileLimit,
  fromStart,
  type Libc,
  libcNames,
  lockExclusiveNow,
  noLibc,
  openFiles,
  setChildSubreaper,
  setDumpable,
  signalAction,
  structBytes,
  systemCall,
  withoutWaiting,
} from "./libc.ts";

const symbols = {
  close: { parameters: ["i32"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  getpgrp: { parameters: [], result: "i32" },
  isatty: { parameters: ["i32"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  sigaction: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  signal: { parameters: ["i32", "pointer"], result: "pointer" },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcsetpgrp: { parameters: ["i32", "i32"], result: "i32" },
  waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
};

const onLinux = {
  ...symbols,
  prctl: { parameters: ["i32", "i64", "i64", "i64", "i64"], result: "i32" },
  prlimit: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "i64", "i64", "i64"], result: "i64" },
};

/** libc through `Deno.dlopen`, which needs `--allow-ffi`; without it {@link noLibc}. */
export function denoLibc(): Libc {
  for (const name of libcNames(process.platform, process.arch)) {
    try {
      return bind(deno.dlopen(name, process.platform === "linux" ? onLinux : symbols).symbols);
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
    openFilesLimit() {
      const limit = new BigUint64Array(2);
      if (call("prlimit", 0, openFiles, null, limit) !== 0) return null;
      return { soft: limit[0] ?? 0n, hard: limit[1] ?? 0n };
    },
    setOpenFilesLimit({ soft, hard }) {
      call("prlimit", 0, openFiles, BigUint64Array.of(soft, hard), null);
    },
    becomeSubreaper: () => call("prctl", setChildSubreaper, 1n, 0n, 0n, 0n) === 0,
    reap(pid) {
      call("waitpid", pid, null, withoutWaiting);
    },
    openProcess(pid) {
      const handle = Number(call("syscall", BigInt(systemCall.openProcess), BigInt(pid), 0n, 0n, 0n) ?? -1);
      return handle < 0 ? null : handle;
    },
    signalProcess: (handle, signal) =>
      Number(
        call("syscall", BigInt(systemCall.signalProcess), BigInt(handle), BigInt(signal), 0n, 0n) ?? -1,
      ) === 0,
    // `node:fs` closes only what it has opened itself there.
    closeProcess(handle) {
      call("close", handle);
    },
    becomePrivate: () => call("prctl", setDumpable, 0n, 0n, 0n, 0n) === 0,
    restoreDefaultSignal(number) {
      call("setrlimit", coreFileLimit, new BigUint64Array(2));
      call("signal", number, null);
      return true;
    },
    withSignal(number, effect, act) {
      const before = new Uint8Array(structBytes);
      call("sigaction", number, signalAction(effect), before);
      act();
      call("sigaction", number, before, null);
    },
    ownGroup: () => Number(call("getpgrp")),
    foregroundGroup(descriptor) {
      const group = Number(call("tcgetpgrp", descriptor));
      return group > 0 ? group : null;
    },
    setForegroundGroup: (descriptor, group) => void call("tcsetpgrp", descriptor, group),
    terminalModes(descriptor) {
      const modes = new Uint8Array(structBytes);
      return call("tcgetattr", descriptor, modes) === 0 ? modes : null;
    },
    setTerminalModes: (descriptor, modes) => void call("tcsetattr", descriptor, atOnce, modes),
  };
}
