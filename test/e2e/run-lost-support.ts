/** What the cases share in which faultbox itself is killed. */
import * as fs from "node:fs";
import * as path from "node:path";
import { until } from "./run-outcome.ts";
import type { Faultbox } from "./support.ts";

/** A `faultbox run` in the background, whose processes can be told from all others by a word in their environment. */
export interface Victim {
  readonly pid: number;
  /** What has come out so far, decoded. */
  said(): string;
  /** Kills faultbox, and nothing else, by SIGKILL; resolves when it is reaped. */
  kill(): Promise<void>;
  readonly ended: Promise<number>;
  /** The living processes of its program, with what they are called. */
  tree(): readonly { readonly pid: number; readonly name: string }[];
  /** Its watchdog, if it has one. */
  watchdog(): number | null;
}

/** Starts it; `program` finds its word in `VICTIM`. */
export function startVictim(
  faultbox: Faultbox,
  program: readonly string[],
  { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {},
): Victim {
  const word = crypto.randomUUID();
  const words = ["run", "--set", `VICTIM=${word}`, ...flags, "--", ...program];
  const child = Bun.spawn([...faultbox.command, ...words], {
    cwd: faultbox.directory(),
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/tmp", ...denoDirectory(), ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) said += decoder.decode(chunk, { stream: true });
  })();
  return {
    pid: child.pid,
    said: () => said,
    ended: child.exited,
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
      await reading;
    },
    tree: () => carriersOf(`VICTIM=${word}`),
    watchdog: () => carriersOf("name=FAULTBOX_EXECUTION", child.pid)[0]?.pid ?? null,
  };
}

/** Living processes with that variable, of any parent or of this one. */
export function carriersOf(variable: string, parent?: number) {
  return fs.readdirSync("/proc").flatMap((name) => {
    const facts = /^\d+$/.test(name) ? readFacts(name) : null;
    if (facts === null || facts.state === "Z" || !facts.variables.includes(variable)) return [];
    return parent === undefined || facts.parent === parent ? [{ pid: Number(name), name: facts.name }] : [];
  });
}

function readFacts(pid: string) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const variables = fs.readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    return { state, parent: Number(parent), variables, name: stat.replace(/^\d+ \((.*)\).*$/s, "$1") };
  } catch {
    return null; // it is gone
  }
}

/** Waits until nothing of its tree is left, at most as long as is promised. */
export async function untilTreeIsGone(victim: Victim): Promise<void> {
  await until("the whole tree is gone", () => victim.tree().length === 0, 2000);
}

/** Waits until the watchdog, or what it has become, is done: the evidence is saved, or nobody is left who would. */
export async function untilNothingIsAtWork(faultbox: Faultbox): Promise<void> {
  const { directory } = faultbox;
  await until("the watchdog is done", () => openIn(directory()).length === 0);
}

/** Processes that have a spool of that root open or carry a companion's variables for it. */
function openIn(root: string): readonly string[] {
  const failures = path.join(root, "logs/local/failures");
  return fs.readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(`--failures-dir=${failures}`);
    } catch {
      return false;
    }
  });
}

/** The words under which the failures of a root are listed, as JSON. */
export async function listedFailures(faultbox: Faultbox): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await faultbox.run(["failures", "list", "--json", "--limit", "1000"]);
  return JSON.parse(stdout);
}

function denoDirectory(): Record<string, string> {
  return { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: path.join("/tmp", "faultbox-deno") };
}
