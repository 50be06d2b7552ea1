import { expect, test } from "bun:test";
import { child, keptNames, readFile, readOutcome, runToOutcome, until, writeFile } from "./run-outcome.ts";
import { eachWay, onlyLog } from "./support.ts";

const quickly = ["--retry-delay", "10ms"];
const resultFlags = [...quickly, "--result", "result.json"];

/** A program that writes this result at each attempt and exits with that code. */
function writes(result: unknown, code = 1): readonly string[] {
  return ["sh", "-c", `printf %s "$0" >result.json; exit ${code}`, JSON.stringify(result)];
}

eachWay("faultbox run, when it tries again,", (faultbox) => {
  test("succeeds with the attempt that does, and tells of each", async () => {
    const program = ["sh", "-c", 'echo "try $FAULTBOX_ATTEMPT"; [ $FAULTBOX_ATTEMPT = 3 ] || exit 75'];
    const flags = ["--retries", "2", "--retry-on", "75", "--retry-delay", "30ms"];
    const { code, stdout, outcome } = await runToOutcome(faultbox, { flags, program });
    expect([code, stdout, outcome.status]).toEqual([0, "try 1\ntry 2\ntry 3\n", "succeeded"]);
    expect(outcome.attempts.map(({ number, exitCode }) => [number, exitCode])).toEqual([
      [1, 75],
      [2, 75],
      [3, 0],
    ]);
    const [first, second, third] = outcome.attempts;
    expect(pause(first, second)).toBeGreaterThanOrEqual(29);
    expect(pause(second, third)).toBeGreaterThanOrEqual(59);
    expect(keptNames(faultbox)).toEqual([]);
  });

  test("keeps each attempt's evidence when all of them fail", async () => {
    const program = ["sh", "-c", 'echo "try $FAULTBOX_ATTEMPT"; exit 75'];
    const flags = ["--retries", "2", "--retry-on", "75", ...quickly];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program });
    expect([code, outcome.attempts.length]).toEqual([75, 3]);
    const log = onlyLog(faultbox.directory());
    for (const number of [1, 2, 3]) {
      expect(log).toContain(`# === attempt ${number} of 3: exited 75 ===`);
      expect(log).toContain(`# === stdout ===\ntry ${number}\n`);
    }
  });

  test.each([
    ["an exit code that is not in the list", ["--retry-on", "75"], ["sh", "-c", "exit 1"], 1],
    ["a program that cannot be executed", ["--retry-on", "any"], ["/tmp"], 126],
    ["a program that was not found", ["--retry-on", "127,any"], ["no-such-program"], 127],
    ["any failure, with --retries 0", ["--retry-on", "any", "--retries", "0"], ["sh", "-c", "exit 1"], 1],
    ["our own time limit, by default", ["--timeout", "200ms"], ["sleep", "30"], 124],
    [
      "a failure without a result file, by default",
      [],
      ["sh", "-c", "echo connection refused >&2; exit 1"],
      1,
    ],
  ])("does not retry %s", async (_, flags, program, expected) => {
    const { code, outcome } = await runToOutcome(faultbox, { flags: [...quickly, ...flags], program });
    expect([code, outcome.attempts.length]).toEqual([expected, 1]);
  });

  test("retries our own time limit when it is asked to", async () => {
    const program = ["sh", "-c", "[ $FAULTBOX_ATTEMPT = 2 ] || exec sleep 30"];
    const flags = ["--timeout", "500ms", "--retry-on", "timeout", ...quickly];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program });
    expect([code, outcome.attempts.map(({ ending }) => ending)]).toEqual([0, ["timed_out", "exited"]]);
  });

  test("retries a transient failure, which then succeeds", async () => {
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: resultFlags,
      program: child("succeeds-at-the-second-attempt"),
    });
    expect([code, outcome.status]).toEqual([0, "succeeded"]);
    expect(outcome.attempts.map(({ failureCategory }) => failureCategory)).toEqual(["backend_error", null]);
    expect(keptNames(faultbox)).toEqual([]);
  });

  test("gives up on a transient failure after one retry", async () => {
    const program = writes({
      success: false,
      failure_category: "timeout",
      failure_reason: "request timed out",
    });
    const { code, outcome } = await runToOutcome(faultbox, { flags: resultFlags, program });
    expect([code, outcome.status, outcome.failureCategory]).toEqual([1, "failed", "timeout"]);
    expect(outcome.attempts).toHaveLength(2);
  });

  test("does not retry a category that is never transient, whatever its reason says", async () => {
    const failure = {
      success: false,
      failure_category: "validation_failed",
      failure_reason: "connection refused",
    };
    const { code, outcome } = await runToOutcome(faultbox, { flags: resultFlags, program: writes(failure) });
    expect([code, outcome.attempts.length]).toEqual([1, 1]);
  });

  test.each([
    "the model refused",
    "line 502 of parser.py",
    "expected 503 rows",
    "test_timeout_handling fails",
  ])("does not retry a backend error that says only: %s", async (reason) => {
    const failure = { success: false, failure_category: "backend_error", failure_reason: reason };
    const { outcome } = await runToOutcome(faultbox, { flags: resultFlags, program: writes(failure) });
    expect(outcome.attempts).toHaveLength(1);
  });

  test("does not find transient words in what an earlier run appended to the reason", async () => {
    const reason = "wrong model [diagnostics: /old/goal-1.log]\n--- executor tail ---\nconnection refused";
    const failure = { success: false, failure_category: "backend_error", failure_reason: reason };
    const { outcome } = await runToOutcome(faultbox, { flags: resultFlags, program: writes(failure) });
    expect(outcome.attempts).toHaveLength(1);
  });

  test("retries a transient failure of a program that exits 0", async () => {
    const failure = { success: false, failure_category: "backend_error", failure_reason: "502 Bad Gateway" };
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: resultFlags,
      program: writes(failure, 0),
    });
    expect([code, outcome.attempts.length, outcome.failureCategory]).toEqual([1, 2, "backend_error"]);
  });

  test("keeps both attempts' streams, each with its own result, when the retry fails differently", async () => {
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: resultFlags,
      program: child("fails-differently-each-time"),
    });
    expect([code, outcome.failureCategory]).toEqual([2, "validation_failed"]);
    expect(outcome.attempts.map(({ failureCategory }) => failureCategory)).toEqual([
      "backend_error",
      "validation_failed",
    ]);
    const [, first = "", second = ""] = onlyLog(faultbox.directory()).split("# === attempt ");
    expect([...first.matchAll(/stderr of attempt 1|stdout of attempt 1|connection reset/g)]).toHaveLength(3);
    expect([...second.matchAll(/stderr of attempt 2|stdout of attempt 2|two tests fail/g)]).toHaveLength(3);
    expect(first).not.toContain("two tests fail");
    expect(second).not.toContain("connection reset");
  });

  test("does not take the first attempt's result for the second one's", async () => {
    const failure =
      '{"success": false, "failure_category": "backend_error", "failure_reason": "connection reset"}';
    const program = ["sh", "-c", `[ $FAULTBOX_ATTEMPT = 2 ] || echo '${failure}' >result.json; exit 1`];
    const { outcome } = await runToOutcome(faultbox, { flags: resultFlags, program });
    expect(outcome.attempts.map(({ resultState }) => resultState)).toEqual(["present", "absent"]);
    expect([outcome.failureCategory, outcome.result]).toEqual(["exit_nonzero", null]);
  });

  test("does not crash when the retry leaves an empty result", async () => {
    const failure =
      '{"success": false, "failure_category": "backend_error", "failure_reason": "connection reset"}';
    const program = ["sh", "-c", `if [ $FAULTBOX_ATTEMPT = 1 ]; then echo '${failure}'; fi >result.json`];
    const { code, outcome } = await runToOutcome(faultbox, { flags: resultFlags, program });
    expect([code, outcome.status, outcome.failureCategory]).toEqual([1, "failed", "result_empty"]);
    expect(outcome.attempts).toHaveLength(2);
  });

  const again = "--timeout 4 --retry-on 75 --retry-delay 10ms --outcome outcome.json";
  const [, reader] = child("reads-stdin-and-fails");

  test("does not retry when stdin is a pipe, and says why", async () => {
    const ran = await faultbox.shell(`echo input | $F run ${again} -- sh ${reader}`);
    expect([ran.code, ran.stdout]).toEqual([75, "attempt 1 read: input\n"]);
    const outcome = readOutcome(faultbox);
    expect(outcome.attempts).toHaveLength(1);
    expect(outcome.notes.join()).toMatch(/stdin is a pipe.*--stdin FILE/);
  });

  test.each([
    ["--stdin FILE", "--stdin input", "", "input"],
    ["a regular file", "", "<input", "input"],
    ["/dev/null", "", "</dev/null", ""],
    ["--stdin null", "--stdin null", "<input", ""],
  ])("gives every attempt the same input from %s", async (_, flag, redirection, text) => {
    writeFile(faultbox, "input", "input\n");
    const ran = await faultbox.shell(`$F run ${again} ${flag} -- sh ${reader} ${redirection}`);
    expect([ran.code, ran.stdout]).toEqual([75, `attempt 1 read: ${text}\nattempt 2 read: ${text}\n`]);
  });

  test("gives every attempt the rest of a file that was read in part", async () => {
    writeFile(faultbox, "input", "one\ntwo\n");
    const ran = await faultbox.shell(
      `{ dd bs=4 count=1 of=/dev/null status=none; $F run ${again} -- sh ${reader}; } <input`,
    );
    expect(ran.stdout).toBe("attempt 1 read: two\nattempt 2 read: two\n");
  });

  test("ends in the pause before a retry when a signal comes", async () => {
    const words = ["run", "--retry-on", "75", "--retry-delay", "60s", "--outcome", "outcome.json"];
    const runner = Bun.spawn([...faultbox.command, ...words, "--", "sh", "-c", "echo $$ >pid; exit 75"], {
      cwd: faultbox.directory(),
      stdin: "ignore",
    });
    await until("the first attempt is over", () => {
      try {
        process.kill(Number(readFile(faultbox, "pid") || process.pid), 0);
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === "ESRCH";
      }
    });
    await Bun.sleep(200);
    runner.kill("SIGTERM");
    await runner.exited;
    expect(readOutcome(faultbox)).toMatchObject({ status: "cancelled", attempts: [{ exitCode: 75 }] });
  });

  test("kills what an attempt left behind before the next one begins", async () => {
    const state = "cut -d ' ' -f 3 /proc/$(cat pid)/stat 2>/dev/null"; // nothing, or Z until it is reaped
    const line = `[ -f pid ] && { case "$(${state})" in ""|Z) echo gone;; *) echo alive;; esac; exit 0; }`;
    const program = ["sh", "-c", `${line}; sleep 20 & echo $! >pid; exit 75`];
    const { code, stdout } = await runToOutcome(faultbox, {
      flags: ["--retry-on", "75", ...quickly],
      program,
    });
    expect([code, stdout]).toEqual([0, "gone\n"]);
  });
});

function pause(before: { endedAt: string } | undefined, after: { startedAt: string } | undefined): number {
  return Date.parse(after?.startedAt ?? "") - Date.parse(before?.endedAt ?? "");
}
