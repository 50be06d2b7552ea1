/**
 * A storm: many runs killed at random moments. `FAULTBOX_STORM=300` makes it as long as one has patience for,
 * `FAULTBOX_STORM_LIFE=60` kills each within 60 ms.
 */
import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { listedFailures, startVictim, untilTreeIsGone, type Victim } from "./run-lost-support.ts";
import { until, writeFile } from "./run-outcome.ts";
import { eachWay, type Faultbox, keptOutcomes } from "./support.ts";

const runs = Number(process.env["FAULTBOX_STORM"] ?? "40");
const atOnce = 4;
/** What was written longer ago than this must be found again. */
const graceMs = 250;
const longestLifeMs = Number(process.env["FAULTBOX_STORM_LIFE"] ?? "900");

/** Numbers its lines, and notes elsewhere when it had written each; some of what it starts leaves its session. */
const program = `
  setsid sleep 300 & (setsid sh -c 'sleep 301 & sleep 302' &)
  while :; do
    n=$((n + 1)); echo "line $n"; [ $((n % 7)) = 0 ] && echo "line $n" >&2
    date +"$n %s%3N" >>"$1"
  done`;

eachWay(`a storm of ${runs} runs killed by SIGKILL at random moments`, (faultbox) => {
  // From source it is the same code, and a tenth of the speed.
  if (faultbox.way !== "compiled") return;

  test(
    "leaves no tree, and every line that is older than 250 ms",
    async () => {
      const script = writeFile(faultbox, "program", program);
      const lives = Array.from({ length: runs }, (_, index) => ({
        index,
        ms: Math.random() * longestLifeMs,
      }));
      const told: { readonly task: string; readonly mustHave: number }[] = [];
      const work = async () => {
        for (let life = lives.pop(); life; life = lives.pop())
          told.push(await liveAndDie(faultbox, script, life));
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      const kept = await outcomesAfterRecovery(faultbox);
      const lacking = told.filter(
        ({ task, mustHave }) => mustHave > 0 && linesOf(faultbox, kept.get(task)) < mustHave,
      );
      expect(lacking).toEqual([]);
      expect(new Set(told.map(({ task }) => task)).size).toBe(runs);
      expect(spoolsIn(faultbox)).toEqual([]);
    },
    runs * 2000,
  );
});

/** One run; how many lines it had written long enough before its faultbox was killed. */
async function liveAndDie(
  faultbox: Faultbox,
  script: string,
  life: { readonly index: number; readonly ms: number },
) {
  const task = `storm-${life.index}`;
  const notes = path.join(faultbox.directory(), `${task}.notes`);
  const watch = watchLag();
  const victim: Victim = startVictim(faultbox, ["sh", script, notes], { flags: ["--task", task] });
  await Bun.sleep(life.ms);
  const killedAt = Date.now();
  await victim.kill();
  const lagMs = watch.end();
  await untilTreeIsGone(victim);
  const lines = fs.existsSync(notes) ? fs.readFileSync(notes, "utf8").trim().split("\n") : [];
  const old = lines.filter((line) => Number(line.split(" ")[1]) < killedAt - graceMs - lagMs);
  return { task, mustHave: Number(old.at(-1)?.split(" ")[0] ?? 0) };
}

/** How late this machine lets a process run now: nobody can write in time who does not get to it. */
function watchLag(): { end(): number } {
  let last = performance.now();
  let most = 0;
  const look = () => {
    const now = performance.now();
    most = Math.max(most, now - last - 10);
    last = now;
  };
  const timer = setInterval(look, 10);
  return {
    end() {
      look();
      clearInterval(timer);
      return most;
    },
  };
}

async function outcomesAfterRecovery(faultbox: Faultbox) {
  await until("every spool is recovered", () => spoolsIn(faultbox).length === 0, 20_000).catch(() => {});
  await listedFailures(faultbox);
  const index = path.join(faultbox.directory(), "logs/local/failures/index.jsonl");
  const entries = fs
    .readFileSync(index, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const outcomes = keptOutcomes(faultbox.directory());
  expect(new Set(entries.map(({ executionId }) => executionId)).size).toBe(entries.length);
  expect(entries.length).toBe(outcomes.length);
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["lost"]));
  return new Map(outcomes.map((outcome) => [String(outcome["task"]), outcome]));
}

/** The number of the last line on stdout, none of those before it missing. */
function linesOf(faultbox: Faultbox, outcome: Record<string, unknown> | undefined): number {
  if (outcome === undefined) return 0;
  const { path: log } = outcome["diagnostics"] as { path: string };
  const [, streams = ""] = fs
    .readFileSync(path.resolve(faultbox.directory(), log), "utf8")
    .split("# === stdout ===\n");
  const numbers = Array.from(streams.matchAll(/^line (\d+)$/gm), (match) => Number(match[1]));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  return numbers.length;
}

function spoolsIn(faultbox: Faultbox): readonly string[] {
  const failures = path.join(faultbox.directory(), "logs/local/failures");
  if (!fs.existsSync(failures)) return [];
  // One that was killed before it could say who it is left nothing behind, and is cleared away after a minute.
  return fs
    .readdirSync(failures)
    .filter((name) => name.endsWith(".spool") && fs.statSync(path.join(failures, name)).size > 0);
}
