import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { child, isAlive, keptNames, readFile, readOutcome, runToOutcome, until } from "./run-outcome.ts";
import { eachWay, type Faultbox } from "./support.ts";

eachWay("faultbox run, stopped or stopping,", (faultbox) => {
  test("ends a program that says nothing for the idle limit", async () => {
    const program = ["sh", "-c", "echo a; exec sleep 30"];
    const { code, stdout, outcome } = await runToOutcome(faultbox, {
      flags: ["--idle-timeout", "700ms"],
      program,
    });
    expect([code, stdout]).toEqual([124, "a\n"]);
    expect([outcome.status, outcome.failureCategory]).toEqual(["timed_out", "idle_timeout"]);
    expect(outcome.limits["idleTimeout"]).toEqual({ ms: 700, source: "--idle-timeout" });
    expect(outcome.durationMs).toBeLessThan(15_000);
  });

  test("does not end a program that keeps talking, on either stream", async () => {
    const program = ["sh", "-c", "for i in 1 2 3 4; do sleep 0.5; echo x >&$((i % 2 + 1)); done"];
    const { code, outcome } = await runToOutcome(faultbox, { flags: ["--idle-timeout", "1500ms"], program });
    expect([code, outcome.status]).toEqual([0, "succeeded"]);
  });

  test("ends all attempts at the total limit, and retries no more", async () => {
    const flags = ["--total-timeout", "1500ms", "--retries", "9", "--retry-on", "any", "--retry-delay", "0"];
    const { code, outcome } = await runToOutcome(faultbox, {
      flags,
      program: ["sh", "-c", "sleep 1; exit 3"],
    });
    expect([code, outcome.status, outcome.failureCategory]).toEqual([124, "timed_out", "timeout"]);
    expect(outcome.attempts.map(({ ending }) => ending)).toEqual(["exited", "timed_out"]);
  });

  test("does not wait for a retry that the total limit leaves no time for", async () => {
    const flags = ["--total-timeout", "600ms", "--retry-on", "any", "--retry-delay", "60s"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: ["sh", "-c", "exit 3"] });
    expect([code, outcome.attempts.length]).toEqual([3, 1]);
    expect(outcome.notes.join()).toContain("the total limit of 0.6 s ended the pause before attempt 2");
  });

  test("does not count the time in which it was stopped itself", async () => {
    const program = ["sh", "-c", ": >ready; sleep 2; echo done"];
    const runner = start(faultbox, ["--timeout", "3500ms"], program);
    await until("the program runs", () => fs.existsSync(at(faultbox, "ready")));
    runner.kill("SIGSTOP");
    await Bun.sleep(5000);
    runner.kill("SIGCONT");
    expect(await runner.exited).toBe(0);
    expect(readOutcome(faultbox).durationMs).toBeGreaterThan(4500);
  });

  test("stops and continues with the program when it is asked to by TSTP", async () => {
    const runner = start(faultbox, [], ["sh", "-c", "echo $$ >pid; mv pid ready; exec sleep 1.5"]);
    await until("the program runs", () => fs.existsSync(at(faultbox, "ready")));
    const pid = Number(readFile(faultbox, "ready"));
    await until("faultbox listens", () => catches(runner.pid, 20));
    runner.kill("SIGTSTP");
    await until("both are stopped", () => stateOf(pid) === "T" && stateOf(runner.pid) === "T");
    runner.kill("SIGCONT");
    await until("both go on", () => stateOf(pid) !== "T" && stateOf(runner.pid) !== "T");
    expect(await runner.exited).toBe(0);
  });

  test("kills at the second signal although the first was another one", async () => {
    const runner = start(faultbox, ["--grace", "60s"], child("ignores-term"));
    await until("the program is deaf", () => fs.existsSync(at(faultbox, "ready")));
    runner.kill("SIGTERM");
    await Bun.sleep(300);
    runner.kill("SIGHUP");
    await runner.exited;
    expect(readOutcome(faultbox).attempts[0]?.signalsSent).toEqual(["SIGTERM", "SIGKILL"]);
  });

  if (faultbox.way === "compiled") return;

  test.each(["uncaught", "output"])(
    "ends the program, keeps the outcome and exits 70 at a fault of its own: %s",
    async (planted) => {
      const main = path.resolve(import.meta.dir, "../fixtures/faulty-main.ts");
      const command = [...faultbox.command.slice(0, -1), main];
      const program = ["sh", "-c", "echo $$ >pid; echo told >&2; sleep 0.1; echo said; exec sleep 30"];
      const words = ["run", "--no-report", "--outcome", "outcome.json", "--", ...program];
      const runner = Bun.spawn([...command, ...words], {
        cwd: faultbox.directory(),
        env: { ...process.env, FAULT: planted },
        stdin: "ignore",
        stdout: "ignore",
        stderr: "pipe",
      });
      const stderr = await new Response(runner.stderr).text();
      expect([await runner.exited, stderr.includes("internal fault: Error: planted")]).toEqual([70, true]);
      expect(isAlive(Number(readFile(faultbox, "pid")))).toBe(false);
      const outcome = readOutcome(faultbox);
      expect([outcome.status, outcome.failureCategory, outcome.exitCode]).toEqual(["failed", "internal", 70]);
      expect(keptNames(faultbox)).toHaveLength(2);
      const log = keptNames(faultbox).find((name) => name.endsWith(".log")) ?? "";
      expect(readFile(faultbox, `logs/local/failures/${log}`)).toContain("told");
    },
  );
});

function at(faultbox: Faultbox, name: string): string {
  return path.join(faultbox.directory(), name);
}

function start(faultbox: Faultbox, flags: readonly string[], program: readonly string[]): Bun.Subprocess {
  return Bun.spawn([...faultbox.command, "run", "--outcome", "outcome.json", ...flags, "--", ...program], {
    cwd: faultbox.directory(),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
}

/** The letter of its state in /proc; empty when it is gone. */
function stateOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0] ?? "";
  } catch {
    return "";
  }
}

/** Whether a process handles the signal of that number: it can do so only a moment after its program has begun. */
function catches(pid: number, signal: number): boolean {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  const caught = BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(status)?.[1] ?? "0"}`);
  return ((caught >> BigInt(signal - 1)) & 1n) === 1n;
}
