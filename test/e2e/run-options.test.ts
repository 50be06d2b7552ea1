import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { keptNames, readFile, readOutcome, runToOutcome, writeFile } from "./run-outcome.ts";
import { eachWay } from "./support.ts";

const twoStreams = ["sh", "-c", "echo out; echo err >&2; exit $0"];

eachWay("faultbox run", (faultbox) => {
  test("passes nothing through with --quiet when the program succeeds", async () => {
    const ran = await faultbox.run(["run", "--quiet", "--", ...twoStreams, "0"]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "", ""]);
  });

  test("shows the tail of both streams and the pointer with --quiet when it fails", async () => {
    const ran = await faultbox.run(["run", "--quiet", "--", "sh", "-c", "seq 1000; echo err >&2; exit 3"]);
    expect([ran.code, ran.stdout]).toEqual([3, ""]);
    const lines = ran.stderr.trimEnd().split("\n");
    expect(lines.at(-1)).toMatch(/^faultbox: "sh" failed with exit code 3 .*; evidence: \/.*\.log$/);
    expect(lines).toContain("1000");
    expect(lines).not.toContain("1");
    expect(lines).toContain("err");
  });

  test("masks a secret in what --quiet shows", async () => {
    const ran = await faultbox.run(
      ["run", "--quiet", "--", "sh", "-c", "echo $0; exit 1", "tok-3f9a8b7c6d5e"],
      {
        env: { X_TOKEN: "tok-3f9a8b7c6d5e" },
      },
    );
    expect(ran.stderr).toContain("[REDACTED:X_TOKEN]");
    expect(ran.stderr).not.toContain("tok-3f9a8b7c6d5e");
  });

  test("runs the program in --cwd, and looks relative paths of its own up from here", async () => {
    fs.mkdirSync(path.join(faultbox.directory(), "there"));
    const { stdout, outcome } = await runToOutcome(faultbox, {
      flags: ["--cwd", "there", "--keep", "always"],
      program: ["sh", "-c", "pwd; : >made"],
    });
    expect(stdout).toBe(`${faultbox.directory()}/there\n`);
    expect(outcome.cwd).toBe(`${faultbox.directory()}/there`);
    expect(fs.readdirSync(path.join(faultbox.directory(), "there"))).toEqual(["made"]);
    expect(keptNames(faultbox)).toHaveLength(2);
  });

  test("finds a program with a relative path from --cwd", async () => {
    writeFile(faultbox, "there/tool", "#!/bin/sh\necho tool\n", 0o755);
    const ran = await faultbox.run(["run", "--cwd", "there", "--", "./tool"]);
    expect([ran.code, ran.stdout]).toEqual([0, "tool\n"]);
  });

  test.each([["--json"], ["--outcome=-"]])("puts nothing but the outcome on stdout with %s", async (flag) => {
    const ran = await faultbox.run(["run", flag, "--", ...twoStreams, "4"]);
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.stdout)).toMatchObject({ schemaVersion: 1, status: "failed", exitCode: 4 });
    expect(ran.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(ran.stderr.trimEnd().split("\n").sort()).toEqual(["err", "out"]);
  });

  test("replaces an outcome file, and leaves no other file beside it", async () => {
    writeFile(faultbox, "outcome.json", "old");
    const { outcome } = await runToOutcome(faultbox, { program: ["true"] });
    expect(outcome).toMatchObject({ status: "succeeded", success: true, exitCode: 0, failureReason: null });
    expect(outcome.executionId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(outcome.shortId).toBe(outcome.executionId.slice(-8));
    expect(fs.readdirSync(faultbox.directory())).toEqual(["outcome.json"]);
  });

  test("names the variables it passed and dropped in the outcome, and never a value", async () => {
    const env = { HOME: "/home/someone", OTHER: "a-value-to-find" };
    const { outcome } = await runToOutcome(faultbox, { program: ["true"], env });
    expect(outcome.environment.passed).toEqual(["HOME", "PATH"]);
    expect(outcome.environment.dropped).toContain("OTHER");
    expect(readFile(faultbox, "outcome.json")).not.toContain("a-value-to-find");
  });

  test("prints the pointer with --report, and without a terminal not by itself", async () => {
    const bare = await faultbox.run(["run", "--", ...twoStreams, "3"]);
    expect(bare.stderr).toBe("err\n");
    const asked = await faultbox.run(["run", "--report", "--", ...twoStreams, "3"]);
    expect(asked.stderr).toMatch(/^err\nfaultbox: "sh" failed with exit code 3 .*; evidence: \/.*\.log\n$/);
    const success = await faultbox.run(["run", "--report", "--", ...twoStreams, "0"]);
    expect(success.stderr).toBe("err\n");
  });

  test("prints nothing of its own with --no-report, not even why nothing was started", async () => {
    const ran = await faultbox.run(["run", "--no-report", "--", "no-such-program"]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([127, "", ""]);
  });

  const script = Bun.which("script");
  const terminalTest = (title: string, body: () => Promise<void>) => {
    if (script === null) test.skip(`${title} (there is no script(1) to make a terminal with)`, body);
    else test(title, body);
  };
  /** A line of `sh` on a terminal of its own; `\r` of the terminal is taken out. */
  const onTerminal = async (line: string) => {
    writeFile(faultbox, "line.sh", line);
    const ran = await faultbox.shell("script -qec 'sh line.sh' /dev/null </dev/null");
    return { code: ran.code, text: ran.stdout.replaceAll("\r\n", "\n").replaceAll("^D\b\b", "") };
  };

  terminalTest(
    "gives the same on a terminal as the program does, and nothing more after a success",
    async () => {
      // Pauses, since two pipes do not keep the order between two streams.
      const program = "sh -c 'echo one; sleep 0.2; echo two >&2; sleep 0.2; printf three'";
      const direct = await onTerminal(program);
      const wrapped = await onTerminal(`$F run --timeout 20 -- ${program}`);
      expect(wrapped).toEqual(direct);
      expect(wrapped).toEqual({ code: 0, text: "one\ntwo\nthree" });
    },
  );

  terminalTest("lets the program see the terminal as its stdin and its controlling terminal", async () => {
    const { code, text } = await onTerminal("$F run --timeout 20 -- sh -c 'tty; : </dev/tty && echo opened'");
    expect(code).toBe(0);
    expect(text).toMatch(/^\/dev\/(pts\/\d+|tty\w*)\nopened\n$/);
  });

  terminalTest("adds one line with the pointer on a terminal after a failure", async () => {
    const { code, text } = await onTerminal("$F run --timeout 20 -- sh -c 'echo out; exit 3'");
    expect(code).toBe(3);
    expect(text).toMatch(/^out\nfaultbox: "sh" failed with exit code 3 .*; evidence: \/.*\.log\n$/);
  });

  terminalTest("adds nothing on a terminal with --no-report", async () => {
    const { code, text } = await onTerminal("$F run --no-report --timeout 20 -- sh -c 'echo out; exit 3'");
    expect([code, text]).toEqual([3, "out\n"]);
  });

  terminalTest(
    "ends only the program at the time limit on a terminal, not the shell it came from",
    async () => {
      const line =
        "$F run --no-report --timeout 300ms --outcome outcome.json -- sleep 30; echo $?; echo still here";
      const { text } = await onTerminal(line);
      expect(text).toBe("124\nstill here\n");
      expect(readOutcome(faultbox).status).toBe("timed_out");
    },
  );
});
