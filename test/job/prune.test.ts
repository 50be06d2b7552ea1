import { afterEach, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { jobPlace } from "../../src/job/job-place.ts";
import { removeAbandoned, removeJob } from "../../src/job/prune.ts";
import { bunSystem } from "../../src/system/bun.ts";

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) fs.rmSync(directory, { recursive: true, force: true });
});

function jobsDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "faultbox-jobs-"));
  directories.push(directory);
  return directory;
}

const ids = ["01a1fda3-0bf5-711f-ac60-5f82b4748f5d", "01a1fda3-0c1e-7a4b-addb-57f4b487e6a1"] as const;

test("removeJob() leaves nothing of a job", () => {
  const jobs = jobsDirectory();
  const place = jobPlace(jobs, ids[0]);
  fs.mkdirSync(place.directory);
  for (const file of [place.record, place.log, place.outcome, place.stop]) fs.writeFileSync(file, "x");
  removeJob(jobs, place, bunSystem.files);
  expect(fs.readdirSync(jobs)).toEqual([]);
});

test("removeAbandoned() takes what was left half-way, once it is old, and leaves what may be in the making", () => {
  const jobs = jobsDirectory();
  const make = (name: string, seconds: number) => {
    fs.mkdirSync(path.join(jobs, name));
    fs.writeFileSync(path.join(jobs, name, "job.json"), "");
    fs.utimesSync(path.join(jobs, name), seconds, seconds);
  };
  const now = Date.now() / 1000;
  make(`.${ids[0]}.new`, now - 3600);
  make(`.${ids[1]}.new`, now);
  make(`.${ids[1]}.gone`, now);
  for (const id of ids) fs.writeFileSync(path.join(jobs, `.${id}.running`), "");
  fs.utimesSync(path.join(jobs, `.${ids[0]}.running`), now - 3600, now - 3600);
  removeAbandoned(jobs, bunSystem);
  expect(fs.readdirSync(jobs).sort()).toEqual([`.${ids[1]}.new`, `.${ids[1]}.running`]);
});
