import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { eachWay } from "./support.ts";

eachWay("faultbox worker finish", (faultbox) => {
  const run = () => ["--project-root", faultbox.directory(), "--task-type", "review", "--seq", "1"];
  const who = ["--worker", "codex", "--task-key", "T-12", "--model", "gpt-5"];
  const finish = (...more: string[]) => faultbox.run(["worker", "finish", ...run(), ...who, ...more]);
  const log = () => path.join(faultbox.directory(), "runs/review/logs/errors-review-001.jsonl");
  const sidecar = () =>
    path.join(faultbox.directory(), "runs/review/worker-results/codex-worker-errors-review-001.json");
  const reserve = () =>
    faultbox.run(["paths", "--project-root", faultbox.directory(), "--task-type", "review"]);
  const records = () =>
    fs
      .readFileSync(log(), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));

  test("merges what the worker reported, says what, and adds nothing the second time", async () => {
    await reserve();
    for (const message of ["one", "two"])
      await faultbox.run([
        ...["sidecar", "append", "--sidecar", sidecar(), "--tool", "lint", "--exit-code", "1"],
        ...["--message", message],
      ]);
    const first = await finish("--phase", "review");
    expect([first.code, first.stdout, first.stderr]).toEqual([
      0,
      "",
      `faultbox: merged 2 from "${sidecar()}"\n`,
    ]);
    expect(records()).toMatchObject(
      ["one", "two"].map((message) => ({
        source: "worker-reported",
        taskKey: "T-12",
        phase: "review",
        agent: "codex",
        agentRole: "worker",
        model: "gpt-5",
        message,
      })),
    );
    const second = await finish("--phase", "review", "--json");
    expect([second.code, JSON.parse(second.stdout)]).toEqual([
      0,
      { merged: 0, present: 2, pending: 0, refused: 0 },
    ]);
    expect(records()).toHaveLength(2);
  });

  test("of a worker without a sidecar succeeds, with a word, and makes no log", async () => {
    await reserve();
    const ran = await finish();
    expect([ran.code, ran.stdout]).toEqual([0, ""]);
    expect(ran.stderr).toBe(`faultbox: there is no sidecar "${sidecar()}": nothing to merge\n`);
    expect(fs.existsSync(log())).toBe(false);
  });

  test.each([
    [["--worker", "aider"], 2, 'Unknown worker "aider" in --worker'],
    [["--seq", "next"], 2, "Give --seq N"],
    [["--task-key", ""], 65, "Give --task-key"],
    [["--model", ""], 65, "Give --model"],
  ])("with %j is refused", async (words, code, message) => {
    await reserve();
    const ran = await finish(...words);
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
    expect(ran.stderr).toContain(message);
  });

  test("without a worker is refused", async () => {
    const ran = await faultbox.run(["worker", "finish", ...run()]);
    expect([ran.code, ran.stderr]).toEqual([2, "faultbox: Give --worker NAME, for example codex\n"]);
  });
});
