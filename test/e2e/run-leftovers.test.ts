/** Nothing of a program is left behind, and nothing foreign is touched. */
import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { child, isAlive, readFile, readOutcome, runToOutcome, until, writeFile } from "./run-outcome.ts";
import { eachWay, type Faultbox } from "./support.ts";

eachWay("faultbox run, at the end of a program,", (faultbox) => {
  test("leaves nothing that set sessions, forked twice, cleared its environment or stopped, after a limit", async () => {
    const flags = ["--timeout", "2s"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: child("escapes") });
    expect([code, outcome.status]).toEqual([124, "timed_out"]);
    const pids = escaped(faultbox);
    expect([pids.length, pids.filter(isAlive)]).toEqual([6, []]);
    const killed = outcome.leftovers.filter(({ action }) => action === "killed").map(({ pid }) => pid);
    expect(pids.filter((pid) => !killed.includes(pid))).toHaveLength(1); // the job got the polite signal
    expect(outcome.leftovers.map(({ command }) => command)).toContain("sleep 300");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("leaves nothing after a %s to us", async (signal) => {
    const words = ["run", "--outcome", "outcome.json", "--", ...child("escapes")];
    const runner = Bun.spawn([...faultbox.command, ...words], { cwd: faultbox.directory(), stdin: "ignore" });
    await until("the program waits", () => fs.existsSync(path.join(faultbox.directory(), "ready")));
    runner.kill(signal);
    await runner.exited;
    expect(escaped(faultbox).filter(isAlive)).toEqual([]);
    expect(readOutcome(faultbox).status).toBe("cancelled");
  });

  test("leaves nothing that forks and exits faster than it can be listed", async () => {
    const flags = ["--timeout", "1s"];
    const { code } = await runToOutcome(faultbox, { flags, program: child("forks-and-exits") });
    expect(code).toBe(124);
    const steps = readFile(faultbox, "steps").length;
    await Bun.sleep(200);
    expect(readFile(faultbox, "steps")).toHaveLength(steps);
    expect(steps).toBeGreaterThan(5);
  });

  test("leaves nothing of a program that it runs inside another faultbox", async () => {
    const inner = [...faultbox.command, "run", "--no-report", "--", ...child("escapes")];
    const flags = ["--timeout", "3s", "--pass", "PATH"];
    const { code } = await runToOutcome(faultbox, { flags, program: inner });
    expect(code).toBe(124);
    const pids = escaped(faultbox);
    expect([pids.length, pids.filter(isAlive)]).toEqual([6, []]);
  });

  test("after a normal end tells what is left, with pid and command, and leaves it alone", async () => {
    const script = "setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $! >pid; echo hi; exit 0";
    const ran = await runToOutcome(faultbox, { program: ["sh", "-c", script] });
    const pid = Number(readFile(faultbox, "pid"));
    try {
      expect([ran.code, ran.stdout, ran.stderr, ran.outcome.status]).toEqual([0, "hi\n", "", "succeeded"]);
      expect(ran.outcome.leftovers).toEqual([{ pid, command: "sleep 300", action: "left alone" }]);
      expect(isAlive(pid)).toBe(true);
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });

  test("does not tell of a process that ends with the program", async () => {
    const { outcome } = await runToOutcome(faultbox, { program: ["sh", "-c", "sleep 0.02 & exit 0"] });
    expect(outcome.leftovers).toEqual([]);
  });

  test("with --leftovers kill leaves nothing after a normal end either, and keeps the code", async () => {
    const flags = ["--leftovers", "kill"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: [...child("escapes"), "7"] });
    expect([code, outcome.failureCategory]).toEqual([7, "exit_nonzero"]);
    const pids = escaped(faultbox);
    expect([pids.length, pids.filter(isAlive)]).toEqual([6, []]);
    expect(outcome.leftovers.filter(({ action }) => action !== "killed")).toEqual([]);
  });

  test("with --leftovers allow ends the program's session at a limit, and nothing else", async () => {
    const script = "setsid sleep 300 & echo $! >out; (trap '' TERM; exec sleep 301) & echo $! >in; sleep 302";
    const flags = ["--leftovers", "allow", "--timeout", "500ms"];
    const { outcome } = await runToOutcome(faultbox, { flags, program: ["sh", "-c", script] });
    const [out, inside] = [Number(readFile(faultbox, "out")), Number(readFile(faultbox, "in"))];
    try {
      expect([isAlive(out), isAlive(inside)]).toEqual([true, false]);
      expect(outcome.leftovers).toEqual([{ pid: out, command: "sleep 300", action: "left alone" }]);
    } finally {
      process.kill(out, "SIGKILL");
    }
  });

  test("leaves a daemon alone that asks for it with an empty FAULTBOX_EXECUTION, and what is below it", async () => {
    const daemon = "echo $$ >daemon; env -i sleep 301 & echo $! >below; wait";
    const script = `FAULTBOX_EXECUTION= setsid sh -c '${daemon}' >/dev/null 2>&1 & setsid sleep 302 & echo $! >other; sleep 303`;
    const flags = ["--leftovers", "kill", "--timeout", "800ms"];
    const { outcome } = await runToOutcome(faultbox, { flags, program: ["sh", "-c", script] });
    const [above, below, other] = ["daemon", "below", "other"].map((name) =>
      Number(readFile(faultbox, name)),
    );
    try {
      expect([above, below, other].map((pid) => isAlive(pid ?? 0))).toEqual([true, true, false]);
      const told = outcome.leftovers.find(({ pid }) => pid === above);
      expect(told?.action).toBe("left alone, as it asked to be");
    } finally {
      for (const pid of [above, below]) if (pid) process.kill(pid, "SIGKILL");
    }
  });

  test("starts a retry only when nothing of the last attempt is left, in whatever session", async () => {
    const script = `if [ -f pid ] && kill -0 $(cat pid); then echo still there; exit 0; fi
      setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $! >pid; exit 75`;
    const flags = ["--retries", "1", "--retry-on", "75", "--retry-delay", "10ms", "--leftovers", "report"];
    const ran = await runToOutcome(faultbox, { flags, program: ["sh", "-c", script] });
    const pid = Number(readFile(faultbox, "pid"));
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
    expect([ran.code, ran.stdout]).toEqual([75, ""]);
    expect(ran.outcome.leftovers.map(({ action }) => action)).toEqual([
      "killed before the retry",
      "left alone",
    ]);
  });

  test("touches no process that was there before, not even a child of ours or one of another execution", async () => {
    const before = "sleep 300 >log 2>&1 & echo $! >mine; (sleep 301 >log 2>&1 & echo $! >orphan)";
    const other = "FAULTBOX_EXECUTION=another setsid sleep 302 >log 2>&1 & echo $! >other";
    await faultbox.shell(
      `${other}; ${before}; exec $F run --timeout 300ms --leftovers kill -- sh -c 'setsid sleep 303 & echo $! >ours; sleep 304'`,
    );
    const pid = (name: string) => Number(readFile(faultbox, name));
    const foreign = [pid("mine"), pid("orphan"), pid("other")];
    const alive = foreign.map(isAlive);
    for (const each of foreign.filter(isAlive)) process.kill(each, "SIGKILL");
    expect([alive, isAlive(pid("ours"))]).toEqual([[true, true, true], false]);
  });

  test("reaps orphans while the program runs, so that who waits for one to end does not wait for ever", async () => {
    const script =
      "(sleep 0.5 & echo $! >pid); while kill -0 $(cat pid) 2>/dev/null; do sleep 0.05; done; echo gone";
    const flags = ["--timeout", "8s"];
    const { code, stdout } = await runToOutcome(faultbox, { flags, program: ["sh", "-c", script] });
    expect([code, stdout]).toEqual([0, "gone\n"]);
  });

  test("does not end a process of the user's own on a terminal, but everything of the program's", async () => {
    writeFile(
      faultbox,
      "session",
      `sleep 300 & echo $! >users
      $F run --timeout 1s --outcome outcome.json -- sh -c 'setsid sleep 301 & sleep 302 & sh ${child("escapes")[1]}'
      kill -0 $(cat users) && echo kept; kill $(cat users)`,
    );
    const ran = await faultbox.shell("script -qec 'bash session' /dev/null </dev/null");
    expect(ran.stdout).toContain("kept");
    expect(readOutcome(faultbox).status).toBe("timed_out");
    expect(escaped(faultbox).filter(isAlive)).toEqual([]);
  });

  test("waits for late text as long as --drain says", async () => {
    const program = ["sh", "-c", "(sleep 0.6; echo late) & echo early"];
    const short = await runToOutcome(faultbox, { program });
    const long = await runToOutcome(faultbox, { flags: ["--drain", "3s"], program });
    expect([short.stdout, long.stdout]).toEqual(["early\n", "early\nlate\n"]);
  });

  test("refuses a --leftovers that it does not know", async () => {
    const ran = await faultbox.run(["run", "--leftovers", "maybe", "--", "touch", "started"]);
    expect([ran.code, ran.stderr]).toEqual([125, expect.stringContaining("kill, report or allow")]);
  });

  if (faultbox.way === "deno") withoutLibc(faultbox);
});

/** Deno without `--allow-all` reaches neither the C library nor `/proc`. */
function withoutLibc(faultbox: Faultbox): void {
  test("ends the program's group where neither libc nor /proc can be reached, and says what it cannot do", async () => {
    const [deno, run, , ...rest] = faultbox.command;
    const permissions = ["--allow-read", "--allow-write", "--allow-run", "--allow-env", "--allow-sys"];
    const words = [
      "run",
      "--timeout",
      "1s",
      "--outcome",
      "outcome.json",
      "--",
      ...child("waits-with-grandchild"),
    ];
    const ran = Bun.spawn([deno ?? "", run ?? "", ...permissions, ...rest, ...words], {
      cwd: faultbox.directory(),
      stdio: ["ignore", "ignore", "ignore"],
    });
    expect(await ran.exited).toBe(124);
    const pids = readFile(faultbox, "pids").trim().split(" ").map(Number);
    expect([pids.length, pids.filter(isAlive)]).toEqual([2, []]);
    expect(readOutcome(faultbox).notes.join()).toContain("orphans of the program could not be adopted");
  });
}

/** The pids that `escapes.sh` left behind. */
function escaped(faultbox: Faultbox): readonly number[] {
  const directory = path.join(faultbox.directory(), "pids");
  return fs.readdirSync(directory).map((name) => Number(readFile(faultbox, `pids/${name}`)));
}
