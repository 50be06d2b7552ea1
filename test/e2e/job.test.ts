import { afterEach, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  askJson,
  endStartedJobs,
  filesOf,
  type JobAnswer,
  pollOne,
  recordOf,
  startJob,
  untilSaid,
} from "./job-support.ts";
import { isAlive, readFile, until, writeFile } from "./run-outcome.ts";
import { denoCannot, eachWay, keptOutcomes } from "./support.ts";

/** Says ready, and lives until it is told to go on or is stopped. */
const waits = ["sh", "-c", "echo ready; read -r line <go; echo told: $line"];

eachWay("faultbox job", (faultbox) => {
  afterEach(endStartedJobs);
  const makeGo = () => Bun.spawnSync(["mkfifo", path.join(faultbox.directory(), "go")]);
  const tellGo = (word: string) => writeFile(faultbox, "go", `${word}\n`);
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

  describe("start", () => {
    if (faultbox.way === "deno") {
      test(`is refused with the way out (${denoCannot.jobs})`, async () => {
        const ran = await faultbox.run(["job", "start", "--", "true"]);
        expect([ran.code, ran.stdout]).toEqual([2, ""]);
        expect(ran.stderr).toMatch(/^faultbox: Cannot start a job: [^\n]+use the compiled faultbox\n$/);
      });
      return;
    }

    test("in a command substitution gives the id while the program runs, which has a session and an empty stdin", async () => {
      makeGo();
      const program = `'cat; ps -o sid= -p $$ >sid; echo ready; read -r line <go; echo told: $line'`;
      const ran = await faultbox.shell(`id=$($F job start -- sh -c ${program}); echo "$id $?"`);
      const [id = "", code] = ran.stdout.trim().split(" ");
      expect([code, ran.stderr]).toEqual(["0", ""]);
      expect(id).toMatch(uuid);
      await untilSaid(faultbox, id, "ready");
      expect(await pollOne(faultbox, id)).toMatchObject({ state: "running", endedAt: null, status: null });
      expect(Number(readFile(faultbox, "sid"))).not.toBe(recordOf(faultbox, id).owner.pid);
      tellGo("go on");
      expect((await faultbox.run(["job", "wait", id])).code).toBe(0);
      expect(fs.readFileSync(filesOf(faultbox, id).log, "utf8")).toBe("ready\ntold: go on\n");
    });

    test("--json gives the id and the paths of files that nobody else can read", async () => {
      const ran = await faultbox.run(["job", "start", "--json", "--", "sh", "-c", "echo said"]);
      const started = JSON.parse(ran.stdout);
      const { directory, log, outcome, jobs } = filesOf(faultbox, started.id);
      expect(started).toEqual({ id: started.id, directory, log, outcome });
      await faultbox.run(["job", "wait", started.id]);
      const modeOf = (file: string) => (fs.statSync(file).mode & 0o777).toString(8);
      expect([jobs, directory].map(modeOf)).toEqual(["700", "700"]);
      expect(
        fs
          .readdirSync(directory)
          .sort()
          .map((name) => [name, modeOf(path.join(directory, name))]),
      ).toEqual([
        ["job.json", "600"],
        ["log", "600"],
        ["outcome.json", "600"],
      ]);
      await until("the marker is gone", () => fs.readdirSync(jobs).length === 2);
      expect(fs.readdirSync(jobs).sort()).toEqual([".gitignore", started.id]);
      expect(JSON.parse(fs.readFileSync(outcome, "utf8"))).toMatchObject({
        executionId: started.id,
        status: "succeeded",
        limits: { timeout: { ms: 1_800_000, source: "default" } },
      });
    });

    test("takes its limit from --timeout, else from FAULTBOX_TIMEOUT", async () => {
      const env = { FAULTBOX_TIMEOUT: "17m" };
      const inherited = await startJob(faultbox, ["true"], { env });
      const given = await startJob(faultbox, ["true"], { env, flags: ["--timeout", "0"] });
      expect(recordOf(faultbox, inherited).execution.limits.timeout).toEqual({
        ms: 1_020_000,
        source: "FAULTBOX_TIMEOUT",
      });
      expect(recordOf(faultbox, given).execution.limits.timeout).toEqual({ ms: 0, source: "--timeout" });
      await faultbox.run(["job", "wait", inherited, given]);
    });

    test.each([
      [["--timeout", "soon", "--", "true"], 2, "Give --timeout as a duration"],
      [["--"], 2, "Give the program after --"],
      [["--outcome", "-", "--", "true"], 2, "a job has no stdout"],
      [["--quiet", "--", "true"], 2, 'Unknown flag "--quiet"'],
      [["--stdin", "missing", "--", "true"], 2, 'Cannot read --stdin "missing": no such file'],
      [["--config", "missing.toml", "--", "true"], 2, "missing.toml"],
      [["--root", "/proc/no", "--", "true"], 74, 'Cannot make the job "/proc/no/logs/local/jobs/'],
    ])("%j leaves no job, and exits %d", async (words, code, message) => {
      const ran = await faultbox.run(["job", "start", ...words]);
      expect([ran.code, ran.stdout]).toEqual([code, ""]);
      expect(ran.stderr).toMatch(/^faultbox: [^\n]+\n$/);
      expect(ran.stderr).toContain(message);
      expect(fs.readdirSync(faultbox.directory())).toEqual([]);
    });

    test("holds none of the caller's descriptors, and outlives a hangup of its whole session", async () => {
      makeGo();
      const script = writeFile(
        faultbox,
        "lead",
        `exec 9>lock; flock 9; $F job start -- ${waits.map((word) => `'${word}'`).join(" ")} >id; kill -HUP -$$; kill -KILL -$$`,
      );
      await faultbox.shell(`setsid bash ${script}`);
      const id = readFile(faultbox, "id").trim();
      await untilSaid(faultbox, id, "ready");
      expect((await faultbox.shell("flock -n lock echo free")).stdout).toBe("free\n");
      tellGo("after all");
      expect((await faultbox.run(["job", "wait", id])).code).toBe(0);
      expect(fs.readFileSync(filesOf(faultbox, id).log, "utf8")).toContain("told: after all");
    });

    test("outlives the execution that it is called in, also one that a limit ends", async () => {
      makeGo();
      const script = writeFile(
        faultbox,
        "lead",
        `${faultbox.command.join(" ")} job start -- ${waits.map((word) => `'${word}'`).join(" ")} >id; exec sleep 60`,
      );
      const ran = await faultbox.run(["run", "--timeout", "1s", "--", "sh", script]);
      expect(ran.code).toBe(124);
      const id = readFile(faultbox, "id").trim();
      expect(await pollOne(faultbox, id)).toMatchObject({ state: "running" });
      tellGo("on");
      expect((await faultbox.run(["job", "wait", id])).code).toBe(0);
    });
  });

  test("ends in the state that its execution ended in, and keeps the evidence of what is no success", async () => {
    const ids = [
      await startJob(faultbox, ["true"]),
      await startJob(faultbox, ["sh", "-c", "echo why >&2; exit 3"]),
      await startJob(faultbox, ["sleep", "300"], { flags: ["--timeout", "200ms"] }),
      await startJob(faultbox, ["no-such-program"]),
      await startJob(faultbox, ["true"], { flags: ["--require", "NOT_HERE"] }),
    ];
    expect((await faultbox.run(["job", "wait", ...ids])).code).toBe(1);
    expect((await faultbox.run(["job", "wait", ids[0] ?? ""])).code).toBe(0);
    const answers = await askJson<readonly JobAnswer[]>(faultbox, ["poll", ...ids]);
    expect(answers.map(({ state, exitCode }) => [state, exitCode])).toEqual([
      ["completed", 0],
      ["error", 3],
      ["timeout", 124],
      ["not-run", 127],
      ["not-run", 125],
    ]);
    const kept = keptOutcomes(faultbox.directory()).map(({ executionId }) => executionId);
    expect(kept.sort()).toEqual(ids.slice(1).sort());
    const evidence = answers.map(({ diagnostics }) => diagnostics);
    expect(evidence.map((file) => file !== null && fs.existsSync(file))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
    const listed = await askJson<readonly JobAnswer[]>(faultbox, ["list"]);
    expect(listed.map(({ id }) => id)).toEqual(ids.toReversed());
    await until("every marker is gone", () =>
      ids.every((id) => !fs.existsSync(filesOf(faultbox, id).marker)),
    );
    expect((await faultbox.run(["job", "poll"])).stdout).toBe("");
  });

  test("tells of a running job how far it has come, apart from that it lives, with no secret in it", async () => {
    makeGo();
    const program = ["sh", "-c", "echo one; echo key $KEY; seq 100; read -r line <go"];
    const id = await startJob(faultbox, program, {
      flags: ["--secret", "KEY"],
      env: { KEY: "tok-93a8f7c2" },
    });
    await untilSaid(faultbox, id, "\n100\n");
    const { state, progress } = await pollOne(faultbox, id);
    expect([state, progress.lastLine]).toEqual(["running", "100"]);
    expect(progress.bytes).toBe(fs.statSync(filesOf(faultbox, id).log).size);
    expect(readFile(faultbox, `logs/local/jobs/${id}/log`)).toStartWith("one\nkey [REDACTED:KEY]\n1\n");
    expect(Date.parse(progress.lastOutputAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    const line = (await faultbox.run(["job", "poll", id])).stdout;
    expect(line).toMatch(new RegExp(`^running  ${id}  for .*: 100\n$`));
    expect((await faultbox.run(["job", "show", id])).stdout).toContain("\noutput     for ");
    tellGo("go");
    await faultbox.run(["job", "wait", id]);
    const all = fs.readdirSync(filesOf(faultbox, id).directory);
    expect(
      all.filter((name) => readFile(faultbox, `logs/local/jobs/${id}/${name}`).includes("tok-93")),
    ).toEqual([]);
  });

  test("wait returns 75 within its limit while a job runs, and the job's answer as soon as it ends", async () => {
    makeGo();
    const id = await startJob(faultbox, waits);
    const early = await faultbox.run(["job", "wait", "latest", "--for", "100ms"]);
    expect([early.code, early.stdout.split(" ")[0]]).toEqual([75, "running"]);
    const waiting = faultbox.run(["job", "wait", id, "--for", "1m"]);
    tellGo("end");
    const late = await waiting;
    expect([late.code, late.stdout.split(" ")[0]]).toEqual([0, "completed"]);
  });

  describe("stop", () => {
    /** Ends in its own time when it is asked to. */
    const polite =
      "trap 'echo asked; read -r line <go; exit 0' TERM; echo ready; while :; do sleep 0.05; done";

    test("ends a job by SIGTERM, and twice is fine: the second waits for the same end", async () => {
      makeGo();
      const id = await startJob(faultbox, ["sh", "-c", polite]);
      await untilSaid(faultbox, id, "ready");
      const first = faultbox.run(["job", "stop", id]);
      await untilSaid(faultbox, id, "asked");
      const second = faultbox.run(["job", "stop", id, "--json"]);
      expect((await pollOne(faultbox, id)).state).toBe("running");
      tellGo("now");
      const [one, two] = [await first, await second];
      expect([one.code, two.code, one.stderr]).toEqual([0, 0, ""]);
      expect(one.stdout).toContain(`stopped ${id}: "sh" was cancelled after `);
      expect(JSON.parse(two.stdout)).toMatchObject([{ id, state: "error", status: "cancelled" }]);
      const outcome = JSON.parse(fs.readFileSync(filesOf(faultbox, id).outcome, "utf8"));
      expect(outcome.attempts[0].signalsSent).not.toContain("SIGKILL");
      const third = await faultbox.run(["job", "stop", id]);
      expect([third.code, third.stdout]).toEqual([
        0,
        expect.stringContaining(`${id} was over already, since `),
      ]);
    });

    test("kills after the grace what does not end, and says so", async () => {
      const stubborn = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
      const id = await startJob(faultbox, ["sh", "-c", stubborn], { flags: ["--grace", "100ms"] });
      await untilSaid(faultbox, id, "ready");
      const ran = await faultbox.run(["job", "stop", id.slice(-8)]);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toContain("(SIGTERM, then SIGKILL; the grace is 100 ms)");
    });

    test("--force waits for no grace, also where somebody asked before", async () => {
      makeGo();
      const id = await startJob(faultbox, ["sh", "-c", polite], { flags: ["--grace", "1h"] });
      await untilSaid(faultbox, id, "ready");
      const first = faultbox.run(["job", "stop", id]);
      await untilSaid(faultbox, id, "asked");
      expect((await faultbox.run(["job", "stop", id, "--force"])).code).toBe(0);
      expect((await first).code).toBe(0);
      expect(await pollOne(faultbox, id)).toMatchObject({ state: "error", status: "cancelled" });
    });
  });

  test("log prints what was said; --follow what comes, and ends with the job", async () => {
    makeGo();
    const id = await startJob(faultbox, waits);
    await untilSaid(faultbox, id, "ready");
    expect((await faultbox.run(["job", "log"])).stdout).toBe("ready\n");
    const following = faultbox.run(["job", "log", id, "--follow"]);
    tellGo("more");
    const followed = await following;
    expect([followed.code, followed.stdout]).toEqual([0, "ready\ntold: more\n"]);
    const { log } = filesOf(faultbox, id);
    expect(await askJson(faultbox, ["log", id])).toEqual({ path: log, text: "ready\ntold: more\n" });
    expect((await faultbox.run(["job", "log", id, "--follow", "--json"])).code).toBe(2);
  });

  test("prune removes the oldest beyond a limit; what runs and the newest stay", async () => {
    makeGo();
    const running = await startJob(faultbox, waits);
    const over: string[] = [];
    for (const _ of [1, 2, 3]) over.push(await startJob(faultbox, ["sh", "-c", "exit 1"]));
    await faultbox.run(["job", "wait", ...over]);
    const listed = async () => (await askJson<readonly JobAnswer[]>(faultbox, ["list"])).map(({ id }) => id);
    const dry = await faultbox.run(["job", "prune", "--max-count", "1", "--dry-run", "--json"]);
    expect(JSON.parse(dry.stdout)).toMatchObject({
      dryRun: true,
      removed: over.slice(0, 2).map((id) => ({ id, state: "error" })),
      kept: 2,
    });
    expect(await listed()).toHaveLength(4);
    const ran = await faultbox.run(["job", "prune", "--max-count", "1"]);
    expect(ran.stdout).toContain("removed 2 jobs (");
    expect(await listed()).toEqual([over[2] ?? "", running]);
    expect((await faultbox.run(["job", "prune", "--max-age", "0s"])).stdout).toContain("removed 0 jobs");
    expect((await faultbox.run(["job", "prune"])).code).toBe(2);
    expect(keptOutcomes(faultbox.directory())).toHaveLength(3);
    tellGo("end");
    expect((await faultbox.run(["job", "wait", running])).code).toBe(0);
  });

  test("is found by its id, a prefix, its last 8 characters and latest; what means several lists them", async () => {
    const older = await startJob(faultbox, ["true"]);
    const newer = await startJob(faultbox, ["true"]);
    await faultbox.run(["job", "wait", older, newer]);
    for (const word of [older, older.slice(0, -1), older.slice(-8), older.toUpperCase()])
      expect((await pollOne(faultbox, word)).id).toBe(older);
    expect((await pollOne(faultbox, "latest")).id).toBe(newer);
    const many = await faultbox.run(["job", "show", older.slice(0, 4)]);
    expect([many.code, many.stdout]).toEqual([1, ""]);
    expect(many.stderr).toContain(`2 jobs match "${older.slice(0, 4)}"`);
    for (const id of [older, newer]) expect(many.stderr).toContain(id);
    for (const words of [
      ["poll", "beef"],
      ["wait", "beef"],
      ["show", "beef"],
      ["log", "beef"],
      ["stop", "beef"],
    ]) {
      const none = await faultbox.run(["job", ...words]);
      expect([none.code, none.stdout]).toEqual([1, ""]);
      expect(none.stderr).toContain('no job matches "beef"');
    }
  });

  test("is told where there are none", async () => {
    const list = await faultbox.run(["job", "list"]);
    expect([list.code, list.stdout, list.stderr]).toEqual([
      0,
      "",
      expect.stringContaining("there are no jobs in "),
    ]);
    expect(await askJson<unknown[]>(faultbox, ["poll"])).toEqual([]);
    expect(fs.readdirSync(faultbox.directory())).toEqual([]);
  });

  test("with a flood of output is supervised and logged to its end", async () => {
    const id = await startJob(faultbox, ["sh", "-c", "seq 200000; exit 4"]);
    expect((await faultbox.run(["job", "wait", id])).code).toBe(1);
    const lines = fs.readFileSync(filesOf(faultbox, id).log, "utf8").trimEnd().split("\n");
    expect([lines.length, lines.at(-1)]).toEqual([200_000, "200000"]);
    await until("the supervisor is gone", () => !isAlive(recordOf(faultbox, id).owner.pid));
    expect(fs.existsSync(filesOf(faultbox, id).marker)).toBe(false);
  });
});
