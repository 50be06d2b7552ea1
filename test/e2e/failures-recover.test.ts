import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { startVictim, untilNothingIsAtWork, untilTreeIsGone } from "./run-lost-support.ts";
import { keptNames, until } from "./run-outcome.ts";
import { eachWay } from "./support.ts";

eachWay("faultbox failures recover", (faultbox) => {
  const failures = () => path.join(faultbox.directory(), "logs/local/failures");
  const spool = () => {
    const name = fs.readdirSync(failures()).find((each) => each.endsWith(".spool"));
    return name === undefined ? null : path.join(failures(), name);
  };

  /** A spool whose owner is dead, as another place would have left it; without a place, as this one. */
  async function leaveSpool(place: Record<string, string> = {}, task = "t"): Promise<void> {
    const victim = startVictim(faultbox, ["sh", "-c", "echo the last words; exec sleep 300"], {
      flags: ["--task", task],
    });
    await until("it speaks", () => victim.said() !== "");
    const kept = `${faultbox.directory()}/kept-${task}`;
    fs.cpSync(failures(), kept, { recursive: true });
    await victim.kill();
    await untilTreeIsGone(victim);
    await untilNothingIsAtWork(faultbox);
    fs.rmSync(failures(), { recursive: true });
    fs.renameSync(kept, failures());
    const file = spool() ?? "";
    const [header = "", ...rest] = fs.readFileSync(file, "utf8").split("\n");
    const changed = JSON.parse(header);
    Object.assign(changed.owner, place);
    fs.writeFileSync(file, [JSON.stringify(changed), ...rest].join("\n"));
  }

  test("turns what a killed faultbox left into a failure, and says its name", async () => {
    await leaveSpool();
    const ran = await faultbox.run(["failures", "recover"]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(/^recovered exec-t \(execution [0-9a-f-]{36}\)\n$/);
    expect([...keptNames(faultbox)].sort()).toEqual(["exec-t.json", "exec-t.log"]);
    expect((await faultbox.run(["failures", "show", "exec-t"])).stdout).toContain("\nthe last words\n");
  });

  test.each(["list", "show", "log"])("happens by itself in failures %s", async (command) => {
    await leaveSpool();
    const ran = await faultbox.run(["failures", command]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain(command === "list" ? "lost" : "the last words");
    expect(spool()).toBeNull();
  });

  test("says that there is nothing to do, and finds no other execution than the one it is asked for", async () => {
    const none = await faultbox.run(["failures", "recover"]);
    expect([none.code, none.stdout]).toEqual([0, ""]);
    expect(none.stderr).toContain("nothing is to be recovered");
    await leaveSpool();
    expect((await faultbox.run(["failures", "recover", "0198c000-0000-7000-8000-000000000001"])).code).toBe(
      1,
    );
    expect(spool()).not.toBeNull();
    const id = path.basename(spool() ?? "").slice(1, -".spool".length);
    expect((await faultbox.run(["failures", "recover", id])).code).toBe(0);
    expect(spool()).toBeNull();
  });

  test.each([
    ["another machine", { machineId: "0123456789abcdef0123456789abcdef" }],
    ["another boot", { bootId: "00000000-0000-4000-8000-000000000000" }],
    ["another pid namespace", { pidNamespace: "pid:[1]" }],
  ])("leaves a spool of %s alone and says so, unless --foreign is given", async (_, place) => {
    await leaveSpool(place);
    const bystander = Bun.spawn(["sleep", "300"], {
      env: { FAULTBOX_EXECUTION: path.basename(spool() ?? "").slice(1, 37) },
    });
    try {
      const listed = await faultbox.run(["failures", "list", "--json"]);
      expect(JSON.parse(listed.stdout)).toEqual([]);
      expect(listed.stderr).toContain("1 left by somebody elsewhere");
      const left = await faultbox.run(["failures", "recover", "--json"]);
      expect(JSON.parse(left.stdout)).toMatchObject([{ action: "left alone", name: null }]);
      const taken = await faultbox.run(["failures", "recover", "--foreign", "--json"]);
      expect(JSON.parse(taken.stdout)).toMatchObject([{ action: "recovered", name: "exec-t", reason: null }]);
      expect(bystander.exitCode).toBeNull();
    } finally {
      bystander.kill();
    }
  });

  test("at once by ten gives one result, and each of them finds it", async () => {
    await leaveSpool();
    const ran = await faultbox.shell("for i in $(seq 10); do $F failures list --json & done; wait");
    const lists = ran.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lists.map((list) => list.map(({ name }: { name: string }) => name))).toEqual(
      Array(10).fill(["exec-t"]),
    );
    expect([...keptNames(faultbox)].sort()).toEqual(["exec-t.json", "exec-t.log"]);
  });

  test("does not touch a run that goes on, and leaves it its evidence", async () => {
    const victim = startVictim(faultbox, ["sh", "-c", "echo out; sleep 0.5; exit 3"]);
    await until("it speaks", () => victim.said() !== "");
    const ran = await faultbox.run(["failures", "recover"]);
    expect([ran.code, ran.stdout, spool() === null]).toEqual([0, "", false]);
    expect(await victim.ended).toBe(3);
    expect(spool()).toBeNull();
  });

  test("is not slowed by, and does not recover in, a run", async () => {
    await leaveSpool();
    await faultbox.run(["run", "--", "true"]);
    expect(spool()).not.toBeNull();
  });

  test("is not shown with the command that the watchdog becomes", async () => {
    const help = await faultbox.run(["--help"]);
    expect([help.stdout.includes("failures"), help.stdout.includes("after-loss")]).toEqual([true, false]);
    expect((await faultbox.run(["failures", "--help"])).stdout).toContain("recover");
    const wrong = await faultbox.run(["no-such-command"]);
    expect(wrong.stderr).not.toContain("after-loss");
    expect((await faultbox.run(["after-loss"])).code).toBe(2);
  });
});
