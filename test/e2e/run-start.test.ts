/** What a program finds when it starts: everything as the caller left it. */
import { expect, test } from "bun:test";
import { readFile, runToOutcome, unlessDeno, writeFile } from "./run-outcome.ts";
import { eachWay } from "./support.ts";

eachWay("faultbox run, at the start of a program,", (faultbox) => {
  const unlike = unlessDeno(faultbox, "exact start");

  unlike("leaves ignored signals ignored, and only those", async () => {
    const script = "kill -HUP $$; kill -USR1 $$; echo alive; kill -USR2 $$; echo never";
    const ran = await faultbox.shell(`trap '' HUP USR1; $F run -- sh -c '${script}'; echo $?`);
    expect(ran.stdout).toBe("alive\n140\n");
  });

  unlike("lives on with its program at a hangup, under nohup", async () => {
    const ran = await faultbox.shell("nohup $F run -- sh -c 'kill -HUP $$; kill -HUP $PPID; echo alive'");
    expect([ran.code, ran.stdout]).toEqual([0, "alive\n"]);
  });

  unlike("gives SIGPIPE back to the program, also where another signal is ignored", async () => {
    const ran = await faultbox.shell('trap "" HUP; $F run -- yes | head -1; echo "${PIPESTATUS[0]}"');
    expect(ran.stdout).toBe("y\n141\n");
  });

  unlike("works as ever where a signal is ignored: streams, codes, stdin, limits, name", async () => {
    writeFile(faultbox, "input", "from the file\n");
    writeFile(faultbox, "no-shebang", "echo ran by a shell; exit 9\n", 0o755);
    const line = `trap '' HUP
      $F run -- sh -c 'echo out; echo err >&2; exit 3' 2>err; echo $?; cat err
      echo piped | $F run -- cat; $F run --stdin input -- cat; $F run --stdin null -- cat; echo $?
      $F run --merge-output -- sh -c 'echo 1; echo 2 >&2; echo 3'
      $F run -- ./no-shebang; echo $?
      $F run -- sh -c 'kill -KILL $$'; echo $?
      $F run --timeout 300ms --grace 10s -- sleep 30; echo $?
      $F run --cwd / -- pwd; $F run -- sh -c 'echo "$0"'
      cd /tmp; $F run --outcome - -- true 2>&1 | grep -o '"systemMs":[0-9]' | cut -d: -f1`;
    const ran = await faultbox.shell(line);
    expect(ran.stdout.split("\n").map((text) => text.trim())).toEqual([
      ...["out", "3", "err", "piped", "from the file", "0", "1", "2", "3", "ran by a shell", "9"],
      ...["137", "124", "/", "sh", '"systemMs"', ""],
    ]);
  });

  unlike("tells what is wrong as ever where a signal is ignored", async () => {
    writeFile(faultbox, "not-executable", "#!/bin/sh\n");
    writeFile(faultbox, "no-interpreter", "#!/no/such/interpreter\n", 0o755);
    const ran = await faultbox.shell(
      "trap '' HUP; for f in ./not-executable ./no-interpreter ./missing; do $F run -- $f; echo $?; done",
    );
    const told = /not executable.*\n.*"\/no\/such\/interpreter" does not exist\n.*no such file\n/;
    expect([ran.stdout, ran.stderr]).toEqual(["126\n127\n127\n", expect.stringMatching(told)]);
  });

  unlike(
    "hands on the caller's descriptors under their own numbers, and closes nothing in between",
    async () => {
      const line = `exec 5<>five 9>nine; $F run -- sh -c 'echo 5 >&5; echo 9 >&9; ls /proc/self/fd' | tr '\\n' ' '; cat five nine`;
      const ran = await faultbox.shell(line);
      // 3 is the directory that ls reads.
      expect(ran.stdout).toBe("0 1 2 3 5 9 5\n9\n");
    },
  );

  unlike("hands on the caller's descriptors also where a signal is ignored", async () => {
    const line = `trap '' HUP; exec 9>nine; $F run -- sh -c 'echo 9 >&9; ls /proc/self/fd' | tr '\\n' ' '; cat nine`;
    expect((await faultbox.shell(line)).stdout).toBe("0 1 2 3 9 9\n");
  });

  unlike("lets the program read a process substitution, and write to one", async () => {
    const ran = await faultbox.shell(
      "$F run -- cat <(echo read); $F run -- sh -c 'echo written >$1' - >(cat); wait $!",
    );
    expect(ran.stdout).toBe("read\nwritten\n");
  });

  const withMake = Bun.which("make") === null ? test.skip : unlike;
  withMake("keeps make's job server alive (needs make)", async () => {
    writeFile(faultbox, "inner.mk", "all: a b\na b: ; @echo $@\n");
    writeFile(faultbox, "Makefile", `all: ; +@$(F) run --pass MAKEFLAGS -- $(MAKE) -f inner.mk\n`);
    const ran = await faultbox.shell("make --no-print-directory -j2");
    expect([ran.code, ran.stderr, ran.stdout.split("\n").sort().join(" ").trim()]).toEqual([0, "", "a b"]);
  });

  test("gives the program the caller's soft limit on open files", async () => {
    const ran = await faultbox.shell("ulimit -Sn 512; $F run -- sh -c 'ulimit -Sn; ulimit -Hn'; ulimit -Hn");
    const [soft, hard, ours] = ran.stdout.trim().split("\n");
    expect([soft, hard]).toEqual(["512", ours]);
  });

  test("changes nothing of umask, niceness, out-of-memory score, directory and other limits", async () => {
    const look = "umask; nice; cat /proc/self/oom_score_adj; pwd; ulimit -a";
    const set = "umask 027; ulimit -Sc 0; ulimit -Ss 7000; cd /var; echo 100 >/proc/self/oom_score_adj";
    const ran = await faultbox.shell(
      `${set}; nice -n 3 sh -c '${look}' >"$OUT/direct"
      nice -n 3 $F run -- sh -c '${look}' >"$OUT/through"; cmp "$OUT/direct" "$OUT/through" && cat "$OUT/through"`,
      {
        env: { OUT: faultbox.directory() },
      },
    );
    expect(ran.stdout).toStartWith("0027\n3\n100\n/var\n");
  });

  unlike("passes words that are not UTF-8 on as they are", async () => {
    const ran = await faultbox.shell("$F run -- printf '%s|' $'caf\\xe9' $'\\xff\\xfe' ok €");
    expect(Buffer.from(ran.stdoutBytes).toString("latin1")).toBe(
      `caf\xe9|\xff\xfe|ok|${Buffer.from("€").toString("latin1")}|`,
    );
  });

  unlike("keeps an outcome that is text when a word is not UTF-8", async () => {
    const ran = await faultbox.shell("$F run --outcome outcome.json -- sh -c 'exit 3' $'caf\\xe9'");
    expect(ran.code).toBe(3);
    expect(JSON.parse(readFile(faultbox, "outcome.json")).argv).toEqual(["sh", "-c", "exit 3", "caf\\xe9"]);
  });

  test("passes U+FFFD on where a word really holds it", async () => {
    const ran = await faultbox.run(["run", "--", "printf", "%s", "a\uFFFDb"]);
    expect([ran.code, ran.stdout]).toEqual([0, "a\uFFFDb"]);
  });

  unlike("works in a directory whose name is not UTF-8", async () => {
    const script = "pwd; exit 3";
    const ran = await faultbox.shell(
      `mkdir $'caf\\xe9'; cd $'caf\\xe9'; $F run --outcome outcome.json -- sh -c '${script}'; echo $?; ls`,
    );
    expect(Buffer.from(ran.stdoutBytes).toString("latin1")).toEndWith("/caf\xe9\n3\nlogs\noutcome.json\n");
  });

  test("refuses a program whose name is not UTF-8, and says so", async () => {
    const ran = await faultbox.shell("$F run -- $'./caf\\xe9'");
    expect([ran.code, ran.stdout]).toEqual([125, ""]);
    expect(ran.stderr).toContain("not UTF-8");
  });

  unlike("notes a variable that it would pass and whose value is not UTF-8", async () => {
    const ran = await faultbox.shell("export HOME=$'/tmp/\\xe9'; $F run --outcome outcome.json -- env");
    expect([ran.code, ran.stdout.includes("HOME=")]).toEqual([0, false]);
    expect(JSON.parse(readFile(faultbox, "outcome.json")).notes).toContain(
      "HOME is dropped: its value is not UTF-8",
    );
  });

  test("runs a script without an interpreter line as a shell would, with its arguments", async () => {
    writeFile(faultbox, "script", 'echo "$0 $1 $#"; exit 9\n', 0o755);
    const ran = await faultbox.shell('PATH="$PWD:$PATH"; $F run -- ./script "a b" c; echo $?');
    expect(ran.stdout).toMatch(/script a b 2\n9\n$/);
  });

  test("tells Windows line ends from a missing interpreter", async () => {
    writeFile(faultbox, "windows", "#!/bin/sh\r\nexit 0\r\n", 0o755);
    const { code, stderr, outcome } = await runToOutcome(faultbox, { program: ["./windows"] });
    expect([code, outcome.failureCategory]).toEqual([127, "command_not_found"]);
    expect(stderr).toContain("Windows line ends");
  });
});
