/** What asking for jobs costs where there have been many. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uuid7 } from "../../src/core/uuid7.ts";
import { type Bench, baseline, type Row, slowdown } from "./row.ts";

const many = 1000;

export async function measureJobs({ directory, faultbox }: Bench): Promise<readonly Row[]> {
  const empty = await baseline("empty", directory);
  const root = join(directory, "jobs");
  mkdirSync(root);
  const job = (...words: readonly string[]) => [faultbox, "job", ...words];
  const id = makeJobs(root, job);
  const against = (what: string, ours: readonly string[], atMost: number | null): Promise<Row> =>
    slowdown(`${what} : an empty program`, { ours, theirs: [empty] }, atMost, root);
  const rows = [
    await against(`job poll, ${many} jobs`, job("poll"), 3),
    await against(`job poll ID, ${many} jobs`, job("poll", id), 3),
    await against(`job list, ${many} jobs`, job("list"), 3),
    await against(`job list of all ${many} jobs`, job("list", "--limit", String(many)), null),
    await against("job start", job("start", "--timeout", "10", "--", "true"), null),
  ];
  Bun.spawnSync([...job("stop", id)], { cwd: root });
  return rows;
}

/** Copies of one that has ended, and one that runs, whose id comes back. */
function makeJobs(root: string, job: (...words: readonly string[]) => readonly string[]): string {
  const started = (...program: readonly string[]) =>
    Bun.spawnSync([...job("start", "--timeout", "10m", "--", ...program)], { cwd: root })
      .stdout.toString()
      .trim();
  const model = started("sh", "-c", "echo one; exit 3");
  Bun.spawnSync([...job("wait", model)], { cwd: root });
  const jobs = join(root, "logs/local/jobs");
  for (let number = 1; number < many - 1; number++) {
    const id = uuid7(Date.now() - number * 60_000);
    mkdirSync(join(jobs, id), { mode: 0o700 });
    for (const name of readdirSync(join(jobs, model))) {
      const text = readFileSync(join(jobs, model, name), "utf8");
      writeFileSync(join(jobs, id, name), text.replaceAll(model, id), { mode: 0o600 });
    }
  }
  return started("sleep", "600");
}
