import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { until, writeFile } from "./run-outcome.ts";
import { eachWay, shellEnvironment } from "./support.ts";

const P = "hunter2pass99";

eachWay("faultbox redact", (faultbox) => {
  const redact = (words: readonly string[], stdin: string | Uint8Array<ArrayBuffer>, env = {}) =>
    faultbox.run(["redact", ...words], { stdin, env });

  test("masks our own secrets in their encodings, and tokens by their shape, without being asked to", async () => {
    const env = { API_TOKEN: P, AUTHOR: "Jane Doe Smith" };
    const text = `Jane Doe Smith ${P} ${btoa(P)} ghp_${"a1B2".repeat(9)} end\n`;
    const ran = await redact([], text, env);
    expect(ran.stdout).toBe(
      "Jane Doe Smith [REDACTED:API_TOKEN] [REDACTED:API_TOKEN] [REDACTED:github-token] end\n",
    );
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
  });

  test("--no-from-env masks what is named only", async () => {
    const env = { API_TOKEN: "correct-horse", PLAIN: P };
    const ran = await redact(["--no-from-env", "--name", "PLAIN"], `${P} correct-horse\n`, env);
    expect(ran.stdout).toBe("[REDACTED:PLAIN] correct-horse\n");
  });

  test("masks what a policy file marks", async () => {
    writeFile(faultbox, "faultbox.toml", '[env.profiles.minimal.vars]\n"PLAIN" = "deny"\n');
    expect((await redact([], `${P}\n`, { PLAIN: P })).stdout).toBe("[REDACTED:PLAIN]\n");
    expect((await redact(["--no-config"], `${P}\n`, { PLAIN: P })).stdout).toBe(`${P}\n`);
  });

  test("masks what files list, and says which line is too short", async () => {
    writeFile(faultbox, "one.env", "\ufeff# mine\r\nexport A_KEY='va lue one'\r\nPIN=12\r\n");
    writeFile(faultbox, "two.txt", "correct-horse");
    const ran = await redact(
      ["--mask-file", "one.env", "--mask-file", "two.txt"],
      "va lue one, correct-horse, 12\n",
    );
    expect(ran.stdout).toBe("[REDACTED:A_KEY], [REDACTED:secret], 12\n");
    expect([ran.code, ran.stderr]).toEqual([
      0,
      'faultbox: cannot mask line 3 of "one.env": value too short to mask (2)\n',
    ]);
  });

  test("reads a list from a process, and says that one is empty", async () => {
    const line = `echo ${P} | $F redact --mask-file <(echo ${P}) --mask-file /dev/null`;
    const ran = await faultbox.shell(line);
    expect([ran.stdout, ran.stderr]).toEqual([
      "[REDACTED:secret]\n",
      'faultbox: --mask-file "/dev/null" holds no secret\n',
    ]);
  });

  test("--report and --json count on stderr, also what is withheld", async () => {
    const text = `${P} ${P} correct-horse\n`;
    const env = { A_TOKEN: P, B_TOKEN: "correct-horse" };
    const report = await redact(["--report"], text, env);
    expect(report.stderr).toBe("faultbox: masked A_TOKEN twice\nfaultbox: masked B_TOKEN once\n");
    expect((await redact(["--report"], "x\n", env)).stderr).toBe("faultbox: masked nothing\n");
    const json = await redact(["--json", "--name", "PIN"], text, { ...env, PIN: "1" });
    expect(JSON.parse(json.stderr.split("\n").at(-2) ?? "")).toEqual({
      schemaVersion: 1,
      bytes: text.length,
      redactions: [
        { name: "A_TOKEN", count: 2 },
        { name: "B_TOKEN", count: 1 },
      ],
      unmasked: [{ name: '--name "PIN"', reason: "value too short to mask (1)" }],
      withheld: 0,
    });
  });

  test("changes no other byte", async () => {
    const bytes = Uint8Array.from(
      { length: 300_000 },
      (_, index) => (index * 7919 + (index >> 8) * 31) & 0xff,
    );
    expect(Buffer.from((await redact([], bytes)).stdoutBytes).equals(bytes)).toBe(true);
    expect((await redact([], "")).stdoutBytes.length).toBe(0);
  });

  test("ends by SIGPIPE, without a word, when its reader has seen enough", async () => {
    const line = `yes line | $F redact | head -n 1; echo "\${PIPESTATUS[@]}"`;
    const ran = await faultbox.shell(line);
    expect([ran.stdout, ran.stderr]).toEqual(["line\n141 141 0\n", ""]);
  });

  test("passes a line on while its writer waits, and the prompt too", async () => {
    const child = Bun.spawn([...faultbox.command, "redact", "--name", "P"], {
      cwd: faultbox.directory(),
      env: { ...shellEnvironment(faultbox), P: "emememememem" },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    let seen = "";
    const read = (async () => {
      for await (const chunk of child.stdout) seen += new TextDecoder().decode(chunk);
    })();
    child.stdin.write("name");
    child.stdin.flush();
    await until("the prompt", () => seen === "name");
    child.stdin.write("mememememem\n");
    await child.stdin.end();
    await read;
    expect([seen, await child.exited]).toEqual(["name[REDACTED:P]\n", 0]);
  });

  describe("refuses", () => {
    const rows: readonly (readonly [string, readonly string[], string])[] = [
      [
        "a variable that is not there",
        ["--name", "NOPE"],
        'Cannot mask --name "NOPE": our environment has no such variable',
      ],
      ["a name that is none", ["--name", "A=b"], "Give --name the name of a variable"],
      [
        "a list that is not there",
        ["--mask-file", "nope"],
        'Cannot read --mask-file "nope": no such file or directory (ENOENT)',
      ],
      [
        "a list that is a directory",
        ["--mask-file", "/"],
        'Cannot read --mask-file "/": it is a directory (EISDIR)',
      ],
      ["stdin as a list", ["--mask-file", "-"], "Give --mask-file a file: stdin is the text that is masked"],
      [
        "a list that is no text",
        ["--mask-file", "bytes"],
        'Cannot read --mask-file "bytes": it is not UTF-8',
      ],
      [
        "a list beyond all measure",
        ["--mask-file", "/dev/zero"],
        'Cannot read --mask-file "/dev/zero": it is larger than 1 MiB',
      ],
      ["a policy file that is not there", ["--config", "nope"], 'Cannot read --config "nope": no such file'],
      ["a stray word", ["file.log"], 'Unexpected word "file.log"'],
    ];
    test.each(rows)("%s with 2, and passes nothing", async (_, words, message) => {
      fs.writeFileSync(`${faultbox.directory()}/bytes`, Uint8Array.of(0x61, 0xff));
      const ran = await redact(words, `${P}\n`);
      expect([ran.code, ran.stdout]).toEqual([2, ""]);
      expect(ran.stderr).toStartWith(`faultbox: ${message}`);
    });

    test("a stdin that cannot be read with 2, and a stdout that is full with 74", async () => {
      const ran = await faultbox.shell("$F redact </; echo $?; echo x | $F redact >/dev/full; echo $?");
      expect([ran.stdout, ran.stderr]).toEqual([
        "2\n74\n",
        "faultbox: Cannot read stdin: it is a directory (EISDIR)\n" +
          "faultbox: Cannot write to stdout: no space left on device (ENOSPC)\n",
      ]);
    });
  });
});
