import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay } from "./support.ts";

eachWay("faultbox failures, kept up,", (faultbox) => {
  const fail = (task: string, script: string) =>
    faultbox.run(["run", "--role", "goal", "--task", task, "--retries", "0", "--", "sh", "-c", script]);
  const failures = (...words: string[]) => faultbox.run(["failures", ...words]);
  const here = () => join(faultbox.directory(), "logs/local/failures");
  const names = async () =>
    JSON.parse((await failures("list", "--json")).stdout).map(({ name }: { name: string }) => name);

  test("groups says how often the same fault came, and how to see the newest: what differs in numbers only is the same", async () => {
    for (const number of [1, 2, 3])
      await fail(`t${number}`, `echo "cannot open /a${number}/x.txt after ${number} tries" >&2; exit 2`);
    const [group] = JSON.parse((await failures("groups", "--json", "--limit", "1")).stdout);
    expect(group).toMatchObject({
      count: 3,
      key: "cli-failure | exit 2 | cannot open <path>/x.txt after <number> tries",
      example: { name: "goal-t3" },
      command: "faultbox failures log goal-t3",
    });
    const [first, , , command] = (await failures("groups")).stdout.split("\n");
    expect(first).toMatch(
      /^3 times since \w{3} \d{4}-\d\d-\d\d \d\d:\d\dZ, last .* ago\) {2}v1:[0-9a-f]{16}$/,
    );
    const log = await faultbox.shell(String(command).replace(/^faultbox/, "$F"));
    expect(log.stdout).toBe(fs.readFileSync(join(here(), "goal-t3.log"), "utf8"));
  });

  test("prune removes nothing that is pinned, the newest, or that nobody asked for", async () => {
    for (const task of ["t1", "t2", "t3", "t4"]) await fail(task, "exit 1");
    expect((await failures("prune")).code).toBe(2);
    expect((await failures("pin", "t1")).stderr).toBe("faultbox: pinned goal-t1\n");
    const dry = await failures("prune", "--max-count", "1", "--dry-run");
    expect(dry.stdout).toMatch(
      /^would remove goal-t2 .*\nwould remove goal-t3 .*\nwould remove 2 failures \(.*\)\n$/,
    );
    expect(await names()).toHaveLength(4);
    const pruned = await failures("prune", "--max-count", "1", "--json");
    expect(JSON.parse(pruned.stdout)).toMatchObject({
      dryRun: false,
      kept: 2,
      removed: [{ name: "goal-t2" }, { name: "goal-t3" }],
    });
    expect(await names()).toEqual(["goal-t4", "goal-t1"]);
    expect(JSON.parse((await failures("list", "--json")).stdout)).toMatchObject([
      { pinned: false },
      { pinned: true },
    ]);
    await failures("unpin", "t1");
    await failures("prune", "--max-bytes", "1");
    expect(await names()).toEqual(["goal-t4"]);
    expect(fs.readdirSync(here()).sort()).toEqual([
      ".gitignore",
      "goal-t4.json",
      "goal-t4.log",
      "index.jsonl",
    ]);
  });

  test("pin and unpin of what is not there exit 1, and say what they did as JSON", async () => {
    expect((await failures("pin", "nothing")).code).toBe(1);
    await fail("t1", "exit 1");
    const said = [];
    for (const verb of ["pin", "pin", "unpin"])
      said.push(JSON.parse((await failures(verb, "--json")).stdout));
    expect(said).toEqual([
      { name: "goal-t1", pinned: true, changed: true },
      { name: "goal-t1", pinned: true, changed: false },
      { name: "goal-t1", pinned: false, changed: true },
    ]);
  });

  test("reindex makes the index anew", async () => {
    for (const task of ["t1", "t2"]) await fail(task, "exit 1");
    const index = join(here(), "index.jsonl");
    const before = fs.readFileSync(index, "utf8");
    fs.writeFileSync(index, '{"torn');
    expect(JSON.parse((await failures("reindex", "--json")).stdout)).toEqual({
      directory: here(),
      entries: 2,
    });
    expect(fs.readFileSync(index, "utf8")).toBe(before);
    expect((await faultbox.run(["failures", "reindex"], { cwd: "/proc" })).code).toBe(0);
  });
});
