import { afterEach, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { endStartedJobs, recordOf, starterOf, startJob, untilSaid } from "./job-support.ts";
import { startVictim } from "./run-lost-support.ts";
import { until, writeFile } from "./run-outcome.ts";
import { eachWay } from "./support.ts";

eachWay("--exclusive", (faultbox) => {
  afterEach(endStartedJobs);

  const locks = () => path.join(faultbox.directory(), "logs/local/locks");
  const lockFiles = () => fs.readdirSync(locks()).filter((name) => name.endsWith(".lock"));
  const held = () => JSON.parse(fs.readFileSync(path.join(locks(), lockFiles()[0] ?? ""), "utf8"));
  const taken = (task: string) => ["run", "--exclusive", "--task", task, "--", "echo", "started"];

  test("refuses a second execution of a task, names who holds it, and starts nothing", async () => {
    const holder = startVictim(faultbox, ["sh", "-c", "echo ready; exec sleep 300"], {
      flags: ["--exclusive", "--task", "T-12"],
    });
    await until("the task is held", () => holder.said() === "ready\n");
    const second = await faultbox.run(taken("T-12"));
    expect([second.code, second.stdout]).toEqual([75, ""]);
    const { executionId, since } = held();
    expect(second.stderr).toBe(
      `faultbox: Cannot start: task "T-12" is held by process ${holder.pid} on "${held().host}" since ${since}, execution ${executionId}\n`,
    );
    expect(await faultbox.run(taken("T-13"))).toMatchObject({ code: 0, stdout: "started\n" });
    expect(await faultbox.run(["run", "--task", "T-12", "--", "true"])).toMatchObject({ code: 0 });
    await holder.kill();
    expect(await faultbox.run(taken("T-12"))).toMatchObject({ code: 0, stdout: "started\n" });
    expect(fs.existsSync(locks()) ? lockFiles() : []).toEqual([]);
  });

  test("leaves nothing when it is over", async () => {
    expect(await faultbox.run(taken("T"))).toMatchObject({ code: 0 });
    expect(fs.readdirSync(faultbox.directory())).toEqual([]);
  });

  test("lets one at a time in, of many that come at once", async () => {
    const program = writeFile(faultbox, "program", 'mkdir "$1" || exit 9; sleep 0.05; rmdir "$1"');
    const inside = path.join(faultbox.directory(), "inside");
    const words = ["run", "--exclusive", "--task", "../a key/of any kind", "--", "sh", program, inside];
    const wrong = await faultbox.run(words);
    expect([wrong.code, wrong.stderr]).toEqual([125, expect.stringContaining("Give --task letters, digits")]);
    words[3] = "one";
    const codes = await Promise.all(Array.from({ length: 12 }, async () => (await faultbox.run(words)).code));
    expect(codes.filter((code) => code !== 0 && code !== 75)).toEqual([]);
    expect(codes).toContain(0);
  });

  test("holds by any task key, whatever it is made of", async () => {
    const key = '../a key/of "any" kind\n';
    const flags = ["--exclusive", "--task-key", key];
    const holder = startVictim(faultbox, ["sh", "-c", "echo ready; exec sleep 300"], { flags });
    await until("the task is held", () => holder.said() === "ready\n");
    expect(lockFiles()).toEqual([expect.stringMatching(/^[\w.-]+\.lock$/)]);
    const second = await faultbox.run(["run", ...flags, "--", "true"]);
    expect([second.code, second.stderr.split("\n").length]).toEqual([75, 2]);
    await holder.kill();
  });

  test.each([
    [["run", "--exclusive", "--", "true"], 125],
    [["run", "--exclusive", "--task-key", " ", "--", "true"], 125],
  ])("%j has no task to hold", async (words, code) => {
    const ran = await faultbox.run(words);
    expect([ran.code, ran.stderr]).toEqual([code, "faultbox: Give --task-key or --task with --exclusive\n"]);
  });

  describe("of a job", () => {
    test("is refused by job start, which leaves no job", async () => {
      const flags = ["--exclusive", "--task", "T-12"];
      const id = await startJob(faultbox, ["sh", "-c", "echo ready; exec sleep 300"], { flags });
      await untilSaid(faultbox, id, "ready");
      const second = await starterOf(faultbox).run(["job", "start", ...flags, "--", "true"]);
      expect([second.code, second.stdout]).toEqual([75, ""]);
      const { pid } = recordOf(faultbox, id).owner;
      expect(second.stderr).toContain(`task "T-12" is held by process ${pid} on `);
      expect(second.stderr).toContain(`execution ${id}\n`);
      expect(JSON.parse((await faultbox.run(["job", "list", "--json"])).stdout)).toHaveLength(1);
      await faultbox.run(["job", "stop", id]);
      await until("the task is free", () => !fs.existsSync(locks()) || lockFiles().length === 0);
    });
  });

  test("of a worker is held by its task key, also where no errors log is to have it", async () => {
    const sidecar = path.join(faultbox.directory(), "sidecar.json");
    const prompt = writeFile(faultbox, "prompt.md", `**Errors sidecar path:** ${sidecar}\n`);
    writeFile(faultbox, "bin/codex", "#!/bin/sh\necho started\n", 0o755);
    const env = { PATH: `${faultbox.directory()}/bin:/usr/bin:/bin` };
    const work = ["worker", "codex", faultbox.directory(), "m", prompt, "--exclusive", "--task-key", "T-12"];
    const holder = startVictim(faultbox, ["sh", "-c", "echo ready; exec sleep 300"], {
      flags: ["--exclusive", "--task-key", "T-12"],
    });
    await until("the task is held", () => holder.said() === "ready\n");
    expect(await faultbox.run(work, { env })).toMatchObject({ code: 75, stdout: "" });
    expect(fs.existsSync(sidecar)).toBe(false);
    await holder.kill();
    expect(await faultbox.run(work, { env })).toMatchObject({ code: 0, stdout: "started\n" });
  });
});
