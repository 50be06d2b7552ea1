import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { isAlive, readOutcome } from "./run-outcome.ts";
import { eachWay, type Faultbox } from "./support.ts";
import { appears, counting, countsOf } from "./terminal.ts";

eachWay("faultbox run, sent signals,", (faultbox) => {
  // SIGUSR1 opens Deno's inspector.
  const all = ["INT", "HUP", "QUIT", "TERM", "USR1", "USR2", "ALRM", "WINCH"];
  for (const signal of faultbox.way === "deno" ? all.filter((name) => name !== "USR1") : all) {
    test(`passes SIG${signal} on to the program unchanged, and once`, async () => {
      const runner = start(faultbox, counting(signal, 6).split(" "));
      await appears(faultbox, "begun");
      runner.kill(`SIG${signal}` as NodeJS.Signals);
      expect(await runner.exited).toBe(6);
      expect(countsOf(faultbox)).toEqual({ [`SIG${signal}`]: 1 });
    });
  }

  test.each([
    ["TERM and HUP, as at a logout", ["SIGTERM", "SIGHUP"], 0],
    ["a second HUP, from the shell and from the kernel", ["SIGHUP", "SIGHUP"], 200],
  ] as const)("gives the program its grace at %s", async (_, signals, pauseMs) => {
    const tidy = 'trap "" TERM HUP INT; sleep 0.6; echo tidied; exit 8';
    const runner = start(faultbox, ["sh", "-c", `trap '${tidy}' TERM HUP INT; echo >begun; sleep 30 & wait`]);
    await appears(faultbox, "begun");
    runner.kill(signals[0]);
    if (pauseMs > 0) await Bun.sleep(pauseMs);
    runner.kill(signals[1]);
    expect(await runner.exited).toBe(8);
    const { status, attempts } = readOutcome(faultbox);
    expect([status, attempts[0]?.signalsSent.length]).toEqual(["cancelled", 1]);
  });

  test("ends as the program ends, with a trap that takes its time and a child of it dead", async () => {
    const trap = "trap 'sleep 0.3; exit 9' TERM";
    const runner = start(faultbox, ["sh", "-c", `${trap}; sleep 30 & echo $! >pid; echo >begun; wait`]);
    const pid = Number(await appears(faultbox, "pid"));
    await appears(faultbox, "begun");
    runner.kill("SIGTERM");
    expect(await runner.exited).toBe(9);
    expect(readOutcome(faultbox)).toMatchObject({ status: "cancelled", exitCode: 9 });
    expect(isAlive(pid)).toBe(false);
  });

  test("does not count the time in which it was stopped against the grace", async () => {
    const program = ["sh", "-c", "trap 'sleep 1; exit 9' TERM; echo >begun; while :; do sleep 0.05; done"];
    const runner = start(faultbox, program, ["--grace", "2s"]);
    await appears(faultbox, "begun");
    runner.kill("SIGTERM");
    await Bun.sleep(200);
    runner.kill("SIGTSTP");
    await Bun.sleep(2500);
    runner.kill("SIGCONT");
    expect(await runner.exited).toBe(9);
  });

  if (faultbox.way !== "compiled") return;

  test("ended at any moment of a start or an end, leaves no orphan, and an outcome once a program was there", async () => {
    const startMs = await startingTime(faultbox);
    const storms = ["echo $$ >pid; exec sleep 60", "echo $$ >pid; exit 3"].flatMap((line) =>
      Array.from({ length: 100 }, (_, index) => ({ line, index, afterMs: (index * 1.6 * startMs) / 100 })),
    );
    const endings = new Map<string, number>();
    const queue = storms.entries();
    const work = async () => {
      for (const [number, storm] of queue) {
        const ending = await endAfter(faultbox, `run-${number}`, storm);
        endings.set(ending, (endings.get(ending) ?? 0) + 1);
      }
    };
    await Promise.all([work(), work()]);
    const wrong = [...endings.keys()].filter((ending) => ending.startsWith("wrong"));
    expect(wrong).toEqual([]);
    expect(carriersOf(faultbox.directory())).toEqual([]);
    // The storm met both sides of the start; else it says nothing.
    expect(endings.size).toBeGreaterThan(1);
  }, 120_000);
});

function at(faultbox: Faultbox, name: string): string {
  return path.join(faultbox.directory(), name);
}

/** Starts `run` with a program that writes to `begun` once it listens: the counting one says so on stdout, a shell's line itself. */
function start(faultbox: Faultbox, program: readonly string[], flags: readonly string[] = []) {
  const words = ["run", "--outcome", "outcome.json", ...flags, "--", ...program];
  return Bun.spawn([...faultbox.command, ...words], {
    cwd: faultbox.directory(),
    stdin: "ignore",
    stdout: program[0] === "sh" ? "ignore" : Bun.file(at(faultbox, "begun")),
    stderr: "ignore",
  });
}

/** What a plain run takes here and now. */
async function startingTime(faultbox: Faultbox): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < 9; count++) times.push((await faultbox.run(["run", "--", "true"])).durationMs);
  return times.sort((a, b) => a - b)[4] ?? 0;
}

/** One run in a directory of its own that gets TERM after that long: how it ended, in words that begin with `wrong` if it should not. */
async function endAfter(
  faultbox: Faultbox,
  name: string,
  { line, afterMs }: { readonly line: string; readonly afterMs: number },
): Promise<string> {
  const directory = at(faultbox, name);
  fs.mkdirSync(directory);
  const runner = Bun.spawn(
    [...faultbox.command, "run", "--outcome", "outcome.json", "--", "sh", "-c", line],
    {
      cwd: directory,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      timeout: 60_000,
      killSignal: "SIGKILL",
    },
  );
  await Bun.sleep(afterMs);
  runner.kill("SIGTERM");
  const stderr = await new Response(runner.stderr).text();
  await runner.exited;
  const begun = fs.existsSync(path.join(directory, "pid"));
  const ending = `${runner.signalCode ?? runner.exitCode}, ${begun ? "begun" : "not begun"}`;
  if (stderr !== "") return `wrong: ${ending}, ${stderr}`;
  if (!["SIGTERM", 3].includes(runner.signalCode ?? runner.exitCode ?? "")) return `wrong: ${ending}`;
  const outcome = path.join(directory, "outcome.json");
  if (fs.existsSync(outcome)) return `${ending}, ${JSON.parse(fs.readFileSync(outcome, "utf8")).status}`;
  return begun ? `wrong: ${ending}, no outcome` : ending;
}

/** The processes that work in a directory or below it. */
function carriersOf(directory: string): readonly string[] {
  return fs.readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && fs.readlinkSync(`/proc/${name}/cwd`).startsWith(directory);
    } catch {
      return false; // gone, or not ours to look at
    }
  });
}
