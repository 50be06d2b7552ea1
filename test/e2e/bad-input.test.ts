import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay } from "./support.ts";

const program = ["--", "touch", "marker"];
const durationWords = ["1e-3", "inf", "-1", "5x"];

/** What is wrong, the words before the program, what the message must hold, and FAULTBOX_TIMEOUT or FAULTBOX_ROOT. */
type RefusedRun = readonly [string, readonly string[], string, Readonly<Record<string, string>>?];

const refusedRuns: readonly RefusedRun[] = [
  ["an unknown flag", ["--timout", "5"], 'Unknown flag "--timout"; did you mean --timeout?'],
  ["a flag without its value", ["--task"], "Flag --task needs a value"],
  ["a value given to a boolean", ["--quiet=1"], "Flag --quiet takes no value"],
  ...durationWords.map((word): RefusedRun => [`--timeout ${word}`, [`--timeout=${word}`], "--timeout"]),
  ...durationWords.map((word): RefusedRun => {
    return [`FAULTBOX_TIMEOUT=${word}`, [], `FAULTBOX_TIMEOUT: "${word}"`, { FAULTBOX_TIMEOUT: word }];
  }),
  ["an empty FAULTBOX_TIMEOUT", [], "FAULTBOX_TIMEOUT", { FAULTBOX_TIMEOUT: "" }],
  ["a junk --grace", ["--grace", "soon"], "--grace"],
  ["a junk --retry-delay", ["--retry-delay", "1e-3"], "--retry-delay"],
  ["a root that is a file", ["--root", "file"], '--root "file"'],
  ["a root below a file", ["--root", "file/below"], '--root "file/below"'],
  ["a FAULTBOX_ROOT that is a file", [], 'FAULTBOX_ROOT "file"', { FAULTBOX_ROOT: "file" }],
  ["an empty root", ["--root", ""], "--root"],
  ["a failures directory that is a file", ["--failures-dir", "file"], '--failures-dir "file"'],
  ["a task with a slash", ["--task", "a/b"], "--task"],
  ["a task of two dots", ["--task", ".."], "--task"],
  ["a task with two dots inside", ["--task", "a..b"], "--task"],
  ["a task of 300 characters", ["--task", "x".repeat(300)], "--task"],
  ["an empty task", ["--task", ""], "--task"],
  ["a task with a line end", ["--task", "a\nb"], "--task"],
  ["a role with a slash", ["--role", "../a"], "--role"],
  ["an empty role", ["--role", ""], "--role"],
  ["an outcome in a missing directory", ["--outcome", "missing/o.json"], "missing"],
  ["an outcome that is a directory", ["--outcome", "."], "not a regular file"],
  ["an unknown profile", ["--profile", "agnet"], 'profile "agnet"'],
  ["an unknown trigger", ["--retry-on", "sometimes"], "--retry-on"],
  ["an exit code that no program gives", ["--retry-on", "256"], "--retry-on"],
  ["a junk number of retries", ["--retries", "-1"], "--retries"],
  ["an unknown --keep", ["--keep", "sometimes"], "--keep"],
  ["a stdin file that is missing", ["--stdin", "missing.md"], '--stdin "missing.md"'],
  ["a stdin file that is a directory", ["--stdin", "."], '--stdin "."'],
  ["--require-result without --result", ["--require-result"], "--result"],
  ["an assignment without =", ["--set", "A"], "--set NAME=VALUE"],
  ["a denied variable", ["--pass", "AWS_SECRET_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY"],
  ["a program without --", ["touch", "marker"], "the program goes after --"],
];

const refusedCommands: ReadonlyArray<readonly [readonly string[], string]> = [
  [["rn"], 'Unknown command "rn"; did you mean "run"?'],
  [["nonsense"], 'Unknown command "nonsense"; known are run, env, '],
  [["env"], "Give a command: faultbox env show|explain|check|diff|exec|bisect|profiles"],
  [["env", "sho"], 'Unknown command "sho"; did you mean "show"?'],
  [["--verbose"], "Give a command"],
  [["constructor"], 'Unknown command "constructor"'],
  [["env", "show", "--jsn"], 'Unknown flag "--jsn"; did you mean --json?'],
  [["env", "explain"], "Give NAME"],
  [["env", "exec"], "Give the program after --"],
  [["env", "show", "--pass", "AWS_SECRET_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY"],
  [["env", "show", "--root", "file"], '--root "file"'],
  [["failures", "list", "--limit", "x"], "--limit"],
  [["failures", "list", "--root", "file"], '--root "file"'],
  [["failures", "show", "one", "two"], 'Unexpected word "two"'],
  [["failures", "log", "--", "true"], "Unexpected --"],
  [["classify"], "Give --result FILE"],
  [["diagnostics", "persist"], "Give --exit-code N, or --signal NAME"],
  [["diagnostics", "persist", "--exit-code", "many"], "--exit-code"],
  [["diagnostics", "persist", "--signal", "SIGNONE"], "--signal"],
  [["diagnostics", "persist", "--exit-code", "1", "--stderr-file", "missing"], '--stderr-file "missing"'],
  [["diagnostics", "persist", "--exit-code", "1", "--task", "a/b"], "--task"],
  [["version", "--jsn"], "did you mean --json?"],
];

eachWay("bad input", (faultbox) => {
  function prepare(): string {
    const directory = faultbox.directory();
    fs.writeFileSync(join(directory, "file"), "kept");
    return directory;
  }

  async function expectRefusal(
    words: readonly string[],
    code: number,
    message: string,
    env = {},
  ): Promise<void> {
    const directory = prepare();
    const ran = await faultbox.run(words, { env });
    expect(ran.stderr).toMatch(/^faultbox: [^\n]+\n$/);
    expect(ran.stderr).toContain(message);
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
    expect(fs.readdirSync(directory)).toEqual(["file"]);
  }

  // Every row in full length: bun:test fills a parameter that has no value with a callback to be called at the end.
  const rows = refusedRuns.map(([what, words, message, env = {}]) => [what, words, message, env] as const);

  test.each(rows)("run refuses %s with 125, and starts nothing", async (_, words, message, env) => {
    await expectRefusal(["run", ...words, ...program], 125, message, env);
  });

  test.each([[[]], [["--"]], [["--", ""]]])("run refuses a missing program: %j", async (words) => {
    await expectRefusal(["run", ...words], 125, "Give the program after --, as in: faultbox run -- npm test");
  });

  test.each(refusedCommands)("%j is refused with 2", async (words, message) => {
    await expectRefusal(words, 2, message);
  });

  test("a message never shows what follows the = of a name", async () => {
    const ran = await faultbox.run(["run", "--pass", "TOKEN=s3cret-value", ...program]);
    expect(ran.code).toBe(125);
    expect(ran.stderr).not.toContain("s3cret-value");
  });

  test("run takes 0 as no limit, and durations as people write them", async () => {
    for (const duration of ["0", "90", "90s", "75m", "1h30m", "500000ms"]) {
      const ran = await faultbox.run(["run", "--timeout", duration, "--json", "--", "true"]);
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
    }
  });
});
