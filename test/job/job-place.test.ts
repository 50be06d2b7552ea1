import { expect, test } from "bun:test";
import { abandonedNames, jobIds, jobPlace, jobsDirectory, markedIds } from "../../src/job/job-place.ts";

const [old, young] = [
  "01a1fda3-0bf5-711f-ac60-5f82b4748f5d",
  "01a1fda3-0c1e-7a4b-addb-57f4b487e6a1",
] as const;
const names = [
  ".gitignore",
  `.${old}.running`,
  `.${old}.gone`,
  `.${young}.new`,
  old,
  `${old}.bak`,
  "notes",
  young,
].sort();

test("jobIds() gives the jobs, newest first, whatever else lies there", () => {
  expect(jobIds(names)).toEqual([young, old]);
});

test("markedIds() gives those whose end nobody has seen", () => {
  expect(markedIds(names)).toEqual([old]);
});

test("abandonedNames() gives what a kill may have left", () => {
  expect(abandonedNames(names)).toEqual([
    { name: `.${old}.gone`, id: old, kind: "gone" },
    { name: `.${old}.running`, id: old, kind: "running" },
    { name: `.${young}.new`, id: young, kind: "new" },
  ]);
});

test("jobPlace() lies below the root, also where that is the root of the file system", () => {
  expect(jobPlace(jobsDirectory("/srv/app"), old).log).toBe(`/srv/app/logs/local/jobs/${old}/log`);
  expect(jobsDirectory("/")).toBe("/logs/local/jobs");
});
