import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { keptNames, readOutcome, runToOutcome, unlessDeno, writeFile } from "./run-outcome.ts";
import { eachWay, keptOutcomes, onlyLog } from "./support.ts";

eachWay("faultbox run", (faultbox) => {
  test("passes the program's exit code on and keeps its evidence", async () => {
    const ran = await faultbox.run(["run", "--", "sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([3, "out\n", "err\n"]);
    expect(onlyLog(faultbox.directory())).toContain("returncode=3");
    expect(keptOutcomes(faultbox.directory())[0]).toMatchObject({ status: "failed", exitCode: 3 });
  });

  test("leaves nothing behind after a success", async () => {
    const ran = await faultbox.run(["run", "--", "true"]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "", ""]);
    const listed = await faultbox.shell("ls -A");
    expect(listed.stdout).toBe("");
  });

  test("leaves nothing behind after a success with much output, a result file and an outcome on stdout", async () => {
    const line = `$F run --json --result r.json -- sh -c 'seq 20000; echo "{\\"success\\":true}" >r.json' 2>/dev/null`;
    const ran = await faultbox.shell(`${line} | grep -c '"success":true'; ls -A`);
    expect(ran.stdout).toBe("1\nr.json\n");
  });

  test("ends by the signal that ended the program", async () => {
    const ran = await faultbox.run(["run", "--", "sh", "-c", "kill -SEGV $$"]);
    expect(ran.code).toBe(139);
    expect(keptOutcomes(faultbox.directory())[0]).toMatchObject({
      status: "failed",
      failureCategory: "killed",
      exitCode: 139,
      signal: "SIGSEGV",
    });
  });

  test.each(["TERM", "KILL", "INT", "HUP", "PIPE", "ABRT"])(
    "shows a shell that SIG%s ended it",
    async (name) => {
      const ran = await faultbox.shell(
        `$F run -- sh -c 'ulimit -c 0; kill -${name} $$'; code=$?; echo $code; kill -l $code`,
      );
      const [code, signal] = ran.stdout.trim().split("\n");
      expect([Number(code) > 128, signal]).toEqual([true, name]);
    },
  );

  test("exits 127 with one line when the program is not found", async () => {
    const ran = await faultbox.run(["run", "--", "no-such-program-anywhere"]);
    expect([ran.code, ran.stdout]).toEqual([127, ""]);
    expect(ran.stderr).toStartWith('faultbox: Cannot start "no-such-program-anywhere": not found');
    expect(ran.stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("exits 126 for a file that is not executable and says so", async () => {
    writeFile(faultbox, "plain", "#!/bin/sh\n");
    const ran = await faultbox.run(["run", "--", "./plain"]);
    expect(ran.code).toBe(126);
    expect(ran.stderr).toContain("is not executable");
  });

  test("exits 126 for a directory and says so", async () => {
    const ran = await faultbox.run(["run", "--", "/tmp"]);
    expect(ran.code).toBe(126);
    expect(ran.stderr).toContain('Cannot execute "/tmp": it is a directory');
  });

  test("names the missing interpreter of a script", async () => {
    writeFile(faultbox, "windows.sh", "#!/bin/sh\r\necho hi\r\n", 0o755);
    const ran = await faultbox.run(["run", "--", "./windows.sh"]);
    expect([126, 127]).toContain(ran.code);
    expect(ran.stderr).toContain("interpreter");
    expect(ran.stderr).toContain("Windows line ends");
  });

  test("blames the working directory, not the program, when --cwd does not exist", async () => {
    const ran = await faultbox.run(["run", "--cwd", "/no/such/directory", "--", "true"]);
    expect(ran.code).toBe(126);
    expect(ran.stderr).toContain('the working directory "/no/such/directory" does not exist');
  });

  test("runs a script without a shebang as a shell would", async () => {
    writeFile(faultbox, "bare", 'echo "$1"; exit 9\n', 0o755);
    const ran = await faultbox.run(["run", "--", "./bare", "a b"]);
    expect([ran.code, ran.stdout]).toEqual([9, "a b\n"]);
  });

  test("leaves every word after the first -- to the program", async () => {
    const words = ["--help", "-v", "--", "--timeout", "", "a b", "$HOME", "*"];
    const ran = await faultbox.run(["run", "--", "printf", "<%s>", ...words]);
    expect([ran.code, ran.stdout]).toEqual([0, words.map((word) => `<${word}>`).join("")]);
  });

  test("tells --help before the -- from a program called --help", async () => {
    const help = await faultbox.run(["run", "--help"]);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("faultbox run");
    const program = await faultbox.run(["run", "--", "--help"]);
    expect([program.code, program.stdout]).toEqual([127, ""]);
  });

  unlessDeno(faultbox, "argv0")("gives the program the name it was called by", async () => {
    const ran = await faultbox.run(["run", "--", "sh", "-c", "tr '\\0' '\\n' </proc/$$/cmdline | head -1"]);
    expect(ran.stdout).toBe("sh\n");
  });

  test.each([
    [["--no-such-flag"], "Unknown flag"],
    [["--timeout"], "--timeout"],
    [["--timeout", "1e-3"], "--timeout"],
    [["--timeout", "inf"], "--timeout"],
    [["--timeout=-1"], "--timeout"],
    [["--timeout", "5x"], "--timeout"],
    [["--timeout", ""], "--timeout"],
    [["--retries", "many"], "--retries"],
    [["--retry-on", "0"], "--retry-on"],
    [["--keep", "sometimes"], "--keep"],
    [["--stdin", "no-such-file"], "--stdin"],
    [["--require-result"], "--result"],
    [["--role", "../up"], "--role"],
    [["--task", "a/b"], "--task"],
    [["--outcome", "no/such/directory/o.json"], "--outcome"],
    [["stray"], "stray"],
  ])("exits 125 and starts nothing when called with %j", async (flags, named) => {
    const ran = await faultbox.run(["run", ...flags, "--", "touch", "started"]);
    expect([ran.code, ran.stdout]).toEqual([125, ""]);
    expect(ran.stderr).toContain(named);
    expect(fs.existsSync(path.join(faultbox.directory(), "started"))).toBe(false);
  });

  test("exits 125 when FAULTBOX_TIMEOUT is junk, and names it", async () => {
    const ran = await faultbox.run(["run", "--", "true"], { env: { FAULTBOX_TIMEOUT: "soon" } });
    expect(ran.code).toBe(125);
    expect(ran.stderr).toContain("FAULTBOX_TIMEOUT");
  });

  test("exits 125 when there is no program", async () => {
    expect((await faultbox.run(["run"])).code).toBe(125);
    expect((await faultbox.run(["run", "--"])).code).toBe(125);
  });

  test("exits 74 when the program succeeds and our stdout takes nothing", async () => {
    const ran = await faultbox.shell("$F run --outcome outcome.json -- echo hi >/dev/full; echo $?");
    expect(ran.stdout).toBe("74\n");
    expect(readOutcome(faultbox).notes.join()).toContain("ENOSPC");
    expect(ran.stderr).not.toContain("    at "); // no stack
  });

  test("closes the program's pipe when our stdout is full", async () => {
    const ran = await faultbox.shell("$F run --outcome outcome.json -- seq 100000 >/dev/full; echo $?");
    expect(ran.stdout).not.toBe("0\n");
    expect(readOutcome(faultbox).notes.join()).toContain("ENOSPC");
    expect(ran.stderr).not.toContain("    at ");
  });

  test("keeps an exit code of 124 apart from a time limit", async () => {
    const { code, outcome } = await runToOutcome(faultbox, { program: ["sh", "-c", "exit 124"] });
    expect([code, outcome.status, outcome.failureCategory]).toEqual([124, "failed", "exit_nonzero"]);
    expect(outcome.attempts[0]?.ending).toBe("exited");
    expect(keptNames(faultbox)).toHaveLength(2);
  });
});
