import { expect, test } from "bun:test";
import { defaultMeaning, defaultWords } from "../../src/cli/commands/run.defaults.ts";
import { judgeWords } from "../../src/cli/commands/run.input.ts";

const paths = { cwd: undefined, stdin: "inherit", result: undefined, outcome: undefined };
const limits = {
  timeout: undefined,
  "idle-timeout": undefined,
  "total-timeout": undefined,
  grace: undefined,
};
const resources = { memory: undefined, pids: undefined, cpu: undefined };
const plain = { ...paths, ...defaultWords, ...limits, ...resources, task: undefined };

test("judgeWords() finds in the default words what it says of them without looking", () => {
  expect(judgeWords(plain)).toEqual({ ...defaultMeaning, "retry-on": [...defaultMeaning["retry-on"]] });
  // A given task is looked at, and the rest with it.
  expect(judgeWords({ ...plain, task: "4f2a91c0" })).toEqual({
    ...defaultMeaning,
    "retry-on": [...defaultMeaning["retry-on"]],
    task: "4f2a91c0",
  });
});
