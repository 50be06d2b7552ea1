import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { isAlive, keptNames, readFile, readOutcome, until, writeFile } from "./run-outcome.ts";
import { eachWay, type Faultbox } from "./support.ts";
import { appears } from "./terminal.ts";

/** Whether we may make mount namespaces, in which a directory is read-only or /proc is empty for one process alone. */
const mayMount = Bun.spawnSync(["unshare", "-m", "true"], { stderr: "ignore" }).success;

eachWay("faultbox run, in a hard place,", (faultbox) => {
  test.each([
    ["<&-", "out\n"],
    [">&-", ""],
    ["2>&-", "out\n"],
    ["<&- >&-", ""],
    [">&- 2>&-", ""],
    ["<&- 2>&-", "out\n"],
    ["<&- >&- 2>&-", ""],
  ])("does its work when it is started with %s", async (closed, out) => {
    const program = "sh -c 'read x; echo out; echo err >&2; exit 3'";
    const line = `$F run --timeout 20s --outcome outcome.json -- ${program} ${closed}`;
    const ran = await faultbox.shell(`${line}; echo $?; $F run -- true ${closed}; echo $?`);
    expect(ran.stdout).toBe(`${out}3\n0\n`);
    const { attempts, diagnostics } = readOutcome(faultbox);
    expect(attempts[0]).toMatchObject({ stdout: { seen: 4 }, stderr: { seen: 4 } });
    // Not one byte of the program's went into a file of ours that was given a number below 3.
    expect(fs.readFileSync(diagnostics.path ?? "", "utf8")).toContain(
      "# === stderr ===\nerr\n# === stdout ===\nout\n# === result.json ===\n",
    );
  });

  test.each([
    ["HOME unset", "unset HOME"],
    ["HOME empty", "HOME="],
    ["a HOME that does not exist", "HOME=/proc/no/such/home"],
    ["a HOME that is relative", "HOME=home"],
    [
      "no variable at all",
      'exec env -i F="$F" bash --norc --noprofile -s <<<\'$F run -- /bin/sh -c "exit 3"\'',
    ],
  ])("does its work with %s", async (_, before) => {
    const ran = await faultbox.shell(`${before}; $F run -- /bin/sh -c "exit 3"`);
    expect([ran.code, ran.stderr]).toEqual([3, ""]);
    expect(keptNames(faultbox)).toHaveLength(2);
  });

  const inNamespace = mayMount ? test : test.skip;

  inNamespace("does its work with a read-only HOME and a TMPDIR where nothing can be executed", async () => {
    fs.mkdirSync(path.join(faultbox.directory(), "home"));
    fs.mkdirSync(path.join(faultbox.directory(), "temporary"));
    const ran = await inMounts(
      faultbox,
      "mount -t tmpfs -o ro tmpfs home; mount -t tmpfs -o noexec tmpfs temporary; export HOME=$PWD/home TMPDIR=$PWD/temporary",
      "$F run -- sh -c 'echo out; exit 3'",
    );
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([3, "out\n", ""]);
    expect(keptNames(faultbox)).toHaveLength(2);
  });

  inNamespace(
    "says in one line that a read-only root keeps no evidence, and changes nothing else",
    async () => {
      fs.mkdirSync(path.join(faultbox.directory(), "root"));
      const ran = await inMounts(
        faultbox,
        "mount -t tmpfs -o ro tmpfs root",
        "$F run --root root -- sh -c 'echo out; exit 3'",
      );
      expect([ran.code, ran.stdout]).toEqual([3, "out\n"]);
      expect(ran.stderr).toMatch(/^faultbox: the diagnostics could not be written to .*EROFS\)\n$/);
    },
  );

  test("keeps its memory flat while a reader is slow", async () => {
    const reader = "{ echo $BASHPID >reader; while sleep 0.1; do head -c 10000 >/dev/null; done; }";
    const line = `"$@" | ${reader}`;
    const command = [
      ...faultbox.command,
      "run",
      "--timeout",
      "60s",
      "--",
      "sh",
      "-c",
      "echo $PPID >us; exec yes",
    ];
    const runner = Bun.spawn(["bash", "-c", line, "-", ...command], {
      cwd: faultbox.directory(),
      stdin: "ignore",
      stderr: "ignore",
    });
    try {
      const pid = Number(await appears(faultbox, "us"));
      await Bun.sleep(700);
      const early = residentKilobytes(pid);
      await Bun.sleep(1500);
      expect(residentKilobytes(pid) - early).toBeLessThan(8 * 1024);
    } finally {
      process.kill(Number(readFile(faultbox, "reader")));
    }
    await runner.exited;
  });

  if (faultbox.way !== "compiled") return;

  // The runtimes themselves do not start without the two files that are left: glibc looks for the stack in one, Deno for itself in the other.
  inNamespace(
    "ends what is left of a session, replaces files and says what it cannot tell, without /proc",
    async () => {
      const { command } = faultbox;
      writeFile(faultbox, "outcome.json", "{}");
      const ran = await inMounts(
        faultbox,
        `sleep 0.01; mount -t tmpfs tmpfs /proc; mkdir /proc/self; ln -s ${command[0]} /proc/self/exe; echo '1000-7ffffffff000 rw-p 00000000 00:00 0 [stack]' >/proc/self/maps`,
        "$F run --timeout 500ms --outcome outcome.json -- sh -c 'sleep 60 & echo $! >pid; wait'",
      );
      expect([ran.code, ran.stderr]).toEqual([124, ""]);
      expect(readOutcome(faultbox).notes.join()).toContain("no /proc is mounted");
      const pid = Number(readFile(faultbox, "pid"));
      await until("the rest of the session is dead", () => !isAlive(pid));
    },
  );
});

function inMounts(faultbox: Faultbox, mounts: string, line: string) {
  return faultbox.shell(`export F; exec unshare -m bash -c 'set -e; '"$MOUNTS"'; set +e; '"$LINE"`, {
    env: { MOUNTS: mounts, LINE: line },
  });
}

function residentKilobytes(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
}
