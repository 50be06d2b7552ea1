import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { bunSystem } from "../../src/system/bun.ts";
import { logOf, records, unlogged } from "./error-log.ts";
import { eachWay, keptOutcomes } from "./support.ts";

eachWay("faultbox run --errors-log", (faultbox) => {
  const who = [
    "--task-key",
    "T-1",
    "--phase",
    "build",
    "--agent",
    "codex",
    "--agent-role",
    "worker",
    "--model",
    "gpt",
  ];
  const run = (flags: readonly string[], ...program: string[]) =>
    faultbox.run([
      "run",
      "--errors-log",
      logOf(faultbox),
      ...who,
      "--retry-delay",
      "0",
      ...flags,
      "--",
      ...program,
    ]);

  test("records a failure with its exit code, its excerpt, and its diagnostics by path, size and digest", async () => {
    const ran = await run(
      ["--role", "goal", "--task", "t-1"],
      "sh",
      "-c",
      "echo out; echo 'fatal: no model 12' >&2; exit 3",
    );
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([3, "out\n", "fatal: no model 12\n"]);
    const path = join(faultbox.directory(), "logs/local/failures/goal-t-1.log");
    expect(records(logOf(faultbox))).toMatchObject([
      {
        source: "runner-observed",
        errorType: "cli-failure",
        taskKey: "T-1",
        phase: "build",
        agent: "codex",
        agentRole: "worker",
        model: "gpt",
        exitCode: 3,
        signal: null,
        message: "fatal: no model 12",
        stderrExcerpt: "fatal: no model 12\nout",
        command: "sh -c 'echo out; echo '\\''fatal: no model 12'\\'' >&2; exit 3'",
        diagnostics: { path, ...bunSystem.files.digest(path) },
        attributes: {
          executionId: keptOutcomes(faultbox.directory())[0]?.["executionId"],
          role: "goal",
          task: "t-1",
          status: "failed",
          category: "exit_nonzero",
        },
      },
    ]);
    const shown = await faultbox.run(["error-log", "show", "errors.jsonl"]);
    expect(shown.stdout).toContain("as recorded)");
    expect(shown.stdout.trimEnd().split("\n").at(-1)).toBe(`less ${path}`);
  });

  test("groups with the executions: the same fingerprint in both", async () => {
    for (const number of [1, 22])
      await run([], "sh", "-c", `echo "cannot open /a${number}/x.txt: ${number}" >&2; exit 1`);
    const [ofRecords] = JSON.parse(
      (await faultbox.run(["error-log", "groups", "errors.jsonl", "--json"])).stdout,
    );
    const [ofFailures] = JSON.parse((await faultbox.run(["failures", "groups", "--json"])).stdout);
    expect(ofRecords).toMatchObject({
      count: 2,
      key: "cli-failure | exit 1 | cannot open <path>/x.txt: <number>",
    });
    expect([ofFailures.fingerprint, ofFailures.count]).toEqual([ofRecords.fingerprint, 2]);
  });

  test("records a signal, a time limit, and a program that is not there, once for all attempts", async () => {
    await run([], "sh", "-c", "kill -KILL $$");
    await run(["--timeout", "0.3s", "--grace", "0.1s"], "sleep", "30");
    await run([], "no-such-program-at-all");
    await run(["--retries", "2", "--retry-on", "any"], "false");
    expect(records(logOf(faultbox))).toMatchObject([
      { exitCode: null, signal: "SIGKILL", message: "ended by SIGKILL" },
      { message: "ended by a time limit", attributes: { status: "timed_out" } },
      {
        exitCode: 127,
        message: expect.stringContaining("no-such-program-at-all"),
        attributes: { status: "not_started" },
      },
      { exitCode: 1, attributes: { status: "failed" } },
    ]);
  });

  test("records nothing of a success, kept or not", async () => {
    await run([], "true");
    await run(["--keep", "always"], "true");
    expect(fs.existsSync(logOf(faultbox))).toBe(false);
  });

  test("records what the result file says", async () => {
    const result =
      '{"result":{"success":false,"failure_category":"backend_error","failure_reason":"quota of 5 is used up"}}';
    const ran = await run(["--result", "r.json", "--retries", "0"], "sh", "-c", `echo '${result}' >r.json`);
    expect(ran.code).toBe(1);
    expect(records(logOf(faultbox))).toMatchObject([
      { message: "backend_error: quota of 5 is used up", attributes: { category: "backend_error" } },
    ]);
  });

  test("masks secrets in what it records", async () => {
    const ran = await faultbox.run(
      [
        "run",
        "--errors-log",
        logOf(faultbox),
        ...who,
        "--secret",
        "MY_TOKEN",
        "--",
        "sh",
        "-c",
        'echo "bad token $MY_TOKEN" >&2; exit 1',
      ],
      { env: { MY_TOKEN: "s3cr3t-12345678" } },
    );
    expect(ran.code).toBe(1);
    expect(fs.readFileSync(logOf(faultbox), "utf8")).not.toContain("s3cr3t");
    expect(records(logOf(faultbox))[0]?.message).toBe("bad token [REDACTED:MY_TOKEN]");
  });

  test("never changes the exit code when the log becomes something else meanwhile, prints the record and notes it", async () => {
    const ran = await run(["--outcome", "o.json"], "sh", "-c", `mkdir ${logOf(faultbox)}; exit 6`);
    expect(ran.code).toBe(6);
    expect(unlogged(ran.stderr)).toMatchObject([{ exitCode: 6 }]);
    const { notes } = JSON.parse(fs.readFileSync(join(faultbox.directory(), "o.json"), "utf8"));
    expect(notes).toContain(`Cannot append to "${logOf(faultbox)}": it is a directory (EISDIR)`);
  });

  test.each([
    [["--errors-log", "errors.jsonl", ...who], "it is relative; give the absolute path"],
    [["--errors-log", "/x/<run>.jsonl", ...who], "it still holds a placeholder"],
    [["--errors-log", "/nowhere/e.jsonl", ...who], 'there is no directory "/nowhere"'],
    [
      ["--errors-log", "/tmp/e.jsonl", "--task-key", "T", "--phase", "p", "--agent", "a"],
      "Give --agent-role with --errors-log",
    ],
    [["--task-key", "T"], "Give --errors-log FILE with --task-key"],
  ])("%j is refused with 125 before anything starts", async (flags, message) => {
    const ran = await faultbox.run(["run", ...flags, "--", "touch", "marker"]);
    expect([ran.code, ran.stderr.includes(message)]).toEqual([125, true]);
    expect(fs.readdirSync(faultbox.directory())).toEqual([]);
  });
});
