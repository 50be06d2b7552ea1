import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  child,
  isAlive,
  readFile,
  readOutcome,
  runToOutcome,
  unlessDeno,
  until,
  writeFile,
} from "./run-outcome.ts";
import { eachWay } from "./support.ts";

eachWay("faultbox run, used bare,", (faultbox) => {
  test("passes 10 MB of binary output on, byte for byte", async () => {
    const bytes = new Uint8Array(10_000_000);
    for (let index = 0; index < bytes.length; index++) bytes[index] = (index * 2_654_435_761) >>> 13;
    fs.writeFileSync(path.join(faultbox.directory(), "data"), bytes);
    const ran = await faultbox.shell(
      "$F run -- sh -c 'cat data; cat data >&2' 2>err; cmp data err && rm err",
    );
    expect(ran.code).toBe(0);
    expect(Bun.hash(ran.stdoutBytes)).toBe(Bun.hash(bytes));
  });

  test("adds no newline, and keeps CRLF, NUL and bytes that are not UTF-8", async () => {
    const ran = await faultbox.run(["run", "--", "printf", "a\\r\\nb\\000c\\377\\351 no newline"]);
    expect(Buffer.from(ran.stdoutBytes).toString("latin1")).toBe("a\r\nb\0c\xff\xe9 no newline");
  });

  test("lets the program open /dev/stdout, /dev/stderr and /proc/self/fd/1", async () => {
    const line = "echo x >/dev/stdout; echo y | tee /dev/stderr; echo z >>/proc/self/fd/1";
    const ran = await faultbox.run(["run", "--", "sh", "-c", line]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "x\ny\nz\n", "y\n"]);
  });

  test("ends the program by SIGPIPE when the reader has seen enough", async () => {
    const ran = await faultbox.shell('$F run --timeout 20 -- yes | head -1; echo "${PIPESTATUS[0]}"');
    expect([ran.stdout, ran.stderr]).toEqual(["y\n141\n", ""]);
  });

  test("gives the program our stdin", async () => {
    const ran = await faultbox.shell("echo hi | $F run -- cat");
    expect(ran.stdout).toBe("hi\n");
  });

  test("gives the program 5 MB of stdin, byte for byte", async () => {
    const ran = await faultbox.shell("head -c 5000000 /dev/zero | $F run -- wc -c");
    expect(ran.stdout.trim()).toBe("5000000");
  });

  test("leaves in stdin what the program did not read", async () => {
    const ran = await faultbox.shell("seq 3 | { $F run -- sh -c 'read x; echo got $x'; cat; }");
    expect(ran.stdout).toBe("got 1\n2\n3\n");
  });

  test.each(["</dev/null", "<&-"])("ends when the program reads stdin that is %s", async (stdin) => {
    const ran = await faultbox.shell(`$F run --timeout 20 -- sh -c 'read x; cat; echo end' ${stdin}`);
    expect([ran.code, ran.stdout]).toEqual([0, "end\n"]);
  });

  test("reads no .env and no bunfig.toml of the current directory", async () => {
    writeFile(faultbox, ".env", "FROM_DOTENV=1\nFAULTBOX_TIMEOUT=junk\n");
    writeFile(faultbox, "bunfig.toml", 'preload = ["./preload.ts"]\n');
    writeFile(faultbox, "preload.ts", 'require("node:fs").writeFileSync("preloaded", "");\n');
    const ran = await faultbox.run(["run", "--pass", "FROM_*", "--", "env"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).not.toContain("FROM_DOTENV");
    expect(fs.existsSync(path.join(faultbox.directory(), "preloaded"))).toBe(false);
  });

  test("gives the program none of BUN_OPTIONS and NODE_OPTIONS, and NODE_OPTIONS when it is asked for", async () => {
    const env = { BUN_OPTIONS: "--smol", NODE_OPTIONS: "--no-warnings" };
    const bare = await faultbox.run(["run", "--pass", "*_OPTIONS", "--", "env"], { env });
    expect(bare.code).toBe(0);
    expect(bare.stdout).not.toContain("_OPTIONS");
    const asked = await faultbox.run(["run", "--pass", "NODE_OPTIONS", "--", "env"], { env });
    expect(asked.stdout).toContain("NODE_OPTIONS=--no-warnings\n");
  });

  test.each(["BUN_OPTIONS", "BUN_BE_BUN"])("refuses to pass %s, even by name", async (name) => {
    const ran = await faultbox.run(["run", "--pass", name, "--", "env"]);
    expect([ran.code, ran.stdout]).toEqual([125, ""]);
    expect(ran.stderr).toContain(name);
  });

  test("gives the program what the policy allows and the two variables of its execution, and nothing else", async () => {
    const ran = await faultbox.run(["run", "--pass", "HOME", "--", "env"], {
      env: { SECRET: "x", OTHER: "y", PATH: "/usr/bin:/bin", HOME: "/home/me" },
    });
    const lines = ran.stdout.trim().split("\n").sort();
    expect(lines).toEqual([
      "FAULTBOX_ATTEMPT=1",
      expect.stringMatching(/^FAULTBOX_EXECUTION=[0-9a-f-]{36}$/),
      "HOME=/home/me",
      "PATH=/usr/bin:/bin",
    ]);
  });

  test("looks the program up in the program's own PATH", async () => {
    writeFile(faultbox, "tools/only-here", "#!/bin/sh\necho found\n", 0o755);
    const tools = path.join(faultbox.directory(), "tools");
    const given = await faultbox.run(["run", "--set", `PATH=${tools}`, "--", "only-here"]);
    expect([given.code, given.stdout]).toEqual([0, "found\n"]);
    const without = await faultbox.run(["run", "--set", "PATH=/nowhere", "--", "sh", "-c", "true"]);
    expect(without.code).toBe(127);
    expect(without.stderr).toContain("/nowhere");
  });

  unlessDeno(faultbox, "no PATH")(
    "gives the program the system's directories as PATH when we have none",
    async () => {
      const ran = await faultbox.shell("unset PATH; $F run -- sh -c 'echo $PATH'");
      expect(ran.code).toBe(0);
      expect(ran.stdout.trim().split(":")).toContain("/usr/bin");
    },
  );

  test("leaves the caller's pipe in blocking mode", async () => {
    const line =
      "{ $F run -- seq 1000; head -c 200000 /dev/zero && echo written >ok; } | { sleep 0.5; wc -c; }; cat ok";
    const ran = await faultbox.shell(line);
    expect(ran.stdout).toBe("203893\nwritten\n");
    expect(ran.stderr).toBe("");
  });

  test("leaves the caller's stderr and stdin in blocking mode too", async () => {
    const after = "head -c 200000 /dev/zero >&2 && echo written >ok; cat >/dev/null && echo read >>ok";
    const line = `{ sleep 0.5; echo x; } | { $F run -- sh -c 'exit 3'; ${after}; } 2> >(sleep 0.5; wc -c >count); until [ -s count ]; do sleep 0.05; done; cat count ok`;
    const ran = await faultbox.shell(line);
    expect(ran.stdout).toBe("200000\nwritten\nread\n");
  });

  unlessDeno(faultbox, "merged order")("keeps the order of both streams with --merge-output", async () => {
    const line = "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done";
    const ran = await faultbox.run(["run", "--merge-output", "--", "sh", "-c", line]);
    const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((i) => [`out ${i}\n`, `err ${i}\n`]).join("");
    expect([ran.stdout, ran.stderr]).toEqual([expected, ""]);
  });

  test("joins both streams on stdout with --merge-output", async () => {
    const ran = await faultbox.run(["run", "--merge-output", "--", "sh", "-c", "echo out; echo err >&2"]);
    expect([ran.stdout.split("\n").sort(), ran.stderr]).toEqual([["", "err", "out"], ""]);
  });

  test("slows the program down for a reader that stalls, and the time limit still fires", async () => {
    const words = ["run", "--timeout", "1s", "--grace", "200ms", "--outcome", "outcome.json", "--"];
    const line = '"$@" | { echo $BASHPID >reader; exec sleep 20; }; exit "${PIPESTATUS[0]}"';
    const command = [...faultbox.command, ...words, ...child("counts-what-it-writes")];
    const runner = Bun.spawn(["bash", "-c", line, "-", ...command], {
      cwd: faultbox.directory(),
      stdin: "ignore",
      stderr: "ignore",
    });
    try {
      await until("the program has begun", () => fs.existsSync(path.join(faultbox.directory(), "written")));
      const pid = Number(readFile(faultbox, "pid"));
      await until("the program is ended by the limit", () => !isAlive(pid), 6000);
      // Two pipes of 64 KiB and what we hold between them; unhindered it would be tens of thousands.
      expect(Number(readFile(faultbox, "written"))).toBeLessThan(1500);
    } finally {
      process.kill(Number(readFile(faultbox, "reader")));
    }
    expect(await runner.exited).toBe(124);
    expect(readOutcome(faultbox).status).toBe("timed_out");
  }, 20_000);

  test("needs little memory for 300 MB, and keeps head, tail and an exact count of what is missing", async () => {
    const [, script] = child("floods-stdout");
    const ran = await faultbox.shell(`$F run --outcome outcome.json -- sh ${script} | wc -c`);
    expect(ran.stdout.trim()).toBe("300000019");
    const outcome = readOutcome(faultbox);
    const log = fs.readFileSync(outcome.diagnostics.path ?? "", "utf8");
    expect(log).toContain("# === stdout ===\nfirst one\ny\n");
    expect(log).toContain("y\nlast one\n# === result.json ===");
    expect(log).toContain(`# [${300_000_019 - 220_000} bytes are missing here`);
    expect(outcome.attempts[0]?.stdout).toEqual({ seen: 300_000_019, kept: 220_000 });
    if (faultbox.way === "compiled") {
      expect(Number(/(\d+) kB/.exec(readFile(faultbox, "peak"))?.[1])).toBeLessThan(120 * 1024);
    }
  }, 60_000);

  test("counts what a quiet program wrote on both streams", async () => {
    const { outcome } = await runToOutcome(faultbox, {
      program: ["sh", "-c", "printf 12345; printf 123 >&2; exit 1"],
    });
    expect(outcome.attempts[0]).toMatchObject({ stdout: { seen: 5, kept: 5 }, stderr: { seen: 3, kept: 3 } });
  });
});
