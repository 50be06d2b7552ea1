/**
 * Many runs at once, ended at random moments: nothing is left of any, and nobody else is hit. `FAULTBOX_STORM=1000` makes the
 * storms longer.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { child, isAlive, until } from "./run-outcome.ts";

const binary = path.resolve(import.meta.dir, "../../dist/faultbox");
const runs = Number(process.env["FAULTBOX_STORM"] ?? 100);
const atOnce = 4;
/** A start takes about 10 ms, the tree as long again: the moments reach beyond both, more often early. */
const latestMs = 120;
const patienceMs = 30_000 + runs * 1000;

let directory = "";
let bystanders: Bun.Subprocess[] = [];

beforeAll(async () => {
  directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "faultbox-storm-")));
  bystanders = ["plain", "session"].map((name) => bystander(name));
  await until("the bystanders listen", () => ["plain", "session"].every((name) => heard(name) !== ""));
});

afterAll(() => {
  for (const each of bystanders) each.kill("SIGKILL");
  fs.rmSync(directory, { recursive: true, force: true });
});

test(
  `of ${runs} runs that got a TERM at a random moment nothing is left, and each that had a program tells its outcome`,
  async () => {
    const ended = await inTurns(runs, (number) => runAndEnd(number, Math.random() ** 2 * latestMs));
    expect(ended.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(orphans("storm-")).toEqual([]);
    // The moments are spread: some came before there was a program, most while there was one.
    expect(ended.filter(({ told }) => told).length).toBeGreaterThan(runs / 4);
    expect(["plain", "session"].map(heard)).toEqual(["ready\n", "ready\n"]);
  },
  patienceMs,
);

test(
  "50 runs at once in one root end their own trees, whatever the others do",
  async () => {
    const all = await Promise.all(
      Array.from({ length: 50 }, async (_, number) => {
        const policy = number % 2 === 0 ? "report" : "allow";
        const script = `setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $! >"$1.pid"; sleep 300`;
        const name = path.join(directory, `crowd-${number}`);
        const flags = ["--timeout", "1500ms", "--leftovers", policy, "--outcome", `${name}.json`];
        const runner = start([
          ...flags,
          "--root",
          directory,
          "--no-report",
          "--",
          "sh",
          "-c",
          script,
          "x",
          name,
        ]);
        const code = await runner.exited;
        const pid = Number(fs.readFileSync(`${name}.pid`, "utf8"));
        const alive = isAlive(pid);
        if (alive) process.kill(pid, "SIGKILL");
        const outcome = JSON.parse(fs.readFileSync(`${name}.json`, "utf8"));
        return {
          code,
          kept: alive === (policy === "allow"),
          id: outcome.executionId,
          status: outcome.status,
        };
      }),
    );
    expect(all.filter(({ code, kept, status }) => code !== 124 || !kept || status !== "timed_out")).toEqual(
      [],
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(50);
    const index = fs.readFileSync(path.join(directory, "logs/local/failures/index.jsonl"), "utf8");
    const lines = index
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThanOrEqual(50);
    expect(["plain", "session"].map(heard)).toEqual(["ready\n", "ready\n"]);
  },
  patienceMs,
);

interface Ended {
  readonly afterMs: number;
  /** Whether it had come as far as to tell its outcome. */
  readonly told: boolean;
  readonly problem: string | null;
}

async function runAndEnd(number: number, afterMs: number): Promise<Ended> {
  const name = path.join(directory, `storm-${number}-`);
  const runner = start(["--no-report", "--outcome", `${name}.json`, "--", ...child("grows-a-tree"), name]);
  await Bun.sleep(afterMs);
  runner.kill("SIGTERM");
  const late = setTimeout(() => runner.kill("SIGKILL"), 20_000);
  await runner.exited;
  clearTimeout(late);
  const [begun, told] = [fs.existsSync(`${name}.begun`), fs.existsSync(`${name}.json`)];
  const left = orphans(name);
  const problem =
    left.length > 0
      ? `left behind: ${left.join("; ")}`
      : begun && !told
        ? "no outcome"
        : runner.signalCode === "SIGTERM"
          ? null
          : `ended with ${runner.exitCode ?? runner.signalCode}`;
  return { afterMs, told, problem };
}

function start(words: readonly string[]): Bun.Subprocess {
  return Bun.spawn([binary, "run", ...words], {
    cwd: directory,
    stdio: ["ignore", "ignore", "ignore"],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: os.tmpdir() },
  });
}

/** Does something so many times, a few at once. */
async function inTurns<Value>(
  times: number,
  act: (number: number) => Promise<Value>,
): Promise<readonly Value[]> {
  const done: Value[] = [];
  let next = 0;
  const turn = async () => {
    while (next < times) done.push(await act(next++));
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
  return done;
}

/** Somebody who has nothing to do with it, and writes down every signal. */
function bystander(name: string): Bun.Subprocess {
  const script = path.resolve(import.meta.dir, "../fixtures/children/prints-signals.py");
  const before = name === "session" ? ["setsid"] : [];
  return Bun.spawn([...before, "python3", script, "3600"], {
    cwd: directory,
    stdio: ["ignore", fs.openSync(path.join(directory, `${name}.heard`), "w"), "ignore"],
  });
}

/** What a bystander wrote down, its pid left out. */
function heard(name: string): string {
  return fs.readFileSync(path.join(directory, `${name}.heard`), "utf8").replace(/ \d+/, "");
}

/** The command lines of the living that hold this word. */
function orphans(word: string): readonly string[] {
  return fs
    .readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && isAlive(Number(pid)))
    .map((pid) => readQuietly(`/proc/${pid}/cmdline`).replaceAll("\0", " "))
    .filter((line) => line.includes(word) && !line.startsWith(binary));
}

function readQuietly(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
