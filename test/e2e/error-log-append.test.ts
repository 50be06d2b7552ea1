import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { recordSchema } from "../../src/error-log/record.ts";
import { fromWorker, logOf, observed, records, unlogged } from "./error-log.ts";
import { eachWay } from "./support.ts";

eachWay("faultbox error-log append-observed", (faultbox) => {
  const append = (...more: string[]) => faultbox.run(observed(logOf(faultbox), ...more));

  test("appends a record with everything that it is told, and says nothing", async () => {
    const log = join(faultbox.directory(), "codex.log");
    fs.writeFileSync(log, "all of it");
    fs.writeFileSync(join(faultbox.directory(), "err.txt"), "last words\n");
    const ran = await append(
      ...["--model", "gpt", "--command", "--exec -", "--tool", "bash", "--exit-code", "3", "--signal", "9"],
      ...["--duration-ms", "1500", "--message", "--- FAIL: it", "--stderr-excerpt-file", "err.txt"],
      ...["--diagnostics", "codex.log", "--occurred-at", "2026-01-05T12:00:00+01:00", "--attribute", "a=b=c"],
    );
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "", ""]);
    const [record] = records(logOf(faultbox));
    expect(v.safeParse(recordSchema, record).issues).toBeUndefined();
    expect(record).toMatchObject({
      source: "lead-observed",
      taskKey: "T-1",
      phase: "build",
      agent: "codex",
      agentRole: "worker",
      model: "gpt",
      errorType: "cli-failure",
      command: "--exec -",
      tool: "bash",
      exitCode: 3,
      signal: "SIGKILL",
      durationMs: 1500,
      message: "--- FAIL: it",
      stderrExcerpt: "last words\n",
      occurredAt: "2026-01-05T11:00:00.000Z",
      attributes: { a: "b=c" },
      diagnostics: {
        path: log,
        bytes: 9,
        sha256: "07630777646b9ad0ad5940c20f7703e5ba431d90dc8f191af6916bffca3e859c",
      },
    });
    expect(fs.statSync(logOf(faultbox)).mode & 0o777).toBe(0o600);
  });

  test("reads the message from a file, from stdin and from a process", async () => {
    fs.writeFileSync(join(faultbox.directory(), "m.txt"), "from a file");
    await append("--message-file", "m.txt");
    await faultbox.run(observed(logOf(faultbox), "--message-file", "-"), { stdin: "from stdin" });
    const words = observed(logOf(faultbox)).join(" ");
    await faultbox.shell(`$F ${words} --message-file <(echo one; sleep 0.1; echo two)`);
    expect(records(logOf(faultbox)).map(({ message }) => message)).toEqual([
      "from a file",
      "from stdin",
      "one\ntwo\n",
    ]);
  });

  test("records that a text could not be read instead of losing the record", async () => {
    const ran = await append("--message", "it failed", "--stderr-excerpt-file", "missing.txt");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(
      'Cannot read --stderr-excerpt-file "missing.txt": no such file or directory',
    );
    expect(records(logOf(faultbox))[0]).toMatchObject({
      message: "it failed",
      stderrExcerpt: expect.stringContaining("missing.txt"),
    });
  });

  test("names diagnostics that are missing as missing", async () => {
    const ran = await append("--diagnostics", "/nowhere/x.log");
    expect([ran.code, ran.stderr.includes("Cannot read the diagnostics")]).toEqual([0, true]);
    expect(records(logOf(faultbox))[0]).toMatchObject({
      diagnostics: { path: "/nowhere/x.log", bytes: null, sha256: null },
    });
  });

  test("keeps a message of 1 MB whole beside the log, and its ends in a line of at most 16 KiB", async () => {
    const message = `first ${"x".repeat(1_000_000)} last`;
    const ran = await faultbox.run(observed(logOf(faultbox), "--message-file", "-", "--json"), {
      stdin: message,
    });
    const { id, state } = JSON.parse(ran.stdout);
    expect([ran.code, state]).toEqual([0, "appended"]);
    expect(fs.statSync(logOf(faultbox)).size).toBeLessThanOrEqual(16_384);
    const [record] = records(logOf(faultbox));
    expect(record?.message).toMatch(/^first x+\n\[… \d+ bytes are missing here: see .*\n?x+ last$/s);
    expect(record).toMatchObject({ id, truncated: { message: expect.any(Number) } });
    expect(fs.readFileSync(`${logOf(faultbox)}.d/${id}.txt`, "utf8")).toBe(`# === message ===\n${message}\n`);
  });

  test("takes bytes that are no text, and what readers of JSON refuse", async () => {
    const bytes = Uint8Array.of(
      0xef,
      0xbb,
      0xbf,
      0x61,
      0xff,
      0x00,
      0xe2,
      0x80,
      0xa8,
      0xed,
      0xa0,
      0x80,
      0xc5,
      0xbe,
    );
    await faultbox.run(observed(logOf(faultbox), "--message-file", "-"), { stdin: bytes });
    expect(records(logOf(faultbox))[0]?.message).toBe("\ufeffa\\xff\\x00\u2028\\xed\\xa0\\x80ž");
    const jq = await faultbox.shell("jq -e .id errors.jsonl");
    expect(jq.code).toBe(0);
  });

  test("takes words that are not UTF-8 for what they say, and refuses such a path", async () => {
    const words = observed(logOf(faultbox), "--attribute", "note=x", "--message");
    const line = words.map((word) => `'${word}'`).join(" ");
    const ran = await faultbox.shell(
      `$F ${line} $'it failed: \\xff' $'--command=a\\xe9b' --tool $'\\xc3\\xa9'`,
    );
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(records(logOf(faultbox))).toMatchObject([
      { message: "it failed: \\xff", command: "a\\xe9b", tool: "é" },
    ]);
    const bad = await faultbox.shell(`$F ${line} m --out $'/tmp/\\xff'`);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('"/tmp/\\xff": it is not UTF-8')]);
  });

  test("takes a text that asks for help, or looks like another flag, for a text", async () => {
    for (const text of ["--help", "-h", "--json", "-rf"])
      await faultbox.run(observed(logOf(faultbox), "--command", text, "--message", text));
    expect(records(logOf(faultbox)).map(({ command, message }) => [command, message])).toEqual([
      ["--help", "--help"],
      ["-h", "-h"],
      ["--json", "--json"],
      ["-rf", "-rf"],
    ]);
  });

  test("masks our own secrets wherever they stand", async () => {
    const secret = "s3cr3t-12345678";
    const long = `${"x".repeat(20_000)} ${secret} ${"y".repeat(20_000)}`;
    const ran = await faultbox.run(
      observed(
        logOf(faultbox),
        "--message-file",
        "-",
        "--command",
        `x --token ${secret}`,
        "--attribute",
        `k=${secret}`,
        "--exit-code",
        "x",
      ),
      { stdin: long, env: { MY_TOKEN: secret } },
    );
    expect(ran.stderr).toContain("[REDACTED:MY_TOKEN]");
    await faultbox.run(observed(logOf(faultbox), "--message-file", "-", "--command", `x --token ${secret}`), {
      stdin: long,
      env: { MY_TOKEN: secret },
    });
    const everything = await faultbox.shell("cat errors.jsonl errors.jsonl.d/*");
    expect(everything.stdout).toContain("[REDACTED:MY_TOKEN]");
    expect(everything.stdout + ran.stderr).not.toContain(secret);
  });

  test("appends once what has the same key, and another time what has another", async () => {
    const states = [];
    for (const key of ["a", "a", "b"])
      states.push(JSON.parse((await append("--key", key, "--json")).stdout).state);
    expect(states).toEqual(["appended", "present", "appended"]);
    expect(records(logOf(faultbox))).toHaveLength(2);
  });

  test("closes a torn last line first, also one torn inside a character", async () => {
    const torn = Uint8Array.of(...new TextEncoder().encode('{"id":"x","message":"'), 0xc5);
    fs.writeFileSync(logOf(faultbox), torn);
    expect((await append("--message", "next")).code).toBe(0);
    const lines = fs.readFileSync(logOf(faultbox)).toString("latin1").split("\n");
    expect(lines[0]).toBe(Buffer.from(torn).toString("latin1"));
    expect(JSON.parse(lines[1] ?? "").message).toBe("next");
  });

  test("prints what was refused, whole, and says where and why", async () => {
    const ran = await faultbox.run(observed("/nowhere/errors.jsonl", "--message", "it failed"));
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(
      'Cannot use --out "/nowhere/errors.jsonl": there is no directory "/nowhere"',
    );
    expect(v.safeParse(recordSchema, unlogged(ran.stderr)[0]).issues).toBeUndefined();
  });
});

eachWay("faultbox error-log append-from-worker", (faultbox) => {
  const sidecar = () => join(faultbox.directory(), "sidecar.json");
  const write = (...errors: unknown[]) =>
    fs.writeFileSync(sidecar(), JSON.stringify({ schemaVersion: 1, errors }));
  const merge = (...more: string[]) => faultbox.run(fromWorker(sidecar(), logOf(faultbox), ...more));
  const entry = { errorType: "tool-failure", message: "no such tool", tool: "rg", exitCode: 127 };

  test("appends each entry once, however often it is called, and the new ones of a longer sidecar", async () => {
    write(entry, entry);
    expect(JSON.parse((await merge("--json", "--phase", "build")).stdout)).toEqual({
      merged: 2,
      present: 0,
      pending: 0,
      refused: 0,
    });
    expect((await merge()).stderr).toContain("merged 0, 2 were there already");
    write(entry, entry, { ...entry, phase: "review" });
    expect(JSON.parse((await merge("--json")).stdout)).toMatchObject({ merged: 1, present: 2 });
    expect(records(logOf(faultbox))).toMatchObject([
      {
        source: "worker-reported",
        errorType: "tool-failure",
        taskKey: "T-1",
        agent: "codex",
        model: "gpt",
        phase: "build",
        tool: "rg",
        exitCode: 127,
      },
      { phase: "build" },
      { phase: "review" },
    ]);
  });

  test("finds no sidecar to be no failure", async () => {
    const ran = await merge();
    expect([ran.code, ran.stderr]).toEqual([
      0,
      `faultbox: there is no sidecar "${sidecar()}": nothing to merge\n`,
    ]);
    expect(fs.readdirSync(faultbox.directory())).toEqual([]);
  });

  test("refuses a bad entry with its place and its field, prints it, and takes the good ones", async () => {
    write(entry, { ...entry, source: "lead-observed" }, entry, { ...entry, exitCode: "1" });
    const ran = await merge();
    expect(ran.code).toBe(65);
    expect(ran.stderr).toContain("/errors/1/source: a worker must not write it, the merge fills it in");
    expect(ran.stderr).toContain("/errors/3/exitCode: Give a whole number");
    expect(unlogged(ran.stderr)).toMatchObject([{ source: "lead-observed" }, { exitCode: "1" }]);
    expect(records(logOf(faultbox))).toHaveLength(2);
  });

  test("what sidecar append writes can be merged, and what init makes too", async () => {
    const at = ["--sidecar", sidecar()];
    expect((await faultbox.run(["sidecar", "init", ...at])).code).toBe(0);
    const added = await faultbox.run([
      "sidecar",
      "append",
      ...at,
      "--tool",
      "rg",
      "--message",
      "no such tool",
      "--exit-code",
      "127",
      "--json",
    ]);
    expect(JSON.parse(added.stdout)).toEqual({ entries: 1 });
    const valid = await faultbox.run(["error-log", "sidecar", "validate", ...at]);
    expect([valid.code, valid.stdout]).toEqual([0, "1 entry can be merged\n"]);
    expect((await merge("--json")).stdout).toContain('"merged":1');
    expect(records(logOf(faultbox))[0]).toMatchObject({ message: "no such tool", exitCode: 127 });
  });

  test("sidecar append refuses what would be refused later, prints it, and leaves the file as it was", async () => {
    const ran = await faultbox.run([
      "sidecar",
      "append",
      "--sidecar",
      sidecar(),
      "--message",
      "x",
      "--exit-code",
      "many",
    ]);
    expect(ran.code).toBe(65);
    expect(ran.stderr).toContain("/exitCode: Give a whole number");
    expect(unlogged(ran.stderr)).toMatchObject([{ message: "x", exitCode: "many" }]);
    expect(fs.existsSync(sidecar())).toBe(false);
  });

  test("sidecar validate tells every bad entry with 65, and a field that nobody knows", async () => {
    write(entry, { ...entry, exit_code: 1 }, { ...entry, errorType: "cli-failure" }, 5);
    const ran = await faultbox.run(["sidecar", "validate", "--sidecar", sidecar()]);
    expect(ran.code).toBe(65);
    expect(ran.stderr).toContain(
      'the field "exit_code" is no field of an entry, and becomes an attribute; did you mean "exitCode"?',
    );
    expect(ran.stderr).toContain("2 of 4 entries");
    expect(ran.stderr).toContain('/errors/2/errorType: Give "tool-failure", not "cli-failure"');
    const json = await faultbox.run(["sidecar", "validate", "--sidecar", sidecar(), "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      entries: 4,
      problems: [expect.any(String), "/errors/3: Give an object"],
    });
  });
});
