import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../../src/core/outcome.ts";
import { runToOutcome, writeFile } from "./run-outcome.ts";
import { eachWay, type Faultbox, onlyLog } from "./support.ts";

const anchor = { CL_ANCHOR: "/s/anchor" };

/** `test`, or a skipped test whose title says which program is missing here. */
function withProgram(program: string, title: string, body: () => Promise<void>): void {
  if (Bun.which(program, { PATH: "/usr/local/bin:/usr/bin:/bin" })) test(`${title} ${program}`, body);
  else test.skip(`${title} ${program} (there is no ${program} here)`, body);
}

async function causeOf(
  faultbox: Faultbox,
  options: { flags?: readonly string[]; program: readonly string[]; env?: Record<string, string> },
): Promise<Outcome["cause"]> {
  return (await runToOutcome(faultbox, options)).outcome.cause;
}

eachWay("faultbox run, when a program misses a variable,", (faultbox) => {
  const dropped = { kind: "env_dropped", confidence: "high", name: "CL_ANCHOR", fix: "--pass CL_ANCHOR" };
  const programs: ReadonlyArray<readonly [string, readonly string[], string]> = [
    ["bash", ["bash", "-uc", "echo $CL_ANCHOR"], "CL_ANCHOR: unbound variable"],
    ["dash", ["dash", "-c", "echo ${CL_ANCHOR?}"], "CL_ANCHOR: parameter not set"],
    ["python3", ["python3", "-c", "import os; os.environ['CL_ANCHOR']"], "KeyError: 'CL_ANCHOR'"],
    [
      "perl",
      ["perl", "-we", 'print "at $ENV{CL_ANCHOR}\\n"; exit 1'],
      'uninitialized value $ENV{"CL_ANCHOR"}',
    ],
  ];
  for (const [program, words, line] of programs) {
    withProgram(program, "knows from its words that we dropped it:", async () => {
      expect(await causeOf(faultbox, { program: words, env: anchor })).toMatchObject({ ...dropped, line });
    });
  }

  withProgram("git", "knows from its words that we dropped HOME:", async () => {
    const program = ["git", "config", "--global", "user.name", "x"];
    const cause = await causeOf(faultbox, { flags: ["--drop", "HOME", "--drop", "XDG_*"], program });
    expect(cause).toMatchObject({ kind: "env_dropped", name: "HOME", line: "$HOME not set" });
    expect(cause?.text).toContain("--drop drops it");
  });

  withProgram("tput", "knows from its words that we dropped TERM:", async () => {
    const options = { flags: ["--drop", "TERM"], program: ["tput", "colors"], env: { TERM: "xterm" } };
    expect(await causeOf(faultbox, options)).toMatchObject({ kind: "env_dropped", name: "TERM" });
  });

  test("tells apart what was dropped, what nobody had, what was lost below, and what is empty", async () => {
    const program = ["sh", "-uc", "echo $CL_ANCHOR"];
    const lost = ["env", "-i", "sh", "-uc", "echo $CL_ANCHOR"];
    const pass = ["--pass", "CL_ANCHOR"];
    expect((await causeOf(faultbox, { program, env: anchor }))?.kind).toBe("env_dropped");
    expect((await causeOf(faultbox, { program }))?.kind).toBe("env_absent");
    expect((await causeOf(faultbox, { flags: pass, program: lost, env: anchor }))?.kind).toBe("env_lost");
    const empty = { flags: pass, program: ["sh", "-c", ": ${CL_ANCHOR:?}"], env: { CL_ANCHOR: "" } };
    expect((await causeOf(faultbox, empty))?.kind).toBe("env_empty");
  });

  test("claims nothing of a success, whatever it printed", async () => {
    const program = ["sh", "-c", "echo 'CL_ANCHOR is not set' >&2; exit 0"];
    expect(await causeOf(faultbox, { flags: ["--keep", "always"], program, env: anchor })).toBeNull();
    expect(onlyLog(faultbox.directory())).not.toContain("# cause");
  });

  test("says the same five times, with other processes, times and paths", async () => {
    const script =
      'd=$(mktemp -d); printf %s "set -u; echo \\$CL_ANCHOR" >$d/run.sh; echo "$$ $(date)" >&2; sh $d/run.sh; c=$?; rm -r $d; exit $c';
    const causes: string[] = [];
    for (let run = 0; run < 5; run++) {
      causes.push(JSON.stringify(await causeOf(faultbox, { program: ["sh", "-c", script], env: anchor })));
    }
    expect(new Set(causes).size).toBe(1);
    expect(JSON.parse(causes[0] ?? "")).toMatchObject(dropped);
  });

  test("never tells a secret value that stands beside the name", async () => {
    const env = { CL_TOKEN: "hunter2pass99" };
    const script = "echo 'CL_TOKEN is not set (expected hunter2pass99)' >&2; exit 1";
    const { outcome, stderr } = await runToOutcome(faultbox, {
      flags: ["--report"],
      program: ["sh", "-c", script],
      env,
    });
    expect(outcome.cause).toMatchObject({ name: "CL_TOKEN", fix: "--secret CL_TOKEN" });
    expect(JSON.stringify(outcome)).not.toContain("hunter2pass99");
    expect(
      stderr
        .split("\n")
        .filter((line) => line.startsWith("faultbox: "))
        .join(),
    ).not.toContain("hunter2");
  });

  test("says so when a required variable is missing and nothing was started", async () => {
    const cause = await causeOf(faultbox, { flags: ["--require", "CL_ANCHOR"], program: ["true"] });
    expect(cause).toMatchObject({ kind: "env_absent", name: "CL_ANCHOR" });
  });
});

eachWay("faultbox run, when a program misses another program,", (faultbox) => {
  const tool = () => writeFile(faultbox, "h/tools/claude-x", "#!/bin/sh\n", 0o755);

  test("names the directory that our PATH has and the child's has not, in a script and at the start", async () => {
    const directory = join(faultbox.directory(), "h/tools");
    tool();
    const env = { PATH: `${directory}:/usr/bin:/bin` };
    const expected = { kind: "path_dropped", name: "claude-x", directory };
    for (const program of [["sh", "-c", "claude-x"], ["claude-x"], ["env", "claude-x"]]) {
      const { code, outcome } = await runToOutcome(faultbox, {
        flags: ["--set", "PATH=/usr/bin:/bin"],
        program,
        env,
      });
      expect([code, outcome.cause]).toMatchObject([127, expected]);
    }
  });

  test("gives a flag that helps", async () => {
    tool();
    const env = { PATH: `${join(faultbox.directory(), "h/tools")}:/usr/bin:/bin` };
    // Named by itself it would be found: the program is looked for where the caller finds it.
    const program = ["sh", "-c", "claude-x"];
    const cause = await causeOf(faultbox, { flags: ["--profile", "oc-worker"], program, env });
    const fix = (cause?.fix ?? "").split(" ");
    const again = await faultbox.run(["run", "--profile", "oc-worker", ...fix, "--", ...program], { env });
    expect([cause?.kind, again.code]).toEqual(["path_dropped", 0]);
  });

  test("says that it is missing on this machine when nobody has it, and blames no variable", async () => {
    for (const program of [["sh", "-c", "no-such-program"], ["no-such-program"]]) {
      const { outcome } = await runToOutcome(faultbox, { program, env: anchor });
      expect(outcome.cause).toMatchObject({ kind: "tool_missing", name: "no-such-program", fix: null });
    }
  });

  test("says that an interpreter is missing", async () => {
    const script = writeFile(faultbox, "script", "#!/usr/bin/nowhere\n", 0o755);
    expect(await causeOf(faultbox, { program: [script] })).toMatchObject({
      kind: "tool_missing",
      name: "/usr/bin/nowhere",
    });
  });
});

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
    const ran = await faultbox.run(words, { env: anchor });
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
