import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { runToOutcome, writeFile } from "./run-outcome.ts";
import { eachWay, onlyLog } from "./support.ts";

eachWay("faultbox, after a failure,", (faultbox) => {
  const script = ["sh", "-c", "echo 'error: no credits left' >&2; echo bye; exit 3"];

  test("tells the cause in one line before the pointer, where a report is wanted", async () => {
    const told = await faultbox.run(["run", "--report", "--", ...script]);
    const own = told.stderr.split("\n").filter((line) => line.startsWith("faultbox: "));
    expect(own).toHaveLength(2);
    expect(own[0]).toBe("faultbox: cause: error: no credits left");
    expect(own[1]).toContain("; evidence: ");
    expect((await faultbox.run(["run", "--", ...script])).stderr).toBe("error: no credits left\n");
  });

  test("keeps the cause in the outcome, the log, the list and what is shown", async () => {
    await faultbox.run(["run", "--task", "aaaaaaaa-1", "--", ...script]);
    expect(onlyLog(faultbox.directory())).toContain(
      '\n# cause: "error: no credits left" (output, error-prefix, medium)\n',
    );
    const shown = (await faultbox.run(["failures", "show"])).stdout;
    expect(shown).toContain("\ncause     error: no credits left (error-prefix, medium)\n");
    const [row] = JSON.parse((await faultbox.run(["failures", "list", "--json"])).stdout);
    expect(row).toMatchObject({ reason: "execution failed", cause: "error: no credits left" });
    expect((await faultbox.run(["failures", "list"])).stdout).toMatch(/ error: no credits left\n$/);
    fs.unlinkSync(join(faultbox.directory(), "logs/local/failures/index.jsonl"));
    expect(JSON.parse((await faultbox.run(["failures", "list", "--json"])).stdout)).toEqual([row]);
  });

  test("lists the executor's own reason rather than the cause", async () => {
    const result = '{"success": false, "failure_reason": "out of budget"}';
    const program = ["sh", "-c", `echo '${result}' >r.json; echo 'error: x' >&2; exit 1`];
    await faultbox.run(["run", "--result", "r.json", "--", ...program]);
    expect((await faultbox.run(["failures", "list"])).stdout).toMatch(/ out of budget\n$/);
  });

  test("persist names the line, and says nothing of variables", async () => {
    writeFile(faultbox, "err.txt", "CL_ANCHOR is not set\nerror: no session\n");
    const words = ["diagnostics", "persist", "--exit-code", "1", "--stderr-file", "err.txt"];
    const ran = await faultbox.run(words);
    expect(JSON.parse(ran.stdout).cause).toMatchObject({ kind: "output", line: "error: no session" });
    expect(onlyLog(faultbox.directory())).toContain('# cause: "error: no session"');
  });

  test("names the cause of the last attempt only", async () => {
    const twice =
      "test -e once && { echo 'error: second' >&2; exit 1; }; >once; echo 'fatal: first' >&2; exit 1";
    const flags = ["--retries", "1", "--retry-on", "any", "--retry-delay", "1ms"];
    const { outcome } = await runToOutcome(faultbox, { flags, program: ["sh", "-c", twice] });
    expect([outcome.attempts.length, outcome.cause?.line]).toEqual([2, "error: second"]);
  });

  test("names a cause in bytes of any kind, and in many megabytes", async () => {
    const noise =
      "head -c 20000000 /dev/urandom; printf '\\nerror: no credits left\\n' >&2; head -c 3000000 /dev/zero >&2; exit 1";
    const { outcome } = await runToOutcome(faultbox, { flags: ["--quiet"], program: ["sh", "-c", noise] });
    expect(outcome.cause?.line).toBe("error: no credits left");
  });
});
