import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { readOutcome, until } from "./run-outcome.ts";
import { eachWay, shellEnvironment } from "./support.ts";

const env = { A_TOKEN: "hunter2pass99" };

eachWay("faultbox run --redact-output", (faultbox) => {
  const sh = (script: string) => ["sh", "-c", script];
  const run = (words: readonly string[], script: string) =>
    faultbox.run(["run", "--redact-output", "--secret", "A_TOKEN", ...words, "--", ...sh(script)], { env });

  test("masks secrets in both streams, each for itself, and keeps the exit code", async () => {
    const ran = await run(
      [],
      "echo \"out $A_TOKEN\"; printf 'hun' >&2; printf 'ter2pass99'; echo ter2pass99 >&2; exit 3",
    );
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      3,
      "out [REDACTED:A_TOKEN]\nter2pass99",
      "[REDACTED:A_TOKEN]\n",
    ]);
  });

  test("masks the beginning of one that is cut off by the end, and begins anew with each attempt", async () => {
    const retry = ["--retries", "1", "--retry-on", "any", "--retry-delay", "0"];
    const ran = await run(retry, "printf 'a hunter2pa'; exit 1");
    expect(ran.stdout).toBe("a [REDACTED:partial]a [REDACTED:partial]");
  });

  test("changes no other byte, of many", async () => {
    await faultbox.shell("head -c 3000000 /dev/urandom >bytes; $F run --redact-output -- cat bytes >passed");
    const bytes = (name: string) => fs.readFileSync(path.join(faultbox.directory(), name));
    expect(bytes("passed").equals(bytes("bytes"))).toBe(true);
  });

  test("keeps no prompt waiting, also one that ends as a secret begins", async () => {
    const child = Bun.spawn(
      [
        ...faultbox.command,
        "run",
        "--redact-output",
        "--",
        ...sh("printf 'Which hun'; read -r x; echo \"$x\""),
      ],
      {
        cwd: faultbox.directory(),
        env: { ...shellEnvironment(faultbox), ...env },
        stdin: "pipe",
        stdout: "pipe",
        stderr: "inherit",
      },
    );
    let seen = "";
    const read = (async () => {
      for await (const chunk of child.stdout) seen += new TextDecoder().decode(chunk);
    })();
    await until("the prompt", () => seen === "Which hun");
    child.stdin.write("ter2pass99\n");
    await child.stdin.end();
    await read;
    expect([seen, await child.exited]).toEqual(["Which hun[REDACTED:A_TOKEN]\n", 0]);
  });

  test("goes with --json, where the program's stdout goes to stderr", async () => {
    const ran = await run(["--json"], "echo $A_TOKEN; exit 1");
    expect(ran.stderr).toBe("[REDACTED:A_TOKEN]\n");
    expect(JSON.parse(ran.stdout).status).toBe("failed");
  });

  test("exits 74 when our stdout is full, and ends the program whose reader went away", async () => {
    const full = await faultbox.shell("$F run --redact-output -- echo hello >/dev/full; echo $?");
    expect(full.stdout).toBe("74\n");
    const line = `$F run --redact-output --outcome outcome.json -- yes line | head -n 1; echo "\${PIPESTATUS[0]}"`;
    expect((await faultbox.shell(line)).stdout).toBe("line\n141\n");
    expect(readOutcome(faultbox).signal).toBe("SIGPIPE");
  });
});
