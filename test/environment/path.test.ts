import { expect, test } from "bun:test";
import { join } from "node:path";
import { build, decisionOn, directoryWith, temporaryDirectory } from "./world.ts";

const system = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

test("buildPath() inherits the parent's PATH without what cannot be trusted, and says so", () => {
  const home = temporaryDirectory();
  const good = directoryWith(join(home, "good"));
  const open = directoryWith(join(home, "open"), [], 0o777);
  const PATH = ["", "relative", join(home, "gone"), open, good, `${good}/`, "/usr/bin"].join(":");
  const environment = build({ PATH });
  expect(environment.variables["PATH"]).toBe(`${good}:/usr/bin`);
  expect(decisionOn("PATH", environment)).toMatchObject({
    outcome: "passed",
    reason: `inherited from the parent; without "" (empty); without "relative" (relative); without "${home}/gone" (missing); without "${open}" (world-writable); without "${good}/" (a repeat)`,
  });
});

test.each([
  ["no PATH", {}],
  ["an empty PATH", { PATH: "" }],
  ["nothing usable", { PATH: ".:/gone" }],
])("buildPath() falls back to the system's directories for a parent with %s", (_, parent) => {
  expect(build(parent).variables["PATH"]).toBe(system);
});

test("buildPath() leaves a PATH that is set as it is, and a dropped one out", () => {
  expect(build({ PATH: "/usr/bin" }, { set: ["PATH=.:/x"] }).variables["PATH"]).toBe(".:/x");
  expect(build({ PATH: "/usr/bin" }, { drop: ["PATH"] }).variables["PATH"]).toBeUndefined();
});

test("buildPath() puts tools first for oc-worker and repeats none", () => {
  const home = temporaryDirectory();
  const local = directoryWith(join(home, ".local/bin"), ["claude"]);
  const node = directoryWith(join(home, "node/bin"), ["node", "npm"]);
  const other = directoryWith(join(home, "other"), ["tool", "node"]);
  const open = directoryWith(join(home, "open"), ["uv"], 0o777);
  const PATH = [open, node, other, local, "/usr/bin", "uv"].join(":");
  const environment = build({ PATH, HOME: home }, { profile: "oc-worker" });
  expect(environment.variables["PATH"]).toBe(`${local}:${node}:${system}`);
});

test("buildPath() finds a tool in ~/.local/bin that the parent's PATH lacks", () => {
  const home = temporaryDirectory();
  const local = directoryWith(join(home, ".local/bin"), ["claude"]);
  const environment = build({ PATH: "/usr/bin", HOME: home }, { profile: "oc-worker" });
  expect(environment.variables["PATH"]).toBe(`${local}:${system}`);
});

test("buildPath() does not put a system directory first because a tool lies there", () => {
  const environment = build({ PATH: "/usr/bin:/bin" }, { profile: "oc-worker" });
  expect(environment.variables["PATH"]).toBe(system);
  expect(decisionOn("PATH", environment).reason).toContain('without "~/.local/bin" (no HOME)');
});

test("buildPath() never adds a world-writable ~/.local/bin", () => {
  const home = temporaryDirectory();
  directoryWith(join(home, ".local/bin"), ["claude"], 0o777);
  expect(build({ HOME: home }, { profile: "oc-worker" }).variables["PATH"]).toBe(system);
});

test("buildPath() keeps a built PATH against --pass PATH, with a warning", () => {
  const environment = build({ PATH: "/opt" }, { profile: "oc-worker", pass: ["PATH"] });
  expect(environment.variables["PATH"]).toBe(system);
  expect(environment.warnings).toContainEqual(expect.stringContaining("--pass PATH changes nothing"));
});
