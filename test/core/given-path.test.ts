import { expect, test } from "bun:test";
import { pathProblem } from "../../src/core/given-path.ts";

test.each([
  "/",
  "/srv/app/errors.jsonl",
  "/srv/my app/it's $HOME `x` 100%.jsonl",
  "/srv/a<b.jsonl",
  "/srv/a>b<c",
  "/srv/{one}/{{",
  "/srv/}}{{",
  "/srv/日本語/é",
])("pathProblem() has nothing to say of %j", (path) => {
  expect(pathProblem(path)).toBeNull();
});

test.each([
  ["", "is empty"],
  ["runs/errors.jsonl", "is relative"],
  ["./errors.jsonl", "is relative"],
  ["~/errors.jsonl", "is relative"],
  ["`/srv/errors.jsonl`", "is relative"],
  ["<absolute path>", "still holds a placeholder"],
  ["/srv/<project>/errors.jsonl", "still holds a placeholder"],
  ["/srv/a>b<c>/d", "still holds a placeholder"],
  ["/srv/{{ project }}/errors.jsonl", "still holds a placeholder"],
  ["/srv/a\nb", "holds a control character"],
  ["/srv/a\u0000b", "holds a control character"],
  ["/srv/a\u0085b", "holds a control character"],
  ["/srv/a\u2028b", "holds a control character"],
  ["/srv/a\uFFFDb", "is not UTF-8"],
  ["/srv/a ", "ends with a space"],
  [`/${"x".repeat(4096)}`, "is longer than 4096 characters"],
] as const)("pathProblem() of %j: it %s", (path, problem) => {
  expect(pathProblem(path)).toBe(problem);
});
