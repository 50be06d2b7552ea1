/**
 * Runs faultbox as a user would, three ways: from source under Bun, compiled, and from source under Deno.
 *
 * `FAULTBOX_E2E=bun,compiled,deno` chooses; all three by default. The compiled binary is `dist/faultbox`.
 */
import { afterEach, describe } from "bun:test";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const project = path.resolve(import.meta.dir, "../..");
const main = path.join(project, "src/main.ts");
const runtimes = path.join(project, "node_modules/.bin");

/** The command line of each way. From source Bun would read the caller's `.env` and `bunfig.toml`; the binary does not. */
const ways = {
  bun: [path.join(runtimes, "bun"), "--no-env-file", "--config=/dev/null", main],
  compiled: [path.join(project, "dist/faultbox")],
  deno: [path.join(runtimes, "deno"), "run", "-A", "--no-config", "--node-modules-dir=manual", main],
} as const;

export type Way = keyof typeof ways;

/** What Deno cannot do, by the name that a test gives. Each is skipped there, and shown as skipped. */
export const denoCannot = {
  argv0: "Deno gives a program its path instead of the name it was called by",
  "merged order": "Deno has no way to give a program one pipe for both streams",
  "exact start":
    "Deno starts programs without ignored signals, inherited descriptors and words that are not UTF-8",
  "no PATH": "Deno gives itself a PATH of its own when it was started without one",
  jobs: "Deno cannot start faultbox again: nobody tells which rights it was given",
  startup: "Deno starts in about 60 ms, so windows measured in milliseconds do not hold",
} as const;

/** What a run of faultbox gave. */
export interface Ran {
  /** As a shell shows it: 128+n for a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
  readonly durationMs: number;
}

export interface RunOptions {
  readonly cwd?: string;
  /** All that faultbox gets; by default PATH and HOME. */
  readonly env?: Record<string, string>;
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
}

/** One way of running faultbox, in a fresh directory. */
export interface Faultbox {
  readonly way: Way;
  /** The words that start faultbox, for a shell line or a process of one's own. */
  readonly command: readonly string[];
  /** A fresh directory, removed after the test; the default cwd and so the root of the failures. */
  directory(): string;
  run(words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs a line of `bash`, in which `$F` is faultbox (unquoted: it may be several words). */
  shell(line: string, options?: RunOptions): Promise<Ran>;
}

const directories: string[] = [];

/** Said in each `describe`: a hook at the top of a module that is shared works only for the file that loads it first. */
function removeDirectoriesAfterEach(): void {
  afterEach(() => {
    for (const directory of directories.splice(0)) fs.rmSync(directory, { recursive: true, force: true });
  });
}

/** Describes the same cases for each way, or for some of them. */
export function eachWay(
  title: string,
  cases: (faultbox: Faultbox) => void,
  only: readonly Way[] = ["bun", "compiled", "deno"],
): void {
  const chosen = (process.env["FAULTBOX_E2E"] ?? "bun,compiled,deno")
    .split(",")
    .filter((way) => only.includes(way as Way));
  for (const way of Object.keys(ways) as Way[]) {
    if (!chosen.includes(way)) continue;
    describe(`${title} [${way}]`, () => {
      removeDirectoriesAfterEach();
      cases(faultbox(way));
    });
  }
}

function faultbox(way: Way): Faultbox {
  let current: string | null = null;
  const directory = () => {
    if (current === null || !directories.includes(current)) {
      current = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "faultbox-test-")));
      directories.push(current);
    }
    return current;
  };
  return { way, directory, ...runners(way, directory) };
}

/** The compiled faultbox, for what it alone can do, in a directory of another way's. */
export function compiled(directory: () => string): Pick<Faultbox, "command" | "run" | "shell"> {
  return runners("compiled", directory);
}

function runners(way: Way, directory: () => string): Pick<Faultbox, "command" | "run" | "shell"> {
  const command = ways[way];
  return {
    command,
    run: (words, options) => start([...command, ...words], { cwd: directory(), ...options }),
    shell: (line, options) =>
      start(["bash", "-c", line], {
        cwd: directory(),
        ...options,
        env: { ...baseEnvironment, ...options?.env, F: command.join(" ") },
      }),
  };
}

/** What a shell is given in which `$F` is faultbox. */
export function shellEnvironment({ command }: Faultbox): Record<string, string> {
  return { ...baseEnvironment, F: command.join(" ") };
}

const baseEnvironment: Record<string, string> = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: os.tmpdir(),
  DENO_NO_UPDATE_CHECK: "1",
  DENO_DIR: path.join(os.tmpdir(), "faultbox-deno"),
};

async function start(command: readonly string[], options: RunOptions & { cwd: string }): Promise<Ran> {
  const begin = performance.now();
  const child = Bun.spawn([...command], {
    cwd: options.cwd,
    env: { ...baseEnvironment, ...options.env },
    stdin: options.stdin === undefined ? "ignore" : new Blob([options.stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdoutBytes, stderr] = await Promise.all([
    new Response(child.stdout).bytes(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  const signal = child.signalCode ? os.constants.signals[child.signalCode as NodeJS.Signals] : 0;
  return {
    code: child.exitCode ?? 128 + signal,
    stdout: new TextDecoder().decode(stdoutBytes),
    stderr,
    stdoutBytes,
    durationMs: performance.now() - begin,
  };
}

/** The outcomes kept in a root, oldest first. */
export function keptOutcomes(root: string): readonly Record<string, unknown>[] {
  const directory = path.join(root, "logs/local/failures");
  if (!fs.existsSync(directory)) return [];
  return fs
    .readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(fs.readFileSync(path.join(directory, name), "utf8")))
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** The text of the only diagnostics file in a root. */
export function onlyLog(root: string): string {
  const directory = path.join(root, "logs/local/failures");
  const logs = fs.readdirSync(directory).filter((name) => name.endsWith(".log"));
  if (logs.length !== 1)
    throw new Error(`expected one log in ${directory}, found ${logs.join(", ") || "none"}`);
  return fs.readFileSync(path.join(directory, logs[0] ?? ""), "utf8");
}
