import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { keptNames, readFile, runToOutcome, writeFile } from "./run-outcome.ts";
import { eachWay, keptOutcomes, onlyLog } from "./support.ts";

const named = ["--role", "goal", "--task", "4f2a91c0-full-id"];

eachWay("faultbox run, when it keeps evidence,", (faultbox) => {
  const failures = () => path.join(faultbox.directory(), "logs/local/failures");

  test("keeps both streams, the result and an enriched reason that begins with the old one", async () => {
    const result =
      '{"result": {"success": false, "failure_category": "policy_blocked", "failure_reason": "not allowed"}}';
    const program = ["sh", "-c", 'echo out; echo err >&2; echo "$0" >result.json; exit 2', result];
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: [...named, "--result", "result.json"],
      program,
    });
    const log = path.join(failures(), "goal-4f2a91c0.log");
    expect(code).toBe(2);
    expect(outcome.diagnostics).toMatchObject({ path: log, state: "written" });
    expect(outcome.failureReason).toBe(`not allowed [diagnostics: ${log}]\n--- executor tail ---\nerr\nout`);
    const text = fs.readFileSync(log, "utf8");
    expect(text).toStartWith("# role=goal task=4f2a91c0 returncode=2\n");
    expect(text).toEndWith(
      `# === stderr ===\nerr\n# === stdout ===\nout\n# === result.json ===\n${result}\n`,
    );
    expect(text.length).toBe(outcome.diagnostics.bytes);
    expect(new Bun.CryptoHasher("sha256").update(text).digest("hex")).toBe(outcome.diagnostics.sha256 ?? "");
    expect(keptOutcomes(faultbox.directory())).toEqual([JSON.parse(JSON.stringify(outcome))]);
  });

  test("keeps evidence when there is no result.json and stderr holds the cause", async () => {
    const program = ["sh", "-c", "echo 'fatal: no credits left' >&2; exit 1"];
    const { outcome } = await runToOutcome(faultbox, { flags: ["--result", "result.json"], program });
    expect(outcome.resultState).toBe("absent");
    expect(onlyLog(faultbox.directory())).toContain("# === stderr ===\nfatal: no credits left\n");
    expect(outcome.failureReason).toContain("fatal: no credits left");
  });

  test.each([
    ["a time limit", ["--timeout", "300ms"], ["sleep", "30"], "timed_out", "timeout"],
    ["a kill", [], ["sh", "-c", "kill -KILL $$"], "failed", "killed"],
    ["a missing program", [], ["no-such-program"], "not_started", "command_not_found"],
    ["a program that cannot be executed", [], ["/tmp"], "not_started", "not_executable"],
    ["a missing variable", ["--require", "NO_SUCH_VARIABLE"], ["true"], "not_started", "environment"],
    ["a result that says so", ["--result", "no", "--require-result"], ["true"], "failed", "result_missing"],
  ])("keeps evidence of %s", async (_, flags, program, status, category) => {
    const { outcome } = await runToOutcome(faultbox, { flags: [...named, ...flags], program });
    expect([outcome.status, outcome.failureCategory, outcome.success]).toEqual([status, category, false]);
    expect([...keptNames(faultbox)].sort()).toEqual(["goal-4f2a91c0.json", "goal-4f2a91c0.log"]);
    expect(onlyLog(faultbox.directory())).toContain("# === result.json ===");
  });

  test("says why a program was not started in the kept reason", async () => {
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: ["--require", "NO_SUCH"],
      program: ["true"],
    });
    expect(code).toBe(125);
    expect(outcome.failureReason).toContain('"NO_SUCH"');
  });

  test("never overwrites the evidence of an earlier failure of the same task", async () => {
    for (const number of [1, 2, 3]) {
      await faultbox.run(["run", ...named, "--", "sh", "-c", `echo failure ${number}; exit 1`]);
    }
    expect([...keptNames(faultbox)].sort()).toEqual([
      "goal-4f2a91c0.2.json",
      "goal-4f2a91c0.2.log",
      "goal-4f2a91c0.3.json",
      "goal-4f2a91c0.3.log",
      "goal-4f2a91c0.json",
      "goal-4f2a91c0.log",
    ]);
    expect(fs.readFileSync(path.join(failures(), "goal-4f2a91c0.log"), "utf8")).toContain("failure 1");
    expect(fs.readFileSync(path.join(failures(), "goal-4f2a91c0.3.log"), "utf8")).toContain("failure 3");
    expect(readFile(faultbox, "logs/local/failures/index.jsonl").trim().split("\n")).toHaveLength(3);
  });

  test("keeps two tasks apart that share their first 8 characters", async () => {
    await faultbox.run(["run", "--task", "sameprefix-one", "--", "sh", "-c", "exit 1"]);
    await faultbox.run(["run", "--task", "sameprefix-two", "--", "sh", "-c", "exit 1"]);
    expect(keptOutcomes(faultbox.directory()).map((outcome) => outcome["task"])).toEqual([
      "sameprefix-one",
      "sameprefix-two",
    ]);
    expect(keptNames(faultbox)).toHaveLength(4);
  });

  test("gives ten failures at the same moment ten names and ten lines in the index", async () => {
    const ran = await faultbox.shell(
      `for i in 1 2 3 4 5 6 7 8 9 10; do $F run --task same -- sh -c "echo $i; exit 1" >/dev/null & done; wait`,
    );
    expect(ran.stderr).toBe("");
    expect(keptNames(faultbox)).toHaveLength(20);
    const lines = readFile(faultbox, "logs/local/failures/index.jsonl").trim().split("\n");
    expect(new Set(lines.map((line) => JSON.parse(line).executionId)).size).toBe(10);
  }, 20_000);

  test("masks a token in the log, the outcome and the tail, but not in what it passes through", async () => {
    const token = "tok-3f9a8b7c6d5e";
    const program = ["sh", "-c", 'echo "auth failed for $0" >&2; echo "$0"; exit 1', token];
    const ran = await runToOutcome(faultbox, { flags: named, program, env: { X_TOKEN: token } });
    expect([ran.stdout, ran.stderr]).toEqual([`${token}\n`, `auth failed for ${token}\n`]);
    expect(onlyLog(faultbox.directory())).toContain("auth failed for [REDACTED:X_TOKEN]");
    expect(ran.outcome.tail).toContain("auth failed for [REDACTED:X_TOKEN]");
    const kept = fs
      .readdirSync(failures())
      .map((name) => fs.readFileSync(path.join(failures(), name), "utf8"));
    expect([...kept, readFile(faultbox, "outcome.json")].filter((text) => text.includes(token))).toEqual([]);
    expect(ran.outcome.redactions.map(({ name, stream }) => [name, stream]).sort()).toEqual([
      ["X_TOKEN", "stderr"],
      ["X_TOKEN", "stdout"],
    ]);
  });

  test("masks a token in the result, and in the reason that is made of it", async () => {
    const token = "tok-3f9a8b7c6d5e";
    const program = [
      "sh",
      "-c",
      `echo '{"success": false, "failure_reason": "bad ${token}"}' >r.json; exit 1`,
    ];
    const { outcome } = await runToOutcome(faultbox, {
      flags: ["--result", "r.json"],
      program,
      env: { X_TOKEN: token },
    });
    expect(outcome.failureReason).toStartWith("bad [REDACTED:X_TOKEN] [diagnostics: ");
    expect(onlyLog(faultbox.directory())).not.toContain(token);
    expect(readFile(faultbox, "outcome.json")).not.toContain(token);
  });

  test("makes files that only their owner can read, whatever the umask", async () => {
    await faultbox.shell("umask 000; $F run -- sh -c 'exit 1'; umask");
    const mode = (file: string) => fs.statSync(file).mode & 0o777;
    const files = fs.readdirSync(failures()).filter((name) => name !== ".gitignore");
    expect(files).toHaveLength(3);
    for (const name of files) expect([name, mode(path.join(failures(), name))]).toEqual([name, 0o600]);
    expect(mode(failures())).toBe(0o700);
    expect(readFile(faultbox, "logs/local/failures/.gitignore")).toBe("*\n");
  });

  test("keeps output that is not UTF-8 readable", async () => {
    const program = ["sh", "-c", "printf 'caf\\351 \\377\\000 caf\\303\\251\\n' >&2; exit 1"];
    const { code, outcome } = await runToOutcome(faultbox, { program });
    expect(code).toBe(1);
    expect(onlyLog(faultbox.directory())).toContain("caf\\xe9 \\xff\\x00 café\n");
    expect(outcome.tail).toBe("caf\\xe9 \\xff\\x00 café");
  });

  test("shows control and bidirectional characters harmlessly in the tail", async () => {
    const program = [
      "sh",
      "-c",
      "printf 'a\\033[31mred\\033[0m \\342\\200\\256abc \\007 end\\n' >&2; exit 1",
    ];
    const { outcome } = await runToOutcome(faultbox, { program });
    expect(outcome.tail).toBe("ared \\u202eabc \\u0007 end");
  });

  test("shows the error on stdout in the tail when stderr has one warning only", async () => {
    const program = ["sh", "-c", "echo 'warning: old version' >&2; echo 'ERROR: tests failed'; exit 1"];
    const { outcome } = await runToOutcome(faultbox, { program });
    expect(outcome.tail).toBe("warning: old version\nERROR: tests failed");
  });

  test("uses stdout for the tail when stderr is empty", async () => {
    const { outcome } = await runToOutcome(faultbox, { program: ["sh", "-c", "echo only out; exit 1"] });
    expect(outcome.tail).toBe("only out");
    expect(outcome.failureReason).toEndWith("--- executor tail ---\nonly out");
  });

  test("keeps at most 1200 characters of tail, the last ones of stderr first", async () => {
    const program = ["sh", "-c", "seq 1000 >&2; echo out; exit 1"];
    const { outcome } = await runToOutcome(faultbox, { program });
    expect(outcome.tail?.length).toBeLessThanOrEqual(1200);
    expect(outcome.tail).toEndWith("999\n1000");
  });

  test.each(["/proc/self/nope", "/sys/nope"])(
    "leaves reason and exit code alone when it cannot write to %s",
    async (dir) => {
      const program = ["sh", "-c", "echo err >&2; exit 3"];
      const { code, outcome, stderr } = await runToOutcome(faultbox, {
        flags: ["--failures-dir", dir],
        program,
      });
      expect([code, outcome.failureReason]).toEqual([3, "execution failed"]);
      expect(outcome.diagnostics).toEqual({ path: null, bytes: 0, sha256: null, state: "failed" });
      expect(outcome.notes.join()).toContain(`could not be written to "${dir}`);
      expect(stderr).toStartWith("err\n");
    },
  );

  test("passes on the exit code of a time limit and of a missing program when nothing can be kept", async () => {
    const root = ["--failures-dir", "/proc/self/nope"];
    expect((await faultbox.run(["run", ...root, "--timeout", "200ms", "--", "sleep", "30"])).code).toBe(124);
    expect((await faultbox.run(["run", ...root, "--", "no-such-program"])).code).toBe(127);
  });

  test("takes the root from --root, else from FAULTBOX_ROOT", async () => {
    fs.mkdirSync(path.join(faultbox.directory(), "one"));
    fs.mkdirSync(path.join(faultbox.directory(), "two"));
    const env = { FAULTBOX_ROOT: path.join(faultbox.directory(), "two") };
    await faultbox.run(["run", "--root", "one", "--", "false"], { env });
    await faultbox.run(["run", "--", "false"], { env });
    const root = (name: string) => keptOutcomes(path.join(faultbox.directory(), name));
    expect([root("one").length, root("two").length, keptNames(faultbox).length]).toEqual([1, 1, 0]);
  });

  test("keeps evidence of a success with --keep always", async () => {
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: ["--keep", "always"],
      program: ["sh", "-c", "echo fine"],
    });
    expect([code, outcome.status, outcome.failureReason]).toEqual([0, "succeeded", null]);
    expect(onlyLog(faultbox.directory())).toContain("# === stdout ===\nfine\n");
    expect(outcome.diagnostics.state).toBe("written");
  });

  test("does not follow a link that waits at the name of the log", async () => {
    const precious = writeFile(faultbox, "precious", "precious");
    fs.mkdirSync(failures(), { recursive: true });
    fs.symlinkSync(precious, path.join(failures(), "goal-4f2a91c0.log"));
    const ran = await faultbox.run(["run", ...named, "--", "false"]);
    expect([ran.code, readFile(faultbox, "precious")]).toEqual([1, "precious"]);
    expect(keptNames(faultbox)).toContain("goal-4f2a91c0.2.log");
  });
});
