import { expect, test } from "bun:test";
import { explainName } from "../../src/environment/explain.ts";
import { secretsOf } from "../../src/environment/secrets.ts";
import { build } from "./world.ts";

test("explainName() tells a decision, its rule and the way out", () => {
  const environment = build(
    { CL_ANCHOR: "/a", HOME: "/h", PLANE_API_TOKEN: "x", SOME_TOKEN: "x", LC_ALL: "C" },
    { set: ["A=1"], drop: ["HOME"] },
  );
  const names = ["CL_ANCHOR", "HOME", "PLANE_API_TOKEN", "SOME_TOKEN", "LC_ALL", "A", "NOPE"];
  expect(names.map((name) => explainName(name, environment))).toEqual([
    'CL_ANCHOR  dropped: default (no rule in profile "minimal" names it); add --pass CL_ANCHOR, or "CL_ANCHOR" = "pass" under [env.profiles.minimal.vars]',
    "HOME  dropped: drop (--drop drops it)",
    'PLANE_API_TOKEN  dropped: deny (profile "base" denies it)',
    'SOME_TOKEN  dropped: default (no rule in profile "minimal" names it); add --secret SOME_TOKEN, or "SOME_TOKEN" = "secret" under [env.profiles.minimal.vars]',
    'LC_ALL  passed: glob (profile "minimal" "LC_*" matches it)',
    "A  set: set (--set sets it)",
    'NOPE  not set in the parent, and profile "minimal" does not set it',
  ]);
});

test("secretsOf() lists values of secret names, passed or dropped, and both values of one that is set", () => {
  const parent = {
    REPO_A_TOKEN: "aaaa",
    REPO_B_TOKEN: "bbbb",
    PLANE_API_TOKEN: "cccc",
    MINE: "dddd",
    MY_KEY: "k",
    DB_PWD: "old",
  };
  const environment = build(parent, { secret: ["REPO_A_TOKEN", "MINE"], set: ["DB_PWD=new", "PLAIN=x"] });
  expect(secretsOf(parent, environment)).toEqual([
    { name: "DB_PWD", value: "old", marked: false },
    { name: "DB_PWD", value: "new", marked: false },
    { name: "MINE", value: "dddd", marked: true },
    { name: "PLANE_API_TOKEN", value: "cccc", marked: true },
    { name: "REPO_A_TOKEN", value: "aaaa", marked: true },
    { name: "REPO_B_TOKEN", value: "bbbb", marked: false },
  ]);
});
