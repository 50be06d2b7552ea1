import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay } from "./support.ts";

/** Names of directories that a shell would make something else of. */
const hostileNames = [
  "a b",
  "it's",
  '"quoted"',
  "$(touch pwned)",
  "`touch pwned`",
  "${HOME}",
  "a;touch pwned;b",
  "a&b|c",
  "*",
  "~",
  "-n",
  "#x",
  "\\n%s",
  "日本\u202e語",
  "'; touch pwned; '",
];

eachWay("faultbox paths", (faultbox) => {
  const words = (...more: string[]) => [
    ...["paths", "--project-root", faultbox.directory(), "--task-type", "review"],
    ...more,
  ];

  async function sequenceOf(...more: string[]): Promise<string> {
    const ran = await faultbox.run(words("--json", ...more));
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    return JSON.parse(ran.stdout).seq;
  }

  test("names every file of a run, relative to nothing", async () => {
    const ran = await faultbox.run(words("--seq", "7", "--workers", "gemini", "--json"));
    const root = faultbox.directory();
    const paths = JSON.parse(ran.stdout);
    expect(paths).toMatchObject({
      projectRoot: root,
      taskType: "review",
      seq: "007",
      errorsLog: `${root}/runs/review/logs/errors-review-007.jsonl`,
      errorsLogRelative: "runs/review/logs/errors-review-007.jsonl",
    });
    expect(Object.keys(paths.workers)).toEqual(["claude", "codex", "gemini", "report-writer"]);
    expect(paths.workers.gemini).toEqual({
      errorsSidecar: `${root}/runs/review/worker-results/gemini-worker-errors-review-007.json`,
      result: `${root}/runs/review/worker-results/gemini-worker-review-007.md`,
    });
  });

  test("with a number given makes and reserves nothing", async () => {
    await faultbox.run(words("--seq", "7"));
    expect(fs.readdirSync(faultbox.directory())).toEqual([]);
    expect(await sequenceOf()).toBe("001");
  });

  test("with next reserves a number, and makes the directories of its files", async () => {
    expect([await sequenceOf("--seq", "next"), await sequenceOf()]).toEqual(["001", "002"]);
    const { errorsLog } = JSON.parse((await faultbox.run(words("--json"))).stdout);
    fs.writeFileSync(errorsLog, "");
  });

  test("a table is for people, one path a line", async () => {
    const { stdout } = await faultbox.run(words("--seq", "7"));
    expect(stdout.replaceAll(faultbox.directory(), "<root>")).toMatchInlineSnapshot(`
      "run                    review 007
      errors log             <root>/runs/review/logs/errors-review-007.jsonl
      claude sidecar         <root>/runs/review/worker-results/claude-worker-errors-review-007.json
      claude result          <root>/runs/review/worker-results/claude-worker-review-007.md
      codex sidecar          <root>/runs/review/worker-results/codex-worker-errors-review-007.json
      codex result           <root>/runs/review/worker-results/codex-worker-review-007.md
      report-writer sidecar  <root>/runs/review/worker-results/report-writer-worker-errors-review-007.json
      report-writer result   <root>/runs/review/worker-results/report-writer-worker-review-007.md
      "
    `);
  });

  test("64 processes at once get 64 different numbers", async () => {
    const line = `for i in $(seq 64); do $F ${words("--format", "shell").join(" ")} | grep ^RUN_SEQ= & done; wait`;
    const ran = await faultbox.shell(line);
    const numbers = ran.stdout.trim().split("\n").sort();
    expect(ran.stderr).toBe("");
    expect(numbers).toEqual(
      Array.from({ length: 64 }, (_, n) => `RUN_SEQ=${String(n + 1).padStart(3, "0")}`),
    );
  });

  describe("in a project whose name means something to a shell,", () => {
    test.each(hostileNames)("%j, shell and env give back every path unchanged", async (name) => {
      const root = join(faultbox.directory(), name);
      fs.mkdirSync(root);
      const call = `$F paths --project-root "$ROOT" --task-type review --seq 7`;
      const show = `printf '%s\\0' "$RUN_PROJECT_ROOT" "$RUN_ERRORS_LOG" "$RUN_REPORT_WRITER_ERRORS_SIDECAR" "$RUN_SEQ"`;
      const line = [
        `eval "$(${call} --format shell)"; ${show}; sh -c 'echo "exported: $RUN_SEQ"'`,
        `eval "$(${call} --format env)"; sh -c '${show.replaceAll("'", `'\\''`)}'`,
      ].join("; ");
      const ran = await faultbox.shell(line, { env: { ROOT: root } });
      const expected = [
        root,
        `${root}/runs/review/logs/errors-review-007.jsonl`,
        `${root}/runs/review/worker-results/report-writer-worker-errors-review-007.json`,
        "007",
      ];
      const [first = "", second = ""] = ran.stdout.split("exported: \n");
      expect([first.split("\0").slice(0, -1), second.split("\0").slice(0, -1)]).toEqual([expected, expected]);
      expect(fs.readdirSync(faultbox.directory())).toEqual([name]);
    });
  });

  test("what is reserved is counted on from what a run left behind", async () => {
    const logs = join(faultbox.directory(), "runs/review/logs");
    fs.mkdirSync(logs, { recursive: true });
    fs.writeFileSync(join(logs, "errors-review-041.jsonl"), "");
    expect(await sequenceOf()).toBe("042");
  });

  test("with no number left, or no right to reserve one, exits 74 and says why", async () => {
    const directory = join(faultbox.directory(), "runs/review");
    fs.mkdirSync(join(directory, ".sequence/999"), { recursive: true });
    const full = await faultbox.run(words());
    expect([full.code, full.stdout]).toEqual([74, ""]);
    expect(full.stderr).toContain("have used all up to 999");
    fs.rmSync(directory, { recursive: true });
    fs.writeFileSync(directory, "kept");
    const blocked = await faultbox.run(words());
    expect([blocked.code, blocked.stdout]).toEqual([74, ""]);
    expect(blocked.stderr).toMatch(/^faultbox: Cannot reserve a sequence number in [^\n]+\n$/);
  });

  const root = "/";
  test.each([
    [[], "Give --project-root DIR"],
    [["--project-root", "."], 'Cannot use --project-root ".": it is relative; give the absolute path'],
    [["--project-root", "<root>"], 'Cannot use --project-root "<root>": it still holds a placeholder'],
    [["--project-root", "/missing"], 'Cannot use --project-root "/missing": there is no such directory'],
    [["--project-root", "/dev/null"], 'Cannot use --project-root "/dev/null": it is not a directory'],
    [["--project-root", root], "Give --task-type TYPE"],
    [["--project-root", root, "--task-type", "../up"], "--task-type"],
    [["--project-root", root, "--task-type", "x".repeat(300)], "--task-type"],
    [["--project-root", root, "--task-type", "t", "--seq", "1000"], "Give --seq as a number from 1 to 999"],
    [
      ["--project-root", root, "--task-type", "t", "--workers", "aider"],
      'Unknown worker "aider" in --workers: known are claude, codex, gemini, report-writer',
    ],
    [
      ["--project-root", root, "--task-type", "t", "--format", "yaml"],
      "Give --format as table, json, shell or env",
    ],
    [
      ["--project-root", root, "--task-type", "t", "--json", "--format", "env"],
      "Give either --json or --format env",
    ],
  ])("%j is refused with 2, and reserves nothing", async (more, message) => {
    const ran = await faultbox.run(["paths", ...more]);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(/^faultbox: [^\n]+\n$/);
    expect(ran.stderr).toContain(message);
  });
});
