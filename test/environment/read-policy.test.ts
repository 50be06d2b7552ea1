import { describe, expect, test } from "bun:test";
import { UsageError } from "../../src/core/errors.ts";
import { type Flags, policyWith } from "./world.ts";

const denied = 'denied by profile "base" ("PLANE_API_TOKEN" = "deny")';

describe("readPolicy()", () => {
  test.each<[string, Flags, string]>([
    ["a denied name", { pass: ["PLANE_API_TOKEN"] }, `Cannot pass "PLANE_API_TOKEN": ${denied}`],
    ["a denied secret", { secret: ["PLANE_API_TOKEN"] }, denied],
    ["a denied name that must be there", { require: ["PLANE_API_TOKEN"] }, denied],
    ["a denied name with a value", { set: ["PLANE_API_TOKEN=x"] }, `Cannot set "PLANE_API_TOKEN": ${denied}`],
    [
      "a name that runs code",
      { pass: ["LD_PRELOAD"] },
      "give --unsafe-allow LD_PRELOAD if the program must have it",
    ],
    ["the same with a value", { set: ["LD_PRELOAD=/x"] }, 'Cannot set "LD_PRELOAD"'],
    ["a shell function", { set: ["F=() { :; }"] }, 'Cannot set "F"'],
    ["a set without =", { set: ["FOO"] }, 'Cannot set "FOO": give --set NAME=VALUE'],
    ["a set without name", { set: ["=x"] }, 'Cannot set "": the name is empty'],
    ["a set with NUL", { set: ["A=\0"] }, 'Cannot set "A": the value holds a NUL byte'],
    ["an empty name", { pass: [""] }, 'Cannot pass "": the name is empty'],
    ["a name with a space", { drop: ["A B"] }, 'Cannot drop "A B": a name cannot hold a space'],
    ["a name with NUL", { require: ["A\0"] }, "a NUL byte"],
    ["a negated name", { pass: ["!A"] }, 'Cannot pass "!A": "!" does not negate, use --drop A'],
    ["a required glob", { require: ["A*"] }, 'Cannot require "A*": it is a pattern'],
    ["an unknown group", { pass: ["{group:x}"] }, 'known are "user", "proxy"'],
    [
      "drop and pass",
      { drop: ["X"], pass: ["X"] },
      'Cannot do both for "X": give either --drop X or --pass X',
    ],
    ["drop and set", { drop: ["X"], set: ["X=1"] }, "--set X=…"],
    ["set and pass", { set: ["X=1"], pass: ["X"] }, "--pass X"],
    ["two values", { set: ["X=1", "X=2"] }, 'Cannot set "X" to two values'],
    ["an unknown profile", { profile: "x" }, 'known are "agent", "base", "minimal", "oc-worker"'],
  ])("refuses %s", (_, flags, message) => {
    expect(() => policyWith(flags)).toThrow(UsageError);
    expect(() => policyWith(flags)).toThrow(message);
  });

  test("does not show a value in a refusal", () => {
    expect(() => policyWith({ pass: ["TOKEN=hunter2pass"] })).toThrow('Cannot pass "TOKEN=…"');
  });

  test("takes what goes together", () => {
    const flags = {
      pass: ["X", "CL_*", "*"],
      secret: ["X"],
      require: ["X"],
      set: ["Y=1", "Y=1"],
      drop: ["PLANE_API_TOKEN"],
    };
    expect(() => policyWith(flags)).not.toThrow();
  });

  test("refuses a profile that extends itself", () => {
    const profiles = [
      { name: "a", extends: ["b"] },
      { name: "b", extends: ["a"] },
    ];
    expect(() => policyWith({ profile: "a" }, profiles)).toThrow("it extends itself, a -> b -> a");
  });

  test("puts a profile that two others extend below both, once", () => {
    const profiles = [
      { name: "a", extends: ["b", "c"] },
      { name: "b", extends: ["d"] },
      { name: "c", extends: ["d"] },
      { name: "d" },
    ];
    const { layers } = policyWith({ profile: "a" }, profiles);
    expect(layers.map(({ origin }) => origin)).toEqual([
      "command line",
      ...["a", "b", "c", "d"].map((n) => `profile "${n}"`),
    ]);
  });
});
