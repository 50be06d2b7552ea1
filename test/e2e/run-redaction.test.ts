import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { readFile, readOutcome, runToOutcome, writeFile } from "./run-outcome.ts";
import { eachWay, onlyLog } from "./support.ts";

const secret = "hunter2pass99";
const env = { A_TOKEN: secret };
const project = path.resolve(import.meta.dir, "../..");

eachWay("faultbox run keeps no secret:", (faultbox) => {
  const script = (text: string) => ["sh", "-c", text];

  /** All that was written into the case's directory, but for what the case itself wrote. */
  const written = (...own: readonly string[]) =>
    fs
      .readdirSync(faultbox.directory(), { recursive: true, encoding: "utf8" })
      .filter((name) => !own.includes(name))
      .map((name) => path.join(faultbox.directory(), name))
      .filter((name) => fs.statSync(name).isFile())
      .map((name) => fs.readFileSync(name, "latin1"))
      .join("\n");

  test("says which were printed, how often and where, in outcome, log and report", async () => {
    const program = script("echo $A_TOKEN; echo $A_TOKEN >&2; echo $A_TOKEN >&2; exit 3");
    const ran = await runToOutcome(faultbox, { flags: ["--secret", "A_TOKEN", "--report"], program, env });
    expect(ran.outcome.redactions).toEqual([
      { name: "A_TOKEN", stream: "stdout", count: 1 },
      { name: "A_TOKEN", stream: "stderr", count: 2 },
    ]);
    const words = "A_TOKEN once on stdout, A_TOKEN twice on stderr";
    expect(onlyLog(faultbox.directory())).toContain(`\n# redacted: ${words}\n`);
    expect(ran.stderr).toContain(`faultbox: the program printed secrets, masked in the evidence: ${words}\n`);
    expect((await faultbox.run(["failures", "show"])).stdout).toContain(`\nredacted  ${words}\n`);
  });

  test("masks argv in the log, the outcome, the index and the comment", async () => {
    const program = ["sh", "-c", 'echo "called with $1"; exit 1', "sh", `--token=${secret}`];
    const errorsLog = path.join(faultbox.directory(), "errors.jsonl");
    const record = ["--task-key", "K", "--phase", "p", "--agent", "a", "--agent-role", "worker"];
    const flags = ["--errors-log", errorsLog, ...record];
    const { outcome } = await runToOutcome(faultbox, { flags, program, env });
    expect(outcome.argv.at(-1)).toBe("--token=[REDACTED:A_TOKEN]");
    expect(onlyLog(faultbox.directory())).toContain('"--token=[REDACTED:A_TOKEN]"]');
    expect(outcome.failureReason).toContain("called with --token=[REDACTED:A_TOKEN]");
    expect(JSON.parse(readFile(faultbox, "errors.jsonl")).command).toContain("--token=[REDACTED:A_TOKEN]");
    expect(written()).not.toContain("hunter2");
  });

  test("masks result.json as a key, nested and as a number, which stays JSON and keeps other numbers", async () => {
    const own = `{"result": {"success": false, "${secret}": {"deep": ["x ${secret}", 1.5, 30]}, "pin": 86420975310}}`;
    writeFile(faultbox, "own.json", own);
    const program = script("cp own.json r.json; exit 1");
    const { outcome } = await runToOutcome(faultbox, {
      flags: ["--result", "r.json"],
      program,
      env: { ...env, A_PIN_SECRET: "86420975310" },
    });
    const inner = {
      success: false,
      "[REDACTED:A_TOKEN]": { deep: ["x [REDACTED:A_TOKEN]", 1.5, 30] },
      pin: "[REDACTED:A_PIN_SECRET]",
    };
    expect(outcome.result).toEqual(inner);
    const kept = onlyLog(faultbox.directory()).split("# === result.json ===\n")[1] ?? "";
    expect(JSON.parse(kept)).toEqual({ result: inner });
    expect(written("own.json", "r.json")).not.toMatch(/hunter2|8642097/);
  });

  test.each([1180, 1190, 1195, 1199, 1200, 1201, 1205, 1213])(
    "cuts no tail inside one: %d characters from its beginning to the end",
    async (length) => {
      const program = script(
        `printf '%s' "first line and $A_TOKEN"; head -c ${length - secret.length} /dev/zero | tr '\\0' 'x'; exit 1`,
      );
      const { outcome } = await runToOutcome(faultbox, { flags: ["--secret", "A_TOKEN"], program, env });
      expect(outcome.failureReason).not.toMatch(/er2pass9|2pass99/);
      expect(written()).not.toMatch(/hunter2p|2pass99/);
    },
  );

  test("gives the same fault the same fingerprint when a token was rotated", async () => {
    const run = async (token: string) => {
      const program = script('echo "error: cannot log in with $A_TOKEN" >&2; exit 1');
      const flags = ["--secret", "A_TOKEN"];
      return (await runToOutcome(faultbox, { flags, program, env: { A_TOKEN: token } })).outcome;
    };
    const [first, second] = [await run(secret), await run("correct-horse-battery-staple")];
    expect(first.cause?.text).toBe("error: cannot log in with [REDACTED:A_TOKEN]");
    expect(first.fingerprint).toEqual(second.fingerprint);
    expect(first.fingerprint?.hash).toBeString();
  });

  test("masks the password in the URL of a proxy, which is passed as it is", async () => {
    const program = script("echo $http_proxy; echo s3cretpw; exit 1");
    const proxy = { http_proxy: "http://u:s3cretpw@proxy.example:3128" };
    const ran = await runToOutcome(faultbox, { program, env: proxy });
    expect(ran.stdout).toBe("http://u:s3cretpw@proxy.example:3128\ns3cretpw\n");
    expect(onlyLog(faultbox.directory())).toContain(
      "\nhttp://u:[REDACTED:http_proxy]@proxy.example:3128\n[REDACTED:http_proxy]\n",
    );
    expect(written()).not.toContain("s3cretpw");
  });

  test("masks what the policy drops or denies as well as what it passes", async () => {
    const values = {
      REPO_A_TOKEN: "first-of-the-tokens",
      REPO_B_TOKEN: "second-of-the-tokens",
      PLANE_API_TOKEN: "third-of-the-tokens",
    };
    const program = script(`env | grep -c TOKEN; echo ${Object.values(values).join(" ")}; exit 1`);
    const ran = await runToOutcome(faultbox, { flags: ["--secret", "REPO_A_TOKEN"], program, env: values });
    expect(ran.stdout).toStartWith("1\n");
    expect(onlyLog(faultbox.directory())).toContain(
      "\n[REDACTED:REPO_A_TOKEN] [REDACTED:REPO_B_TOKEN] [REDACTED:PLANE_API_TOKEN]\n",
    );
    expect(written()).not.toContain("of-the-tokens");
  });

  if (faultbox.way === "compiled") return;

  describe("when its redactor fails", () => {
    test("withholds what it was given and says so, and neither exit code nor output change", async () => {
      const command = [...faultbox.command.slice(0, -1), path.join(project, "test/fixtures/faulty-main.ts")];
      const program = script(`echo $A_TOKEN; echo more $A_TOKEN >&2; sleep 0.3; exit 7`);
      const words = [
        "run",
        "--secret",
        "A_TOKEN",
        "--outcome",
        "outcome.json",
        "--mirror",
        "live.log",
        "--",
        ...program,
      ];
      const ran = Bun.spawnSync([...command, ...words], {
        cwd: faultbox.directory(),
        env: { ...process.env, ...env, FAULT: "redactor" },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      expect([ran.exitCode, `${ran.stdout}`, `${ran.stderr}`]).toEqual([
        7,
        `${secret}\n`,
        `more ${secret}\n`,
      ]);
      expect(readFile(faultbox, "live.log").split("[redaction failed: ")).toHaveLength(3);
      expect(onlyLog(faultbox.directory())).toContain(
        "# === stderr ===\n[redaction failed: 19 bytes withheld]\n# === stdout ===\n[redaction failed: 14 bytes withheld]\n",
      );
      expect(readOutcome(faultbox).notes).toContain(
        "what was kept of stdout could not be redacted, and is withheld",
      );
      expect(written()).not.toContain("hunter2");
    });
  });
});
