/**
 * Many jobs at once, and jobs whose starter, supervisor or both are killed at random moments. `FAULTBOX_STORM=200` is the size that
 * the design was judged by.
 */
import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { askJson, filesOf, type JobAnswer } from "./job-support.ts";
import { until, writeFile } from "./run-outcome.ts";
import { eachWay, shellEnvironment } from "./support.ts";

const jobs = Number(process.env["FAULTBOX_STORM"] ?? "40") || 200;
const starters = 8;
const patienceMs = 30_000 + jobs * 1000;

/** Which jobs end well, by their number. */
const endsWell = (task: string) => Number(task.split("-")[1]) % 3 !== 0;

eachWay(
  `a storm of ${jobs} jobs`,
  (faultbox) => {
    const all = () =>
      askJson<readonly (JobAnswer & { task: string })[]>(faultbox, ["list", "--limit", "100000"]);
    /** Supervisors, programs and watchdogs: each of them names the directory. */
    const untilNoneRuns = () =>
      until("nothing runs any more", () => commandsWith(faultbox.directory()).length === 0, patienceMs);

    test(
      `started at once by ${starters} processes: as many ids, and as many outcomes`,
      async () => {
        const each = Math.ceil(jobs / starters);
        const line = `for n in $(seq $1 $2); do
            $F job start --task "t-$n" --root "$PWD" -- sh -c 'echo said; exit $((1 - ($0 % 3 > 0)))' $n >>ids.$1 &
          done; wait`;
        const begun = Array.from({ length: starters }, (_, index) =>
          Bun.spawn(["bash", "-c", line, "bash", String(index * each + 1), String((index + 1) * each)], {
            cwd: faultbox.directory(),
            env: shellEnvironment(faultbox),
            stdio: ["ignore", "ignore", "inherit"],
          }),
        );
        await Promise.all(begun.map(({ exited }) => exited));
        const ids = fs
          .readdirSync(faultbox.directory())
          .filter((name) => name.startsWith("ids."))
          .flatMap((name) =>
            fs.readFileSync(path.join(faultbox.directory(), name), "utf8").trim().split("\n"),
          );
        expect(new Set(ids).size).toBe(each * starters);
        expect((await faultbox.run(["job", "wait", ...ids, "--for", "10m"])).code).toBe(1);
        await untilNoneRuns();
        const answers = await all();
        expect(answers.map(({ id }) => id).sort()).toEqual(ids.toSorted());
        const wrong = answers.filter(({ task, state }) => state !== (endsWell(task) ? "completed" : "error"));
        expect(wrong).toEqual([]);
        const names = fs.readdirSync(filesOf(faultbox, "").jobs);
        expect(names.filter((name) => name.startsWith("."))).toEqual([".gitignore"]);
      },
      patienceMs,
    );

    test(
      "whose starter, supervisor or both are killed at random moments: no program without a job, none left running",
      async () => {
        const program = writeFile(faultbox, "program", 'echo said; : >"ran-$1"; sleep 0.1; echo done');
        const waiting = Array.from({ length: jobs }, (_, index) => index + 1);
        const work = async () => {
          for (let number = waiting.pop(); number !== undefined; number = waiting.pop())
            await startAndKill(number);
        };
        const told = new Map<string, string>();
        await Promise.all([1, 2, 3, 4].map(work));
        await untilNoneRuns();
        const answers = await all();
        const states = new Map(answers.map(({ task, state }) => [task, state]));
        expect(states.size).toBe(answers.length);
        const ran = fs.readdirSync(faultbox.directory()).filter((name) => name.startsWith("ran-"));
        expect(ran.filter((name) => !states.has(name.replace("ran", "t")))).toEqual([]);
        expect([...told.keys()].filter((task) => !states.has(task))).toEqual([]);
        const wrong = [...states].filter(([task, state]) =>
          victimOf(task) === "starter" ? state !== "completed" : !["completed", "lost"].includes(state),
        );
        expect(wrong).toEqual([]);
        expect(await askJson<unknown[]>(faultbox, ["poll"])).toEqual([]);

        async function startAndKill(number: number): Promise<void> {
          const task = `t-${number}`;
          const starter = Bun.spawn(
            [
              ...[...faultbox.command, "job", "start", "--task", task, "--root", faultbox.directory()],
              ...["--", "sh", program, String(number)],
            ],
            {
              cwd: faultbox.directory(),
              env: { PATH: "/usr/bin:/bin" },
              stdio: ["ignore", "pipe", "ignore"],
            },
          );
          const victim = victimOf(task);
          if (victim !== "supervisor") void Bun.sleep(Math.random() * 40).then(() => starter.kill("SIGKILL"));
          if (victim !== "starter") {
            const pid = await supervisorOf(task, starter);
            await Bun.sleep(Math.random() * 60);
            if (pid !== null && isSupervisor(pid, task)) process.kill(pid, "SIGKILL");
          }
          const said = await new Response(starter.stdout).text();
          await starter.exited;
          if (said !== "") told.set(task, said.trim());
        }
      },
      patienceMs,
    );
  },
  ["compiled"],
);

function victimOf(task: string): "starter" | "supervisor" | "both" {
  const kinds = ["starter", "supervisor", "both"] as const;
  return kinds[Number(task.split("-")[1]) % 3] ?? "both";
}

/** Null when there never was one: its starter was killed first. */
async function supervisorOf(task: string, starter: Bun.Subprocess): Promise<number | null> {
  for (let isLast = false; ; ) {
    const pid = fs
      .readdirSync("/proc")
      .find((name) => /^\d+$/.test(name) && isSupervisor(Number(name), task));
    if (pid !== undefined) return Number(pid);
    if (isLast) return null;
    isLast = starter.exitCode !== null || starter.signalCode !== null;
    await Bun.sleep(1);
  }
}

function isSupervisor(pid: number, task: string): boolean {
  return commandOf(String(pid)).includes(`job\0supervise\0--task\0${task}\0`);
}

function commandsWith(directory: string): readonly string[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf)
    .filter((command) => command.includes(directory));
}

function commandOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return ""; // it is gone
  }
}
