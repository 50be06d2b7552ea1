import { type dlopen, FFIType } from "bun:ffi";
import { loadFrom } from "./bun-dlopen.ts";
import { appendFunctions, bindFileCalls, cText, statusAsker } from "./bun-file-calls.ts";
import { processHandles } from "./bun-process-handles.ts";
import { terminalFunctions } from "./bun-terminal.ts";
import type { FileCalls } from "./file-calls.ts";
import { getdentsNumber, namesIn } from "./getdents.ts";
import {
  closeOnExec,
  coreFileLimit,
  fromStart,
  type Libc,
  lockExclusiveNow,
  noLibc,
  openFiles,
  setChildSubreaper,
  setDumpable,
  withoutWaiting,
} from "./libc.ts";
import { emptyPath, workingDirectory } from "./statx.ts";

const { i32, i64, i64_fast, ptr } = FFIType;

const everywhere = {
  _exit: { args: [i32], returns: "void" },
  access: { args: [ptr, i32], returns: i32 },
  close: { args: [i32], returns: i32 },
  gethostname: { args: [ptr, i64_fast], returns: i32 },
  flock: { args: [i32, i32], returns: i32 },
  isatty: { args: [i32], returns: i32 },
  lseek: { args: [i32, i64, i32], returns: i64 },
  open: { args: [ptr, i32], returns: i32 },
  read: { args: [i32, ptr, i64_fast], returns: i64_fast },
  setrlimit: { args: [i32, ptr], returns: i32 },
  signal: { args: [i32, ptr], returns: ptr },
  write: { args: [i32, ptr, i64_fast], returns: i64_fast },
} as const;

const onLinux = {
  ...everywhere,
  ...appendFunctions,
  pipe2: { args: [ptr, i32], returns: i32 },
  prctl: { args: [i32, i64_fast, i64_fast, i64_fast, i64_fast], returns: i32 },
  prlimit: { args: [i32, i32, ptr, ptr], returns: i32 },
  readlink: { args: [ptr, ptr, i64_fast], returns: i64_fast },
  waitpid: { args: [i32, ptr, i32], returns: i32 },
} as const;

/** libc through `bun:ffi`, loaded at the first call: about 0.3 ms, however many functions. */
export function bunLibc(): Libc {
  // Spelled out in each: a function that all of them call is called often enough for the runtime to start compiling it.
  let libc: Libc | null = null;
  const ready = () => {
    libc = load();
    return libc;
  };
  return {
    pipe: () => (libc ?? ready()).pipe(),
    write: (descriptor, text) => (libc ?? ready()).write(descriptor, text),
    close: (descriptor) => (libc ?? ready()).close(descriptor),
    tryLock: (descriptor) => (libc ?? ready()).tryLock(descriptor),
    isTerminal: (descriptor) => (libc ?? ready()).isTerminal(descriptor),
    seek: (descriptor, position) => (libc ?? ready()).seek(descriptor, position),
    openFilesLimit: () => (libc ?? ready()).openFilesLimit(),
    setOpenFilesLimit: (limit) => (libc ?? ready()).setOpenFilesLimit(limit),
    becomeSubreaper: () => (libc ?? ready()).becomeSubreaper(),
    reap: (pid) => (libc ?? ready()).reap(pid),
    openProcess: (pid) => (libc ?? ready()).openProcess(pid),
    signalProcess: (handle, signal) => (libc ?? ready()).signalProcess(handle, signal),
    closeProcess: (handle) => (libc ?? ready()).closeProcess(handle),
    becomePrivate: () => (libc ?? ready()).becomePrivate(),
    restoreDefaultSignal: (number) => (libc ?? ready()).restoreDefaultSignal(number),
    exitNow: (code) => (libc ?? ready()).exitNow(code),
    ...terminalFunctions(),
    status: (place) => (libc ?? ready()).status(place),
    executable: (path) => (libc ?? ready()).executable(path),
    readStart: (path, maxBytes) => (libc ?? ready()).readStart(path, maxBytes),
    hostName: () => (libc ?? ready()).hostName(),
    openDescriptors: () => (libc ?? ready()).openDescriptors(),
    fileCalls: () => (libc ?? ready()).fileCalls(),
  };
}

function load(): Libc {
  if (process.platform === "linux") {
    const libc = loadFrom(onLinux);
    return libc === null ? noLibc : bindOnLinux(libc);
  }
  const libc = loadFrom(everywhere);
  return libc === null ? noLibc : bind(libc);
}

type Everywhere = ReturnType<typeof dlopen<typeof everywhere>>["symbols"];

function bind(libc: Everywhere): Libc {
  return {
    ...noLibc,
    write(descriptor, text) {
      const bytes = new TextEncoder().encode(text);
      libc.write(descriptor, bytes, bytes.length);
    },
    close: (descriptor) => libc.close(descriptor) === 0,
    tryLock: (descriptor) => libc.flock(descriptor, lockExclusiveNow) === 0,
    isTerminal: (descriptor) => libc.isatty(descriptor) === 1,
    seek: (descriptor, position) => Number(libc.lseek(descriptor, position, fromStart)) === position,
    restoreDefaultSignal(number) {
      libc.setrlimit(coreFileLimit, new BigUint64Array(2));
      libc.signal(number, null);
      return true;
    },
    exitNow: (code) => libc._exit(code),
    executable: (path) => libc.access(cText(path), 1) === 0,
    hostName() {
      const buffer = new Uint8Array(256);
      if (libc.gethostname(buffer, buffer.length - 1) !== 0) return undefined;
      return new TextDecoder().decode(buffer.subarray(0, buffer.indexOf(0)));
    },
    readStart(path, maxBytes) {
      const descriptor = libc.open(cText(path), 0);
      if (descriptor < 0) return undefined;
      const buffer = new Uint8Array(maxBytes);
      const count = Number(libc.read(descriptor, buffer, maxBytes));
      libc.close(descriptor);
      return count < 0 ? undefined : new TextDecoder().decode(buffer.subarray(0, count));
    },
  };
}

type OnLinux = ReturnType<typeof dlopen<typeof onLinux>>["symbols"];

function bindOnLinux(libc: OnLinux): Libc {
  const statusAt = statusAsker(libc);
  const getdents = getdentsNumber(process.arch);
  let calls: FileCalls | null = null;
  const linkText = (path: string) => {
    const buffer = new Uint8Array(256);
    const count = Number(libc.readlink(cText(path), buffer, buffer.length));
    return new TextDecoder().decode(buffer.subarray(0, Math.max(0, count)));
  };
  return {
    ...bind(libc),
    pipe() {
      const ends = new Int32Array(2);
      if (libc.pipe2(ends, closeOnExec) !== 0) return null;
      return [ends[0] ?? -1, ends[1] ?? -1];
    },
    openFilesLimit() {
      const limit = new BigUint64Array(2);
      if (libc.prlimit(0, openFiles, null, limit) !== 0) return null;
      return { soft: limit[0] ?? 0n, hard: limit[1] ?? 0n };
    },
    setOpenFilesLimit({ soft, hard }) {
      libc.prlimit(0, openFiles, BigUint64Array.of(soft, hard), null);
    },
    becomeSubreaper: () => libc.prctl(setChildSubreaper, 1, 0, 0, 0) === 0,
    reap(pid) {
      libc.waitpid(pid, null, withoutWaiting);
    },
    ...processHandles(),
    closeProcess(handle) {
      libc.close(handle);
    },
    openDescriptors() {
      const directory = "/proc/self/fd";
      const listing = libc.open(cText(directory), 0);
      const buffer = new Uint8Array(4096);
      const found = new Map<number, string>();
      for (;;) {
        const count = Number(libc.syscall(getdents ?? -1, listing, buffer, buffer.length, 0, null));
        for (const name of namesIn(buffer, count)) found.set(Number(name), linkText(`${directory}/${name}`));
        if (count > 0) continue;
        found.delete(listing);
        libc.close(listing);
        return count < 0 ? undefined : found;
      }
    },
    becomePrivate: () => libc.prctl(setDumpable, 0, 0, 0, 0) === 0,
    status: (place) =>
      typeof place === "string" ? statusAt(workingDirectory, place, 0) : statusAt(place, "", emptyPath),
    fileCalls() {
      calls ??= bindFileCalls(libc, statusAt);
      return calls;
    },
  };
}
