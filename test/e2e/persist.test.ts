import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay, keptOutcomes, onlyLog } from "./support.ts";

eachWay("faultbox diagnostics persist", (faultbox) => {
  const persist = (words: string[], env: Record<string, string> = {}) =>
    faultbox.run(["diagnostics", "persist", ...words], { env });
  const put = (name: string, content: string | Uint8Array) =>
    fs.writeFileSync(join(faultbox.directory(), name), content);
  const directory = () => join(faultbox.directory(), "logs/local/failures");

  test("keeps both streams and the result, and prints the outcome", async () => {
    put("out.txt", "what it said\n");
    put("err.txt", Uint8Array.from([0x77, 0x68, 0x79, 0xe9, 0x0a]));
    put(
      "result.json",
      '{"result":{"success":false,"failure_category":"backend_error","failure_reason":"HTTP 502"}}',
    );
    const ran = await persist([
      ...["--role", "goal", "--task", "4f2a91c0-more", "--exit-code", "1"],
      ...["--stdout-file", "out.txt", "--stderr-file", "err.txt", "--result-file", "result.json"],
    ]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const outcome = JSON.parse(ran.stdout);
    const path = join(directory(), "goal-4f2a91c0.log");
    expect(outcome).toMatchObject({
      role: "goal",
      shortId: "4f2a91c0",
      success: false,
      status: "failed",
      failureCategory: "backend_error",
      failureReason: `HTTP 502 [diagnostics: ${path}]\n--- executor tail ---\nwhy\\xe9\nwhat it said`,
      exitCode: 1,
      resultState: "present",
      diagnostics: { path, state: "written" },
    });
    expect(onlyLog(faultbox.directory())).toContain(
      '# === stderr ===\nwhy\\xe9\n# === stdout ===\nwhat it said\n# === result.json ===\n{"result":',
    );
    expect(keptOutcomes(faultbox.directory())).toEqual([outcome]);
  });

  test("makes the files 0600, the directory 0700 and keeps it out of git", async () => {
    await persist(["--exit-code", "1"]);
    const modes = fs
      .readdirSync(directory())
      .map((name) => fs.statSync(join(directory(), name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(fs.statSync(directory()).mode & 0o777).toBe(0o700);
    expect(fs.readFileSync(join(directory(), ".gitignore"), "utf8")).toBe("*\n");
  });

  test.each([
    [["--signal", "SIGKILL"], { exitCode: 137, signal: "SIGKILL", failureCategory: "killed" }],
    [["--signal", "9"], { exitCode: 137, signal: "SIGKILL" }],
    [["--signal", "term"], { exitCode: 143, signal: "SIGTERM" }],
    [["--exit-code", "-9"], { exitCode: 137, signal: "SIGKILL" }],
    [["--exit-code", "3"], { exitCode: 3, signal: null, failureCategory: "exit_nonzero" }],
    [["--exit-code", "3", "--reason", "told so"], { exitCode: 3, attempts: [{ resultState: "absent" }] }],
  ])("knows an ending by %j", async (words, expected) => {
    const ran = await persist(words);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject(expected);
  });

  test("takes the reason that is given where the result file has none", async () => {
    const { failureReason } = JSON.parse((await persist(["--exit-code", "3", "--reason", "told so"])).stdout);
    expect(failureReason).toStartWith("told so [diagnostics: ");
  });

  test("masks the secrets of its own environment", async () => {
    put("err.txt", "denied for s3cret-value\n");
    const ran = await persist(["--exit-code", "1", "--stderr-file", "err.txt"], {
      API_TOKEN: "s3cret-value",
    });
    expect(ran.stdout).not.toContain("s3cret-value");
    expect(onlyLog(faultbox.directory())).toContain("denied for [REDACTED:API_TOKEN]");
    expect(JSON.parse(ran.stdout).redactions).toEqual([{ name: "API_TOKEN", stream: "stderr", count: 1 }]);
  });

  test("never overwrites the evidence of an earlier failure", async () => {
    for (const code of ["1", "2"]) await persist(["--task", "t1", "--exit-code", code]);
    const logs = fs.readdirSync(directory()).filter((name) => name.endsWith(".log"));
    expect(logs).toEqual(["exec-t1.2.log", "exec-t1.log"]);
  });

  test("keeps 200,000 characters of a large file, and counts what is missing", async () => {
    put("out.txt", `first\n${"x".repeat(500_000)}\nlast\n`);
    await persist(["--exit-code", "1", "--stdout-file", "out.txt"]);
    const log = onlyLog(faultbox.directory());
    expect(log).toContain("# === stdout ===\nfirst\nxxx");
    expect(log).toContain("xxx\nlast\n# === result.json ===");
    expect(log).toContain(`# [${500_012 - 220_000} bytes are missing here`);
  });

  test("exits 74 where nothing can be written, and still prints the outcome", async () => {
    const ran = await persist(["--exit-code", "1", "--failures-dir", "/proc/nowhere/failures"]);
    expect(ran.code).toBe(74);
    expect(ran.stderr).toMatch(/^faultbox: [^\n]*"\/proc\/nowhere\/failures"[^\n]*\n$/);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      exitCode: 1,
      diagnostics: { state: "failed", path: null },
    });
  });

  test("run keeps the program's exit code where no evidence can be written, and says so", async () => {
    const ran = await faultbox.run(["run", "--failures-dir", "/proc/nowhere/f", "--", "sh", "-c", "exit 3"]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/^faultbox: [^\n]*"\/proc\/nowhere\/f"[^\n]*\n$/);
  });
});
