/**
 * What faultbox asks of the world: the ports.
 *
 * `bun.ts` and `deno.ts` each export one value of type {@link System}; `detect.ts` chooses. Everything that
 * differs between runtimes or kernels is promised here, above all how failure arrives. The rooms in the middle
 * import this file for its types and receive the value, or the part they need, as an argument.
 */
export interface System {
  readonly runtime: Runtime;
  /** The words after the program's own name. Bytes that are not UTF-8 are kept as `core/raw-text.ts` says. */
  readonly words: readonly string[];
  /** Our own variables, as the runtime decoded them: bytes that are not UTF-8 arrive as U+FFFD. */
  readonly environment: Variables;
  readonly host: Host;
  readonly clock: Clock;
  readonly files: Files;
  readonly output: Output;
  readonly stdin: StandardInput;
  readonly processes: Processes;
  readonly signals: Signals;
}

/** A map of variables, as a program's environment holds them. */
export type Variables = Readonly<Record<string, string>>;

/** Which runtime this is. `lacks` names in words what it cannot do here; each entry can become a note of an outcome. */
export interface Runtime {
  readonly name: "bun" | "deno";
  readonly version: string;
  /** The words that start this faultbox once more; null where they would not give it the same rights. */
  readonly command: readonly string[] | null;
  readonly lacks: readonly string[];
}

/** The machine and our place on it. Read when asked, because most commands need little of it. */
export interface Host {
  name(): string;
  /** For example `linux` or `darwin`. */
  readonly platform: string;
  readonly pid: number;
  /** Our effective user; null where the system has none. */
  readonly userId: number | null;
  workingDirectory(): string;
  /** Which machine, start of it and container this is. A process id means something only where all three are the same. */
  place(): HostPlace;
}

/** Null for what the system does not tell. */
export interface HostPlace {
  readonly name: string | null;
  readonly machineId: string | null;
  readonly bootId: string | null;
  readonly pidNamespace: string | null;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from some fixed point, never going backwards. */
  monotonic(): number;
  /**
   * Resolves after that long, or at once when `cancel` is aborted; never rejects. Longer than 24.8 days is slept in
   * slices, since `setTimeout` of more than 2^31-1 ms fires after 1 ms.
   */
  sleep(ms: number, cancel?: AbortSignal): Promise<void>;
}

/** What `stat` tells. `identity` changes whenever the file is written or replaced. */
export interface FileStatus {
  readonly kind: "file" | "directory" | "link" | "other";
  readonly size: number;
  readonly mode: number;
  readonly owner: number;
  readonly links: number;
  readonly inode: string;
  readonly modifiedAt: number;
  readonly identity: string;
}

/** What tells whether a file is still the one that it was. */
export interface FileDigest {
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** Files, synchronously. Unless a sentence says otherwise a failure throws an error with a `code` such as `ENOSPC`. */
export interface Files {
  /** A regular file, whole; anything else is an error. */
  read(path: string): Uint8Array<ArrayBuffer>;
  /**
   * The bytes of a file or a pipe as they come; of our own stdin for `-`. A fifo that nobody writes to has none. Failures
   * arrive while it is read.
   */
  chunks(path: string): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Size and SHA-256 of a regular file, however large; anything else is an error. */
  digest(path: string): FileDigest;
  /** SHA-256 of these bytes, 64 hex digits. */
  sha256(bytes: Uint8Array): string;
  /** What stands at the path, links followed; null when nothing does. */
  status(path: string): FileStatus | null;
  /** The same, for a link itself. */
  linkStatus(path: string): FileStatus | null;
  /** Whether we may execute what stands there; never throws. */
  executable(path: string): boolean;
  /** Whether we may make files in that directory; never throws. */
  writable(path: string): boolean;
  /** The names in a directory, sorted; `[]` when there is none. */
  names(directory: string): readonly string[];
  /** Makes one directory. True when it was made, false when it was there. */
  makeDirectory(path: string, mode: number): boolean;
  /** Removes an empty directory, or leaves it; never throws. */
  removeEmptyDirectory(path: string): void;
  /** Removes a file, or leaves it; never throws. */
  remove(path: string): void;
  rename(from: string, to: string): void;
  /** Gives a file a second name; fails with `EEXIST` when anything stands there. */
  link(from: string, to: string): void;
  /** Writes a text into a file that is there, in one call: what a control file of the kernel wants. */
  overwrite(path: string, text: string): void;
  realPath(path: string): string;
  /** The `f_type` of statfs(2) for the file system there; null where it is not told, or nothing is there. Never throws. */
  fileSystemType(path: string): number | null;
  /** Brings a directory's own entries to disk. A file system that cannot, or a directory that we may not read, is no error. */
  syncDirectory(path: string): void;
  /** A new file for writing: fails with `EEXIST` when anything, even a dangling link, stands there. */
  createNew(path: string, mode: number): OpenFile;
  /** For appending, never through a link; made with `mode` when absent. */
  openAppend(path: string, mode: number): OpenFile;
  /** For reading only. */
  openRead(path: string): OpenFile;
  /** For reading and for locking what stands there, never through a link. */
  openPresent(path: string): OpenFile;
}

/** An open file. Each call is one system call; `close` never throws. */
export interface OpenFile {
  /** The number that a child can be given. */
  readonly descriptor: number;
  status(): FileStatus;
  /** Writes some of the bytes and returns how many: a full disk shows first as a short count. */
  write(bytes: Uint8Array): number;
  /** Reads up to that many bytes from a place in the file. */
  readAt(position: number, length: number): Uint8Array<ArrayBuffer>;
  /** `fchmod`: exactly these bits, whatever the umask. */
  setMode(mode: number): void;
  /** Cuts the file to that size. */
  truncate(size: number): void;
  /** `fdatasync`. */
  sync(): void;
  /** Takes an exclusive `flock` without waiting; false when somebody else holds it. */
  tryLock(): boolean;
  close(): void;
}

/** Where our own words and the executor's bytes go. */
export interface Output {
  /** Data for programs: a line on stdout. */
  line(text: string): void;
  /** Data for programs, as it is, on stdout. */
  raw(bytes: Uint8Array): void;
  /** News for people: a line on stderr. */
  note(text: string): void;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
}

/** A caller's descriptor. Its flags are left as they were found. */
export interface ByteSink {
  isTerminal(): boolean;
  /** Resolves when every byte is out (null) or with the error code, for example `EPIPE`; never rejects, and never blocks timers. */
  write(bytes: Uint8Array): Promise<string | null>;
}

/** Our own standard input. */
export interface StandardInput {
  isTerminal(): boolean;
  kind(): "terminal" | "file" | "null" | "stream";
  /** Where reading stands in a regular file; null when it cannot be told. */
  position(): number | null;
  /** Goes back there, for everyone who shares the descriptor. False when it cannot. */
  seek(position: number): boolean;
  /** Whether it is our terminal and our process group has it: its keys and its new size are then told to everyone in the group. */
  inForeground(): boolean;
  /**
   * Notes the terminal's modes and whether we have it. The result gives the modes back, unless others have the terminal by then;
   * from others that are dead it takes the terminal back first. Null when it is none.
   */
  noteTerminal(): (() => void) | null;
}

/** One start of a program. Nothing is looked up: `executable` is a path, and `environment` is all the child gets. */
export interface SpawnCommand {
  readonly executable: string;
  /** With the name the program sees as its own first. What is not UTF-8 arrives as it was, or the start fails with `EILSEQ`. */
  readonly argv: readonly string[];
  readonly environment: Variables;
  readonly cwd: string;
  /** A descriptor number, ours to close afterwards. */
  readonly stdin: "inherit" | "null" | number;
  /** `merged` gives the program one pipe for both; `inherit` gives it our own descriptors. */
  readonly output: "piped" | "merged" | "inherit";
  /** `setsid` for the child. Otherwise it shares our session and process group. */
  readonly ownSession: boolean;
  /** It gets none of the descriptors above 2 that our caller left open: it is to outlive the caller. */
  readonly alone?: true;
  /** By the child's number the one of ours that it gets, beside those that it inherits; null keeps one from it. */
  readonly descriptors?: ReadonlyMap<number, number | null>;
}

/** A child that could not be started, with the error code of the attempt, for example `ENOEXEC`. */
export interface NotStarted {
  readonly kind: "not-started";
  readonly code: string;
}

/** How a process ended. */
export type ProcessEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signaled"; readonly signal: string };

/** What the kernel counted for a child; null where the figure would be our own or is not told. */
export interface Usage {
  readonly maxMemoryBytes: number | null;
  readonly userMs: number | null;
  readonly systemMs: number | null;
}

export interface Child {
  readonly kind: "child";
  readonly pid: number;
  /** Resolves when the child itself is gone, whoever may still hold its pipes; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** In `merged` only `stdout` is there; in `inherit` neither. */
  readonly stdout: ByteSource | null;
  readonly stderr: ByteSource | null;
  /** Known only after `ended`. */
  usage(): Usage;
}

/** The reading end of a child's pipe. */
export interface ByteSource {
  /** What arrives, until the last holder of the other end is gone or until `close`. Never rejects. A reader that waits slows the child. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Closes our end, so that the next write to the other one gets EPIPE. Can be repeated. */
  close(): void;
  /** Who holds the other end now, ourselves left out. `[]` when the system does not tell. */
  holders(): readonly ProcessName[];
}

export interface ProcessName {
  readonly pid: number;
  readonly command: string;
}

/** A process as the system lists it. `startTime` tells it from a later one that was given the same pid. */
export interface ProcessStatus {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
  /** A zombie is not. */
  readonly alive: boolean;
  /** By a signal; a debugger's stop is not meant. */
  readonly stopped: boolean;
}

/** A shell in a session of its own that reads lines from us and outlives us: the end of its input means that we are gone. */
export interface Companion {
  readonly kind: "companion";
  readonly pid: number;
  /** A line for it. Never throws. */
  tell(line: string): void;
  /** Kills it, and resolves when it is reaped. */
  end(): Promise<void>;
}

/** Bytes that a program, or our caller, sends us beside its streams. */
export interface Channel {
  /** Whether the program has the other end. Otherwise our caller has it. */
  readonly isOurs: boolean;
  /** What the program is to be started with: {@link SpawnCommand.descriptors}. */
  readonly descriptors: ReadonlyMap<number, number | null>;
  /** What has come since; empty when nothing has. Never waits. */
  read(): Uint8Array;
}

export interface Processes {
  /** Never throws and never rejects, on any runtime. */
  spawn(command: SpawnCommand): Child | NotStarted;
  /**
   * What comes by a descriptor of that number: from our caller, where we were given one that can be read; else from the
   * program, to which the end of a new pipe is to be given. In words why not, where it is impossible. To be asked before
   * anything is started.
   */
  openChannel(number: number): Channel | string;
  /** Starts `/bin/sh` with a script, and with none of our descriptors but the end of a pipe that nobody else holds. */
  accompany(script: string, environment: Variables): Companion | NotStarted;
  /** From now on orphans below us become our children, and are reaped when they die. False where that is impossible. */
  adoptOrphans(): boolean;
  /** The orphans below us that are alive; `[]` unless we adopt them. */
  adopted(): readonly number[];
  /** Every process, in rising order of pid; `[]` where the system shows none. */
  all(): readonly ProcessStatus[];
  /** When a process started that can still do something; null for a zombie, for none, and where it cannot be told. */
  startTimeOf(pid: number): string | null;
  /** Whether any process has this pid, also one that the system does not show us (`hidepid`, proc(5)). */
  exists(pid: number): boolean;
  /** The command line of a process, else its short name; `?` when it is gone. */
  commandOf(pid: number): string;
  /** Its short name alone: a command line can hold secrets. */
  nameOf(pid: number): string;
  /** What a process was given at its start under a name; null when it has no such variable, or when we may not look. */
  variableOf(pid: number, name: string): string | null;
  /**
   * From now on no process of our own user can read our variables or our memory, nor debug us (prctl(2),
   * PR_SET_DUMPABLE). Programs that we start are not touched. False where the system does not offer it.
   */
  becomePrivate(): boolean;
  /** To one process, or with a negative number to a process group. False when nobody was there. */
  kill(pid: number, signal: string): boolean;
  /** To this very process, not to another one that was given its pid. False when it is gone. */
  killExactly(target: Pick<ProcessStatus, "pid" | "startTime">, signal: string): boolean;
  /** Whether a member of this process group is alive; a zombie is not. To be asked when its leader has ended. */
  groupAlive(group: number): boolean;
  /** Calls back for an error of ours that nothing caught, instead of ending faultbox over it. */
  onFault(listener: (error: unknown) => void): void;
  /** Whether a process is stopped; null where the system does not tell. */
  stopped(pid: number): boolean | null;
  /** Whether we lead our process group, as the first process of a shell's job does. */
  leadsGroup(): boolean;
  /** Stops faultbox itself and returns once it is continued. Where no shell could continue us, `SIGTSTP` does nothing. */
  stopSelf(signal: "SIGSTOP" | "SIGTSTP"): void;
  /** Ends faultbox at once with this exit code. */
  exit(code: number): never;
  /** Ends faultbox by this signal, without a core file; with 128+n where that is impossible. */
  dieBy(signal: string): never;
}

export interface Signals {
  /** Calls back for each of these that arrives. A signal that was ignored when we started stays ignored. The result stops it. */
  on(signals: readonly string[], listener: (signal: string) => void): () => void;
}
