import { expect, test } from "bun:test";
import { child, isAlive, keptNames, readFile, runToOutcome, until } from "./run-outcome.ts";
import { eachWay, onlyLog } from "./support.ts";

eachWay("faultbox run, under its limits,", (faultbox) => {
  test("exits 124 at the time limit and keeps what the program had said", async () => {
    const program = ["sh", "-c", "echo begun; echo trouble >&2; exec sleep 30"];
    const { code, outcome } = await runToOutcome(faultbox, { flags: ["--timeout", "500ms"], program });
    expect([code, outcome.status, outcome.failureCategory]).toEqual([124, "timed_out", "timeout"]);
    expect(outcome.attempts).toHaveLength(1);
    expect(outcome.attempts[0]).toMatchObject({ ending: "timed_out", signalsSent: ["SIGTERM"] });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(500);
    expect(outcome.durationMs).toBeLessThan(5000);
    expect(onlyLog(faultbox.directory())).toContain("# === stderr ===\ntrouble\n# === stdout ===\nbegun\n");
  });

  test("kills a program that ignores the polite signal once the grace is over", async () => {
    const flags = ["--timeout", "300ms", "--grace", "300ms"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: child("ignores-term") });
    expect([code, outcome.status]).toEqual([124, "timed_out"]);
    expect(outcome.attempts[0]).toMatchObject({ signalsSent: ["SIGTERM", "SIGKILL"], signal: "SIGKILL" });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(600);
  });

  test("does not wait out the grace when the program ends during it, and still says 124", async () => {
    const flags = ["--timeout", "500ms", "--grace", "30s"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: child("ends-politely") });
    expect([code, outcome.status]).toEqual([124, "timed_out"]);
    expect(outcome.attempts[0]).toMatchObject({
      ending: "timed_out",
      exitCode: 41,
      signalsSent: ["SIGTERM"],
    });
    expect(outcome.durationMs).toBeLessThan(10_000);
  });

  test("leaves nothing of the program's group alive after the time limit", async () => {
    const flags = ["--timeout", "500ms"];
    const { code } = await runToOutcome(faultbox, { flags, program: child("waits-with-grandchild") });
    expect(code).toBe(124);
    const pids = readFile(faultbox, "pids").trim().split(" ").map(Number);
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("kills a grandchild that ignores the polite signal, although the program ended by it", async () => {
    const program = [
      "sh",
      "-c",
      "sh -c 'trap \"\" TERM; echo $$ >pid; while :; do sleep 0.2; done' & sleep 30",
    ];
    const { code } = await runToOutcome(faultbox, { flags: ["--timeout", "500ms"], program });
    expect(code).toBe(124);
    expect(isAlive(Number(readFile(faultbox, "pid")))).toBe(false);
  });

  test("ends a program that has stopped itself", async () => {
    const flags = ["--timeout", "300ms", "--grace", "300ms"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: ["sh", "-c", "kill -STOP $$"] });
    expect([code, outcome.status]).toEqual([124, "timed_out"]);
  });

  test.each(["0", "30d", "1000000h"])("never fires with --timeout %s", async (timeout) => {
    const flags = ["--timeout", timeout];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: ["sleep", "0.2"] });
    expect([code, outcome.status]).toEqual([0, "succeeded"]);
  });

  test("tells the limit in force and where it came from", async () => {
    const program = ["true"];
    const byDefault = await runToOutcome(faultbox, { program });
    expect(byDefault.outcome.limits["timeout"]).toEqual({ ms: 4_500_000, source: "default" });
    const env = { FAULTBOX_TIMEOUT: "1h" };
    const byVariable = await runToOutcome(faultbox, { program, env });
    expect(byVariable.outcome.limits["timeout"]).toEqual({ ms: 3_600_000, source: "FAULTBOX_TIMEOUT" });
    const byFlag = await runToOutcome(faultbox, { flags: ["--timeout", "75m"], program, env });
    expect(byFlag.outcome.limits["timeout"]).toEqual({ ms: 4_500_000, source: "--timeout" });
  });

  test("ends with the program although a grandchild holds its pipes, keeps the text and names the holder", async () => {
    const ran = await runToOutcome(faultbox, { program: child("leaves-grandchild") });
    const [holder] = ran.outcome.leftovers;
    try {
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "the last word\n", ""]);
      expect(ran.outcome.status).toBe("succeeded");
      expect(ran.outcome.durationMs).toBeLessThan(3000);
      expect(String(holder?.command)).toContain("sleep");
      expect(isAlive(holder?.pid ?? 0)).toBe(true);
      expect(ran.outcome.notes.join()).toContain(`process ${holder?.pid}`);
      expect(keptNames(faultbox)).toEqual([]);
    } finally {
      if (holder) process.kill(holder.pid);
    }
  });

  test("ends with the program although a grandchild holds only its stderr", async () => {
    const program = ["sh", "-c", "echo out; sleep 5 </dev/null >/dev/null & echo $! >pid; exit 7"];
    const { code, stdout, outcome } = await runToOutcome(faultbox, { program });
    process.kill(Number(readFile(faultbox, "pid")));
    expect([code, stdout, outcome.failureCategory]).toEqual([7, "out\n", "exit_nonzero"]);
    expect(outcome.durationMs).toBeLessThan(3000);
  });

  test("collects what a grandchild writes shortly after the program's end", async () => {
    const program = ["sh", "-c", "(sleep 0.1; echo late) & echo early"];
    const { code, stdout } = await runToOutcome(faultbox, { program });
    expect([code, stdout]).toEqual([0, "early\nlate\n"]);
  });

  test("waits for a slow reader, not for the limit, once the program has ended", async () => {
    const ran = await faultbox.shell(
      "$F run --timeout 20 -- head -c 500000 /dev/zero | { sleep 0.7; wc -c; }",
    );
    expect(ran.stdout.trim()).toBe("500000");
  });

  test.each([
    ["SIGTERM", 41],
    ["SIGINT", 42],
    ["SIGHUP", 43],
  ] as const)("passes %s on and ends as the program then ends", async (signal, code) => {
    const words = ["run", "--outcome", "outcome.json", "--grace", "20s", "--", ...child("ends-politely")];
    const runner = Bun.spawn([...faultbox.command, ...words], {
      cwd: faultbox.directory(),
      stdin: "ignore",
      stdout: "pipe",
    });
    await until("the program listens", () => hasFile("ready"));
    runner.kill(signal);
    expect(await runner.exited).toBe(code);
    expect(await new Response(runner.stdout).text()).toBe(`got ${signal.slice(3)}\n`);
    const outcome = JSON.parse(readFile(faultbox, "outcome.json"));
    expect(outcome).toMatchObject({ status: "cancelled", failureCategory: "cancelled", exitCode: code });
    expect(outcome.attempts[0]).toMatchObject({ ending: "cancelled", signalsSent: [signal] });
    expect(keptNames(faultbox)).toHaveLength(2);
  });

  test("ends by the signal that was passed on when the program ends by it", async () => {
    const words = ["run", "--outcome", "outcome.json", "--", "sh", "-c", ": >ready; exec sleep 30"];
    const runner = Bun.spawn([...faultbox.command, ...words], { cwd: faultbox.directory(), stdin: "ignore" });
    await until("the program runs", () => hasFile("ready"));
    runner.kill("SIGTERM");
    await runner.exited;
    expect(runner.signalCode).toBe("SIGTERM");
    expect(JSON.parse(readFile(faultbox, "outcome.json"))).toMatchObject({
      status: "cancelled",
      signal: "SIGTERM",
    });
  });

  test("kills at once at the second signal, and still keeps the evidence", async () => {
    const words = ["run", "--outcome", "outcome.json", "--grace", "60s", "--", ...child("ignores-term")];
    const runner = Bun.spawn([...faultbox.command, ...words], { cwd: faultbox.directory(), stdin: "ignore" });
    await until("the program is deaf", () => hasFile("ready"));
    runner.kill("SIGTERM");
    await Bun.sleep(300);
    runner.kill("SIGTERM");
    await runner.exited;
    const outcome = JSON.parse(readFile(faultbox, "outcome.json"));
    expect(outcome.attempts[0].signalsSent).toEqual(["SIGTERM", "SIGKILL"]);
    expect([outcome.status, outcome.durationMs < 20_000]).toEqual(["cancelled", true]);
    expect(keptNames(faultbox)).toHaveLength(2);
  });

  test("lives on at a signal that was ignored when it started", async () => {
    const ran = await faultbox.shell(
      "trap '' HUP; $F run -- sh -c 'kill -HUP $PPID; sleep 0.2; echo alive'; echo $?",
    );
    expect(ran.stdout).toBe("alive\n0\n");
  });

  function hasFile(name: string): boolean {
    try {
      readFile(faultbox, name);
      return true;
    } catch {
      return false;
    }
  }
});
