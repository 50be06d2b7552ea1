import { expect, test } from "bun:test";
import { findJob } from "../../src/job/find-job.ts";

const ids = [
  "01a1fda3-0c1e-7a4b-addb-57f4b487e6a1",
  "01a1fda3-0bf5-711f-ac60-5f82b4748f5d",
  "01a1fd00-0bcc-749f-bf5b-4f43e903a567",
];

test.each([
  ["latest", ids[0]],
  [ids[1] ?? "", ids[1]],
  ["01a1fda3-0b", ids[1]],
  ["01A1FD00", ids[2]],
  ["b4748f5d", ids[1]],
])("findJob() takes %j for one job", (word, id) => {
  expect(findJob(word, ids)).toEqual({ kind: "one", id: id ?? "" });
});

test("findJob() tells which jobs a prefix can mean", () => {
  expect(findJob("01a1fda3", ids)).toEqual({ kind: "many", ids: ids.slice(0, 2) });
});

test.each(["", "beef", "748f5d", "f5b-4f43e903a567"])("findJob() takes %j for none", (word) => {
  expect(findJob(word, ids)).toEqual({ kind: "none" });
});

test("findJob() finds none where there are none", () => {
  expect(findJob("latest", [])).toEqual({ kind: "none" });
});
