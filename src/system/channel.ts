/** Bytes that come beside a program's streams, by a descriptor above 2. */
import type { Libc } from "./libc.ts";
import { fs } from "./node-fs.ts";
import type { Channel } from "./system.ts";

interface World {
  readonly libc: Pick<Libc, "pipe" | "close">;
  /** The caller's descriptors above 2. */
  readonly inherited: readonly number[];
}

/** See `Processes.openChannel`. */
export function openChannel(number: number, { libc, inherited }: World): Channel | string {
  if (inherited.includes(number)) return callersChannel(number);
  const pipe = libc.pipe();
  if (pipe === null) return "no pipe can be made here";
  const [reader, writer] = pipe;
  const own = openNow(reader);
  libc.close(reader);
  if (typeof own === "string") return own;
  return { isOurs: true, descriptors: new Map([[number, writer]]), read: () => readNow(own) };
}

/** The program does not get it: it could take bytes away that are meant for us. */
function callersChannel(number: number): Channel | string {
  if (!canBeRead(number)) return `descriptor ${number} is open for writing already: give another number`;
  const own = openNow(number);
  if (typeof own === "string") return own;
  return { isOurs: false, descriptors: new Map([[number, null]]), read: () => readNow(own) };
}

/** The file or pipe behind a descriptor once more, so that reading it never waits and the other description stays as it is. */
function openNow(descriptor: number): number | string {
  const { O_RDONLY, O_NONBLOCK } = fs().constants;
  try {
    return fs().openSync(`/proc/self/fd/${descriptor}`, O_RDONLY | O_NONBLOCK);
  } catch {
    return `descriptor ${descriptor} cannot be read without waiting`;
  }
}

/** Of the access modes of open(2), which the last two bits are, 1 is for writing only (proc_pid_fdinfo(5)). */
function canBeRead(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(
      fs().readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"),
    )?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & 3) !== 1;
  } catch {
    return false;
  }
}

const mostBytes = 65_536;

function readNow(descriptor: number): Uint8Array {
  const buffer = new Uint8Array(mostBytes);
  try {
    return buffer.subarray(0, fs().readSync(descriptor, buffer, 0, mostBytes, null));
  } catch {
    return new Uint8Array(); // nothing yet, or nothing any more
  }
}
