import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { isAlive, keptNames, readFile, readOutcome, until } from "./run-outcome.ts";
import { eachWay, shellEnvironment } from "./support.ts";
import { appears, counting, countsOf, keys, stateOf, statesBelow, terminals } from "./terminal.ts";

eachWay("faultbox run, as a job of a shell,", (faultbox) => {
  const openTerminal = terminals(faultbox);
  const touch = (name: string) => fs.writeFileSync(path.join(faultbox.directory(), name), "");
  const untilGo = "until [ -e go ]; do sleep 0.05; done; echo over";

  for (const [what, line, processes] of [
    ["alone", "$F run --timeout 1500ms --outcome outcome.json -- PROGRAM", 2],
    ["in a pipeline", "$F run --timeout 1500ms --outcome outcome.json -- PROGRAM | cat", 3],
    [
      "with its input from elsewhere",
      "$F run --timeout 1500ms --outcome outcome.json -- PROGRAM </dev/null",
      2,
    ],
  ] as const) {
    test(`${what}, stops wholly at Ctrl-Z, counts no time then, and goes on with fg`, async () => {
      const terminal = await openTerminal();
      terminal.type(line.replace("PROGRAM", `sh -c 'echo $$ >pid; echo begun; ${untilGo}'`));
      await terminal.sees("\nbegun\n");
      terminal.press(keys.stop);
      await terminal.seesPrompt();
      expect(await terminal.command("jobs")).toMatch(/^\[1\]\+ {2}Stopped .*run --timeout/);
      await until("everything is stopped", () =>
        statesBelow(terminal.shellPid).every((state) => state === "T"),
      );
      expect(statesBelow(terminal.shellPid).length).toBeGreaterThanOrEqual(processes);
      await Bun.sleep(2000);
      terminal.type("fg");
      await until("the program goes on", () => stateOf(Number(readFile(faultbox, "pid"))) !== "T");
      touch("go");
      expect(await terminal.seesPrompt()).toContain("over\n");
      expect(await terminal.command("echo $?")).toBe("0\n");
      expect(readOutcome(faultbox).status).toBe("succeeded");
    });
  }

  test.each(["", "</dev/null"])("tells the program once that it goes on %s", async (from) => {
    const terminal = await openTerminal();
    terminal.type(`$F run -- ${counting("CONT", 4)} ${from}`);
    await terminal.sees("counting\n");
    terminal.press(keys.stop);
    await terminal.seesPrompt();
    await terminal.command("fg");
    expect(await terminal.command("echo $?")).toBe("4\n");
    expect(JSON.parse(readFile(faultbox, "counts.json"))).toEqual({ SIGCONT: 1 });
  });

  test("stops and continues a job that a program in a session of its own has made", async () => {
    const terminal = await openTerminal();
    const program = "set -m; sleep 30 & echo $! >pid; echo begun; exec sleep 30";
    terminal.type(`$F run -- bash -c '${program}' </dev/null`);
    await terminal.sees("\nbegun\n");
    terminal.press(keys.stop);
    await terminal.seesPrompt();
    const pid = Number(readFile(faultbox, "pid"));
    await until("the job is stopped", () => stateOf(pid) === "T");
    terminal.type("fg");
    await until("the job goes on", () => stateOf(pid) === "S");
    terminal.press(keys.interrupt);
    await terminal.seesPrompt();
    await until("the job is ended", () => !isAlive(pid));
  });

  test("goes on in the background with bg, and can be taken to the front and stopped again", async () => {
    const terminal = await openTerminal();
    terminal.type(`$F run -- sh -c 'echo begun; ${untilGo}'`);
    await terminal.sees("\nbegun\n");
    for (const _ of [1, 2, 3]) {
      terminal.press(keys.stop);
      await terminal.seesPrompt();
      expect(await terminal.command("bg; jobs")).toContain("Running");
      await terminal.foreground();
    }
    terminal.press(keys.stop);
    await terminal.seesPrompt();
    expect(await terminal.command("bg; touch go; wait %1; echo code $?")).toMatch(/\nover\n(.*\n)*code 0\n$/);
  });

  test("takes no notice of Ctrl-Z when the program takes none", async () => {
    const terminal = await openTerminal();
    terminal.type(`$F run -- sh -c 'trap "" TSTP; echo begun; ${untilGo}'`);
    await terminal.sees("\nbegun\n");
    terminal.press(keys.stop);
    await Bun.sleep(500);
    expect(terminal.shown()).toBe("^Z");
    touch("go");
    expect(await terminal.seesPrompt()).toBe("^Zover\nready> ");
    expect(await terminal.command("echo $?; jobs")).toBe("0\n");
  });

  test("stops after a program that tidies up at Ctrl-Z, and not before", async () => {
    const terminal = await openTerminal();
    const script = path.resolve(import.meta.dir, "../fixtures/children/tidies-up-before-stopping.py");
    terminal.type(`$F run -- python3 ${script}`);
    await terminal.sees("\nbegun\n");
    terminal.press(keys.stop);
    expect(await terminal.seesPrompt()).toContain("tidy\n");
    expect(await terminal.command("fg")).toContain("back\n");
    expect(await terminal.command("echo $?; jobs")).toBe("5\n");
  });

  test("gives the prompt back when the program stops itself", async () => {
    const terminal = await openTerminal();
    terminal.type("$F run -- sh -c 'echo begun; kill -TSTP $$; echo over'");
    await terminal.seesPrompt();
    expect(await terminal.command("jobs")).toContain("Stopped");
    expect(await terminal.command("fg")).toContain("over\n");
    expect(await terminal.command("echo $?; jobs")).toBe("0\n");
  });

  test("in a script, ends a program that has stopped itself at its limit", async () => {
    const terminal = await openTerminal();
    const line =
      '$F run --timeout 700ms --grace 100ms --no-report -- sh -c "kill -STOP \\$\\$"; echo code $?';
    expect(await terminal.command(`sh -c '${line}'`)).toBe("code 124\n");
  });

  test("as the first process of a terminal, ends a program that has stopped itself at its limit", async () => {
    const flags = ["--timeout", "700ms", "--grace", "100ms", "--outcome", "outcome.json"];
    const words = ["run", ...flags, "--", "sh", "-c", "kill -STOP $$"];
    const runner = Bun.spawn([...faultbox.command, ...words], {
      cwd: faultbox.directory(),
      env: shellEnvironment(faultbox),
      terminal: { cols: 80, rows: 24 },
    });
    expect(await runner.exited).toBe(124);
    expect(readOutcome(faultbox).attempts[0]?.signalsSent).toEqual(["SIGTERM"]);
    runner.terminal?.close();
  });

  test("continues the program when somebody continues faultbox alone", async () => {
    const terminal = await openTerminal();
    terminal.type("$F run -- sh -c 'echo $PPID >parent; echo $$ >pid; echo begun; exec sleep 30'");
    await terminal.sees("\nbegun\n");
    terminal.press(keys.stop);
    await terminal.seesPrompt();
    const [parent, pid] = ["parent", "pid"].map((name) => Number(readFile(faultbox, name)));
    await until("the program is stopped", () => stateOf(pid ?? 0) === "T");
    process.kill(parent ?? 0, "SIGCONT");
    await until("the program goes on", () => stateOf(pid ?? 0) === "S");
  });

  test("is stopped with a program in the background that reads the terminal, until it is in front", async () => {
    const terminal = await openTerminal();
    await terminal.command("$F run -- sh -c 'echo $$ >pid; exec head -n 1' &");
    const pid = Number(await appears(faultbox, "pid"));
    await until("the program is stopped", () => stateOf(pid) === "T");
    await until("faultbox is", () => statesBelow(terminal.shellPid).every((state) => state === "T"));
    expect(await terminal.command("jobs")).toContain("Stopped");
    await terminal.foreground();
    terminal.press("a line\r");
    expect(await terminal.seesPrompt()).toContain("a line\na line\nready> ");
  });

  test.each(["INT", "QUIT", "WINCH"])(
    "passes SIG%s on that somebody sends to it alone, in the background",
    async (signal) => {
      const terminal = await openTerminal();
      await terminal.command(`$F run -- ${counting(signal, 6)} &`);
      await terminal.sees("counting\n");
      expect(await terminal.command(`kill -${signal} $!; wait $!; echo code $?`)).toContain("code 6\n");
      expect(countsOf(faultbox)).toEqual({ [`SIG${signal}`]: 1 });
    },
  );

  for (const [where, from] of [
    ["", ""],
    [" whose input is from elsewhere", "</dev/null"],
  ] as const) {
    test(`lets a program${where} clean up at a hang-up, and keeps its last words`, async () => {
      const terminal = await openTerminal();
      const tidy = "sleep 0.5; echo last words; echo cleaned >cleaned; exit 4";
      const program = `trap "${tidy}" HUP; echo $$ >pid; echo begun; while :; do sleep 0.05; done`;
      terminal.type(`$F run --outcome outcome.json -- sh -c '${program}' ${from}`);
      await terminal.sees("\nbegun\n");
      await terminal.hangUp();
      await appears(faultbox, "outcome.json");
      const outcome = readOutcome(faultbox);
      expect([outcome.status, outcome.exitCode, outcome.attempts[0]?.signalsSent]).toEqual([
        "cancelled",
        4,
        ["SIGHUP"],
      ]);
      expect(readFile(faultbox, "cleaned")).toBe("cleaned\n");
      expect(isAlive(Number(readFile(faultbox, "pid")))).toBe(false);
      expect(fs.readFileSync(outcome.diagnostics.path ?? "", "utf8")).toContain("begun\nlast words\n");
    });

    test(`ends a program${where} that is stopped at a hang-up, and keeps the record`, async () => {
      const terminal = await openTerminal();
      terminal.type(
        `$F run --outcome outcome.json -- sh -c 'echo $$ >pid; echo begun; exec sleep 60' ${from}`,
      );
      await terminal.sees("\nbegun\n");
      terminal.press(keys.stop);
      await terminal.seesPrompt();
      await terminal.hangUp();
      await appears(faultbox, "outcome.json");
      const outcome = readOutcome(faultbox);
      // The shell sends TERM and HUP to a job that is stopped.
      expect([outcome.status, outcome.attempts[0]?.signalsSent.length]).toEqual(["cancelled", 1]);
      expect(["SIGHUP", "SIGTERM"]).toContain(outcome.signal ?? "");
      expect(isAlive(Number(readFile(faultbox, "pid")))).toBe(false);
      expect(keptNames(faultbox)).toHaveLength(2);
    });
  }
});
