import { afterEach, expect, test } from "bun:test";
import * as fs from "node:fs";
import type { JobRecord } from "../../src/job/job-record.ts";
import {
  askJson,
  changeOwner,
  endStartedJobs,
  filesOf,
  type JobAnswer,
  killSupervisor,
  pollOne,
  recordOf,
  startJob,
  untilSaid,
} from "./job-support.ts";
import { carriersOf } from "./run-lost-support.ts";
import { isAlive, until } from "./run-outcome.ts";
import { eachWay, keptOutcomes } from "./support.ts";

eachWay("faultbox job, whose supervisor is killed by SIGKILL,", (faultbox) => {
  afterEach(endStartedJobs);

  const speaks = ["sh", "-c", "echo the last words; exec sleep 300"];

  async function startAndKill(): Promise<string> {
    const id = await startJob(faultbox, speaks);
    await untilSaid(faultbox, id, "the last words");
    await killSupervisor(faultbox, id);
    return id;
  }

  test.each([
    ["poll", 0],
    ["wait", 1],
    ["list", 0],
    ["show", 0],
  ])("is found lost by %s, with its evidence and without its tree", async (command, code) => {
    const id = await startAndKill();
    const ran = await faultbox.run(["job", command]);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toContain("lost  ");
    const { marker, outcome } = filesOf(faultbox, id);
    expect([fs.existsSync(marker), fs.existsSync(outcome)]).toEqual([false, true]);
    const answer = await pollOne(faultbox, id);
    expect(answer).toMatchObject({ state: "lost", status: "lost", exitCode: null });
    expect(fs.readFileSync(answer.diagnostics ?? "", "utf8")).toContain("\nthe last words\n");
    expect(keptOutcomes(faultbox.directory())).toMatchObject([{ executionId: id, status: "lost" }]);
    await until("its tree is gone", () => carriersOf(`FAULTBOX_EXECUTION=${id}`).length === 0);
    expect(await askJson<unknown[]>(faultbox, ["poll"])).toEqual([]);
    expect((await faultbox.run(["job", "stop", id])).stdout).toContain("was over already");
  });

  test("is found lost by many at once, and settled once", async () => {
    const id = await startAndKill();
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => askJson<readonly JobAnswer[]>(faultbox, ["poll", id])),
    );
    expect(new Set(answers.map(([answer]) => answer?.state))).toEqual(new Set(["lost"]));
    expect(keptOutcomes(faultbox.directory())).toHaveLength(1);
  });

  test("ends the log of whoever follows it", async () => {
    const id = await startJob(faultbox, speaks);
    await untilSaid(faultbox, id, "the last words");
    const following = faultbox.run(["job", "log", id, "--follow"]);
    await killSupervisor(faultbox, id);
    const followed = await following;
    expect([followed.code, followed.stdout]).toEqual([0, "the last words\n"]);
  });

  test("before the program spoke is lost without evidence", async () => {
    const id = await startJob(faultbox, ["sleep", "300"]);
    await killSupervisor(faultbox, id);
    await faultbox.run(["job", "poll"]);
    const outcome = JSON.parse(fs.readFileSync(filesOf(faultbox, id).outcome, "utf8"));
    expect(outcome).toMatchObject({ executionId: id, status: "lost", failureCategory: "killed" });
  });

  test.each<[string, Partial<JobRecord["owner"]>, string]>([
    ["recycled its process id", { startTime: "1" }, "lost"],
    ["was of another boot", { bootId: "11111111-2222-3333-4444-555555555555" }, "lost"],
    ["was of another pid namespace", { pidNamespace: "pid:[1]" }, "lost"],
    ["was of another machine", { machineId: "0123456789abcdef0123456789abcdef" }, "unknown"],
    ["was of another machine with a copied id", { bootId: "1111", name: "other" }, "unknown"],
  ])("and %s signals nobody", async (_, change, state) => {
    const id = await startAndKill();
    const bystander = Bun.spawn(["sleep", "300"]);
    try {
      const startTime = startTimeOf(bystander.pid);
      changeOwner(faultbox, id, { pid: bystander.pid, startTime, ...change });
      await until("the watchdog is done", () => carriersOf(`FAULTBOX_EXECUTION=${id}`).length === 0);
      const stop = await faultbox.run(["job", "stop", id, "--force"]);
      expect(stop.code).toBe(state === "lost" ? 0 : 1);
      expect(await pollOne(faultbox, id)).toMatchObject({ state });
      expect((await faultbox.run(["job", "wait", id, "--for", "0"])).code).toBe(state === "lost" ? 1 : 75);
      expect(isAlive(bystander.pid)).toBe(true);
    } finally {
      bystander.kill("SIGKILL");
      await bystander.exited;
    }
  });

  test("is not taken for alive when a living process has its pid and start time, but not the lock", async () => {
    const id = await startAndKill();
    const bystander = Bun.spawn(["sleep", "300"]);
    try {
      changeOwner(faultbox, id, { pid: bystander.pid, startTime: startTimeOf(bystander.pid) });
      expect((await faultbox.run(["job", "stop", id])).code).toBe(0);
      expect(await pollOne(faultbox, id)).toMatchObject({ state: "lost" });
      expect(isAlive(bystander.pid)).toBe(true);
    } finally {
      bystander.kill("SIGKILL");
      await bystander.exited;
    }
  });

  test("leaves one that runs elsewhere alone: a held lock is running, and out of reach", async () => {
    const id = await startJob(faultbox, speaks);
    const { owner } = recordOf(faultbox, id);
    for (const change of [{ pidNamespace: "pid:[1]" }, { bootId: "1111" }, { machineId: "0123" }]) {
      changeOwner(faultbox, id, change);
      expect(await pollOne(faultbox, id)).toMatchObject({ state: "running" });
      const stop = await faultbox.run(["job", "stop", id, "--force"]);
      expect([stop.code, stop.stdout]).toEqual([1, expect.stringContaining("cannot be stopped from here")]);
    }
    changeOwner(faultbox, id, owner);
    expect((await faultbox.run(["job", "stop", id])).code).toBe(0);
  });
});

function startTimeOf(pid: number): string {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
