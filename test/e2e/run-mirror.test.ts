import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { readFile, readOutcome, until } from "./run-outcome.ts";
import { eachWay } from "./support.ts";

eachWay("faultbox run --mirror", (faultbox) => {
  test("keeps both streams in one file, in their order, and what is passed through stays apart", async () => {
    const script = "for i in 1 2 3; do echo out $i; sleep 0.05; echo err $i >&2; sleep 0.05; done";
    const ran = await faultbox.run(["run", "--mirror", "live.log", "--", "sh", "-c", script]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "out 1\nout 2\nout 3\n", "err 1\nerr 2\nerr 3\n"]);
    expect(readFile(faultbox, "live.log")).toBe("out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n");
    expect(fs.statSync(path.join(faultbox.directory(), "live.log")).mode & 0o777).toBe(0o600);
  });

  test("shows a follower each line while the program runs", async () => {
    fs.writeFileSync(path.join(faultbox.directory(), "live.log"), "");
    const follower = Bun.spawn(["tail", "-F", "-n", "+1", "live.log"], {
      cwd: faultbox.directory(),
      stdio: ["ignore", "pipe", "ignore"],
    });
    let seen = "";
    const reading = (async () => {
      for await (const chunk of follower.stdout) seen += new TextDecoder().decode(chunk);
    })();
    const script = 'echo "one $PIN"; until [ -e go ]; do sleep 0.02; done; echo two';
    const flags = ["--mirror", "live.log", "--secret", "PIN"];
    const running = faultbox.run(["run", ...flags, "--", "sh", "-c", script], {
      env: { PIN: "hunter2pass99" },
    });
    try {
      await until("the follower sees the first line", () => seen === "one [REDACTED:PIN]\n");
      fs.writeFileSync(path.join(faultbox.directory(), "go"), "");
      expect((await running).code).toBe(0);
      await until("the follower sees the second line", () => seen === "one [REDACTED:PIN]\ntwo\n");
    } finally {
      follower.kill();
      await reading;
    }
  });

  test("is added to by a retry and by a later run, each under a heading", async () => {
    const flags = ["--mirror", "live.log", "--retries", "1", "--retry-on", "75", "--retry-delay", "10ms"];
    const script = 'echo "attempt $FAULTBOX_ATTEMPT"; [ "$FAULTBOX_ATTEMPT" = 2 ] || exit 75';
    for (const _ of [1, 2]) await faultbox.run(["run", ...flags, "--", "sh", "-c", script]);
    const lines = readFile(faultbox, "live.log").split("\n");
    expect(lines.map((line) => line.replace(/execution .* ===$/, "…"))).toEqual([
      "attempt 1",
      "# === attempt 2 of …",
      "attempt 2",
      "# === attempt 1 of …",
      "attempt 1",
      "# === attempt 2 of …",
      "attempt 2",
      "",
    ]);
  });

  test("holds no secret, although the program's own output passes as it is", async () => {
    const token = "tok-3f9a8b7c6d5e";
    const ran = await faultbox.run(["run", "--mirror", "live.log", "--", "echo", `it is ${token}`], {
      env: { X_TOKEN: token },
    });
    expect(ran.stdout).toBe(`it is ${token}\n`);
    expect(readFile(faultbox, "live.log")).toBe("it is [REDACTED:X_TOKEN]\n");
  });

  test("holds bytes that are no text as they are", async () => {
    await faultbox.shell(`head -c 300000 /dev/urandom >bytes; $F run --mirror live.log -- cat bytes >passed`);
    const bytes = (name: string) => fs.readFileSync(path.join(faultbox.directory(), name));
    expect(bytes("live.log").equals(bytes("bytes"))).toBe(true);
    expect(bytes("passed").equals(bytes("bytes"))).toBe(true);
  });

  test.each([
    ["a directory", "mkdir live.log", "it is a directory"],
    ["a fifo", "mkfifo live.log", "it is not a regular file"],
    ["a link", "ln -s elsewhere live.log", "it is a symbolic link"],
  ])("refuses %s before anything is started", async (_, make, why) => {
    const ran = await faultbox.shell(
      `${make}; $F run --mirror live.log -- touch started; echo $?; ls started`,
    );
    expect(ran.stdout).toBe("125\n");
    expect(ran.stderr).toContain(`faultbox: Cannot write --mirror "live.log": ${why}\n`);
  });

  test("refuses a directory that is missing before anything is started", async () => {
    const ran = await faultbox.run(["run", "--mirror", "no/live.log", "--", "touch", "started"]);
    expect([ran.code, fs.readdirSync(faultbox.directory())]).toEqual([125, []]);
    expect(ran.stderr).toContain(`the directory "${faultbox.directory()}/no" does not exist`);
  });

  const mounts = Bun.spawnSync(["unshare", "-rm", "true"]).exitCode === 0;
  (mounts ? test : test.skip)("that fills its disk is one note: output and exit code stay", async () => {
    const ran = await faultbox.shell(
      `mkdir small; unshare -rm bash -c 'mount -t tmpfs -o size=64k none small
      $F run --mirror small/live.log --outcome outcome.json -- sh -c "seq 100000; exit 7" | tail -n 1; echo "\${PIPESTATUS[0]}"'`,
    );
    expect(ran.stdout).toBe("100000\n7\n");
    expect(readOutcome(faultbox).notes.filter((note) => note.startsWith("the mirror "))).toEqual([
      expect.stringContaining("no space left on device (ENOSPC)"),
    ]);
  });
});
