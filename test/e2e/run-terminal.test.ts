import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { keptNames, readFile, readOutcome } from "./run-outcome.ts";
import { eachWay } from "./support.ts";
import { counting, countsOf, keys, terminals } from "./terminal.ts";

eachWay("faultbox run, on a terminal,", (faultbox) => {
  const openTerminal = terminals(faultbox);
  const touch = (name: string) => fs.writeFileSync(path.join(faultbox.directory(), name), "");

  for (const [name, key, signal] of [
    ["Ctrl-C", keys.interrupt, "INT"],
    ["Ctrl-\\", keys.quit, "QUIT"],
  ] as const) {
    test(`passes ${name} to the program once, ends as the program ends, and leaves the terminal as it was`, async () => {
      const terminal = await openTerminal();
      await terminal.command("stty -a >modes");
      terminal.type(`$F run --outcome outcome.json -- ${counting(signal, 0)}`);
      await terminal.sees("counting\n");
      terminal.press(key);
      await terminal.seesPrompt();
      expect(await terminal.command("echo $?; stty -a | cmp - modes && echo as before")).toBe(
        "0\nas before\n",
      );
      expect(countsOf(faultbox)).toEqual({ [`SIG${signal}`]: 1 });
      expect(readOutcome(faultbox)).toMatchObject({ status: "succeeded", exitCode: 0 });
    });
  }

  test.each([
    ["Ctrl-C", keys.interrupt, 130, "SIGINT"],
    ["Ctrl-\\", keys.quit, 131, "SIGQUIT"],
  ])("ends by the signal of %s when the program does", async (_, key, code, signal) => {
    const terminal = await openTerminal();
    terminal.type("ulimit -c 0; $F run --outcome outcome.json -- sh -c 'echo begun; exec sleep 30'");
    await terminal.sees("\nbegun\n");
    terminal.press(key);
    await terminal.seesPrompt();
    expect(await terminal.command("echo $?")).toBe(`${code}\n`);
    expect(readOutcome(faultbox)).toMatchObject({ status: "cancelled", signal });
    expect(keptNames(faultbox)).toHaveLength(2);
  });

  test("lets a program go on that goes on after Ctrl-C, beyond the grace", async () => {
    const terminal = await openTerminal();
    const program = 'trap "echo caught" INT; echo begun; until [ -e go ]; do sleep 0.05; done; exit 3';
    terminal.type(`$F run --grace 100ms --outcome outcome.json -- sh -c '${program}'`);
    await terminal.sees("\nbegun\n");
    for (const _ of [1, 2]) {
      terminal.press(keys.interrupt);
      await terminal.sees("caught\n");
      await Bun.sleep(300);
    }
    touch("go");
    await terminal.seesPrompt();
    expect(await terminal.command("echo $?")).toBe("3\n");
    expect(readOutcome(faultbox)).toMatchObject({ status: "failed", failureCategory: "exit_nonzero" });
  });

  test.each(["0", "5"])(
    "calls a program that fails of Ctrl-C cancelled, and tries it no more of %s times",
    async (retries) => {
      const terminal = await openTerminal();
      const flags = `--retries ${retries} --retry-on any --retry-delay 0 --outcome outcome.json`;
      const program = 'trap "exit 7" INT; echo begun; while :; do sleep 0.05; done';
      terminal.type(`$F run ${flags} -- sh -c '${program}'`);
      await terminal.sees("\nbegun\n");
      terminal.press(keys.interrupt);
      await terminal.seesPrompt();
      expect(await terminal.command("echo $?")).toBe("7\n");
      const { status, attempts, notes } = readOutcome(faultbox);
      expect([status, attempts.length, notes.join().includes("pause")]).toEqual(["cancelled", 1, false]);
    },
  );

  test("ends the pause before a retry at Ctrl-C, and not at one that the last attempt lived on with", async () => {
    const terminal = await openTerminal();
    const program =
      'trap "echo caught" INT; echo begun; until [ -e go ]; do sleep 0.05; done; echo over; exit 75';
    const flags = "--retries 3 --retry-on 75 --retry-delay 1s --retry-backoff fixed --grace 100ms";
    terminal.type(`$F run ${flags} --outcome outcome.json -- sh -c '${program}'`);
    await terminal.sees("\nbegun\n");
    terminal.press(keys.interrupt);
    await terminal.sees("caught\n");
    await Bun.sleep(300);
    touch("go");
    await terminal.sees("over\nbegun\nover\n");
    await Bun.sleep(200);
    terminal.press(keys.interrupt);
    await terminal.seesPrompt();
    const { status, attempts, notes } = readOutcome(faultbox);
    expect([status, attempts.length]).toEqual(["cancelled", 2]);
    expect(notes.join()).toContain("SIGINT came in the pause before attempt 3");
  });

  test("kills at once at Ctrl-C in the grace after a limit", async () => {
    const terminal = await openTerminal();
    const program = 'trap "echo asked" TERM; trap "" INT; while :; do sleep 0.05; done';
    terminal.type(`$F run --timeout 300ms --grace 60s --outcome outcome.json -- sh -c '${program}'`);
    await terminal.sees("\nasked\n");
    terminal.press(keys.interrupt);
    await terminal.seesPrompt();
    expect(await terminal.command("echo $?")).toBe("124\n");
    expect(readOutcome(faultbox).attempts[0]?.signalsSent).toEqual(["SIGTERM", "SIGKILL"]);
  });

  test.each(["", " </dev/tty"])("lets the program ask for a password without echo%s", async (from) => {
    const terminal = await openTerminal();
    await terminal.command("stty -a >modes");
    terminal.type(`$F run -- bash -c 'read -rsp "Password: " word${from}; echo; echo "got $word"'`);
    await terminal.sees("\nPassword: ");
    terminal.press("hunter2\r");
    expect(await terminal.seesPrompt()).toBe("\ngot hunter2\nready> ");
    expect(await terminal.command("stty -a | cmp - modes && echo as before")).toBe("as before\n");
  });

  test("tells the program of a new size once", async () => {
    const terminal = await openTerminal();
    terminal.type(`$F run -- ${counting("WINCH", 5)}`);
    await terminal.sees("counting\n");
    terminal.resize(90, 30);
    await terminal.seesPrompt();
    expect(countsOf(faultbox)).toEqual({ SIGWINCH: 1 });
    expect(await terminal.command("$F run -- sh -c 'stty size </dev/tty'")).toBe("30 90\n");
  });

  test("does not pass Ctrl-C on a second time in `env exec` either", async () => {
    const terminal = await openTerminal();
    terminal.type(`$F env exec -- ${counting("INT", 6)}`);
    await terminal.sees("counting\n");
    terminal.press(keys.interrupt);
    await terminal.seesPrompt();
    expect([await terminal.command("echo $?"), countsOf(faultbox)]).toEqual(["6\n", { SIGINT: 1 }]);
  });

  test("gives single keys, Ctrl-C among them, to a program that asks for them", async () => {
    const terminal = await openTerminal();
    const program = "stty raw -echo; echo begun; dd bs=1 count=1 status=none | od -An -tx1; stty sane";
    terminal.type(`$F run -- sh -c '${program}'`);
    await terminal.sees(/\nbegun/);
    terminal.press(keys.interrupt);
    expect(await terminal.seesPrompt()).toContain(" 03");
  });

  test("gives the terminal its modes back when it ended a program that had changed them", async () => {
    const terminal = await openTerminal();
    await terminal.command("stty -a >modes");
    const program = "trap : TERM; stty raw -echo; while :; do sleep 0.1; done";
    const line = `$F run --timeout 700ms --grace 100ms --no-report -- sh -c "${program}"`;
    // In a script: an interactive shell sees to the modes itself when a job of its own has failed.
    await terminal.command(`sh -c '${line}; echo $? >code; stty -a >after'`);
    expect([readFile(faultbox, "code"), readFile(faultbox, "after")]).toEqual([
      "124\n",
      readFile(faultbox, "modes"),
    ]);
  });

  test("leaves the modes as a program left them that ended by itself", async () => {
    const terminal = await openTerminal();
    await terminal.command("$F run -- stty -echo; stty -a >modes; stty echo");
    expect(readFile(faultbox, "modes")).toContain(" -echo ");
  });

  test("in the background, leaves the modes alone that the program in front has set", async () => {
    const terminal = await openTerminal();
    await terminal.command("$F run -- sh -c 'until [ -e go ]; do sleep 0.05; done' &");
    await terminal.command("stty -echo -icanon; touch go; wait $!; stty -a >modes; stty sane");
    expect(readFile(faultbox, "modes")).toMatch(/ -icanon .* -echo /s);
  });

  test("gives the terminal back to the shell when a limit ends a shell inside it", async () => {
    const terminal = await openTerminal();
    const inner = "bash --norc --noprofile --noediting -i";
    const flags = "--timeout 1s --grace 100ms --set PS1=inner: --no-report --outcome outcome.json";
    terminal.type(`$F run ${flags} -- ${inner}; echo code $?`);
    expect(await terminal.seesPrompt()).toMatch(/\ninner:(.*\n)?code 124\n/s);
    terminal.type("read word; echo got $word");
    terminal.press("from the terminal\r");
    expect(await terminal.seesPrompt()).toContain("got from the terminal\n");
  });

  test("takes the terminal back in a script when it ended a shell that had it", async () => {
    const terminal = await openTerminal();
    const inner = "bash --norc --noprofile --noediting -i";
    const flags = "--timeout 700ms --grace 100ms --no-report --set PS1=inner:";
    terminal.type(`sh -c '$F run ${flags} -- ${inner}; echo code $?; read word; echo got $word'`);
    await terminal.sees("code 124\n");
    terminal.press("from the terminal\r");
    expect(await terminal.seesPrompt()).toContain("got from the terminal\n");
    expect(await terminal.command("jobs")).toBe("");
  });

  test("gives the program the terminal as stdin, and pipes for its output, colours as they are", async () => {
    const terminal = await openTerminal();
    const program =
      'for fd in 0 1 2; do [ -t $fd ] && echo $fd; done; echo $TERM; printf "\\033[31mred\\033[0m\\n"';
    expect(await terminal.command(`$F run -- sh -c '${program}'`)).toBe(
      "0\nxterm-256color\n\x1b[31mred\x1b[0m\n",
    );
  });

  test("says one line about a failure when stderr is the terminal, and otherwise nothing", async () => {
    const terminal = await openTerminal();
    expect(await terminal.command("$F run -- sh -c 'exit 3'")).toMatch(
      /^faultbox: "sh" failed with exit code 3 after .*; evidence: \/.*\.log\n$/,
    );
    expect(await terminal.command("$F run -- sh -c 'exit 3' 2>err; wc -c <err")).toBe("0\n");
    expect(await terminal.command("$F run --no-report -- sh -c 'exit 3'")).toBe("");
    expect(await terminal.command("$F run -- true")).toBe("");
  });
});
