import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildEnvironment } from "../../src/environment/build.ts";
import { type Finding, findingsIn } from "../../src/environment/findings.ts";
import { exposedAncestors, repeatedNames } from "../../src/environment/parent-variables.ts";
import type { FileStatus } from "../../src/system/system.ts";
import { directoryWith, type Files, policyOfFiles, temporaryDirectory, worldWith } from "./world.ts";

interface Process {
  readonly parent: number;
  readonly name: string;
  readonly owner: number;
  /** Undefined when it may not be read. */
  readonly environ?: string;
}

/** A world with these processes in /proc, of which the last is ours and belongs to user 1000. */
function worldWithProcesses(processes: Readonly<Record<number, Process>>, locales = "/nowhere") {
  const world = worldWith({ locales });
  const pid = Number(Object.keys(processes).at(-1));
  const processOf = (path: string) => processes[Number(/^\/proc\/(\d+)/.exec(path)?.[1])];
  const read = (path: string) => {
    const found = processOf(path);
    if (found === undefined) return world.files.read(path);
    if (path.endsWith("/environ") && found.environ === undefined)
      throw Object.assign(new Error(), { code: "EACCES" });
    const text = path.endsWith("/environ") ? found.environ : `Name:\t${found.name}\nPPid:\t${found.parent}\n`;
    return new TextEncoder().encode(text);
  };
  const status = (path: string) => {
    const found = processOf(path);
    return found ? ({ kind: "directory", owner: found.owner } as FileStatus) : world.files.status(path);
  };
  return { ...world, host: { ...world.host, pid, userId: 1000 }, files: { ...world.files, read, status } };
}

const chain = {
  1: { parent: 0, name: "init", owner: 0, environ: "PLANE_API_TOKEN=root\0" },
  20: {
    parent: 1,
    name: "login (x)",
    owner: 1000,
    environ: "PLANE_API_TOKEN=a\0HOME=/h\0AWS_SESSION_TOKEN=b\0",
  },
  30: { parent: 20, name: "private", owner: 0, environ: "PLANE_API_TOKEN=a\0" },
  40: { parent: 30, name: "sh", owner: 1000, environ: "HOME=/h\0" },
  50: { parent: 40, name: "faultbox", owner: 1000, environ: "A=1\0B=1\0A=2\0" },
};

function findings(
  parent: Record<string, string>,
  files: Files = {},
  world = worldWith(),
): readonly Finding[] {
  const policy = policyOfFiles(files);
  return findingsIn(buildEnvironment(parent, policy, world), policy, { ...world, parent });
}

describe("exposedAncestors()", () => {
  test("names each process above us, of our user, whose variables of interest can be read", () => {
    const world = worldWithProcesses(chain);
    const interesting = (name: string) => name.endsWith("_TOKEN");
    expect(exposedAncestors(interesting, world)).toEqual([
      { pid: 20, command: "login (x)", names: ["AWS_SESSION_TOKEN", "PLANE_API_TOKEN"] },
    ]);
  });

  test("finds nothing where there is no /proc, or where processes go in a circle", () => {
    expect(
      exposedAncestors(() => true, { ...worldWith(), host: { ...worldWith().host, pid: 4_000_000 } }),
    ).toEqual([]);
    const circle = { 1: { parent: 2, name: "a", owner: 0 }, 2: { parent: 1, name: "b", owner: 0 } };
    expect(exposedAncestors(() => true, worldWithProcesses(circle))).toEqual([]);
  });
});

test("repeatedNames() are those that our own environment holds twice", () => {
  expect(repeatedNames(worldWithProcesses(chain))).toEqual(["A"]);
});

describe("findingsIn()", () => {
  test("finds nothing in an environment that is right", () => {
    expect(findings({ HOME: "/h", PATH: "/usr/bin" })).toEqual([]);
  });

  test("finds what is required and missing, and tools that are not there", () => {
    const user =
      '[env.profiles.minimal]\npath.tools = ["nope-tool"]\n[env.profiles.minimal.vars]\nX = "require"';
    expect(findings({}, { user }).map(({ kind, name }) => [kind, name])).toEqual([
      ["required", "X"],
      ["tool", "PATH"],
    ]);
  });

  test("finds a tool, and the program, that the child would find elsewhere or not at all", () => {
    const root = temporaryDirectory();
    const [mine = "", base = ""] = ["mine", "base"].map((name) => directoryWith(join(root, name), ["git"]));
    const only = directoryWith(join(root, "only"), ["deploy"], 0o777);
    const user = `[env.profiles.minimal]\npath.tools = ["git"]\nset = { PATH = "${base}" }`;
    const world = { ...worldWith(), program: "deploy" };
    expect(findings({ PATH: `${mine}:${base}:${only}` }, { user }, world)).toEqual([
      { kind: "tool", name: "PATH", message: `git is "${mine}/git" here, and "${base}/git" by the program` },
      {
        kind: "tool",
        name: "PATH",
        message: `deploy is "${only}/deploy" here, and is not found by the program`,
      },
    ]);
  });

  test("finds values that fail a check or cannot be passed, each once", () => {
    const found = findings({ TERM: "../x", HOME: "\uFFFD", SHELL: "x".repeat(200_000) });
    expect(found).toEqual([
      { kind: "value", name: "HOME", message: "HOME is dropped: its value is not UTF-8" },
      {
        kind: "value",
        name: "SHELL",
        message: "SHELL is dropped: its value is over the 128 KiB limit of the system",
      },
      { kind: "value", name: "TERM", message: "TERM is dropped: check term: it holds / or %" },
    ]);
  });

  test("finds what a policy asks for in vain", () => {
    const repository = '[env.profiles.minimal.vars]\nX = "pass"';
    expect(findings({ X: "1" }, { repository }).map(({ kind }) => kind)).toEqual(["policy"]);
  });

  test("finds locales that are not installed, where it can be told", () => {
    const locales = temporaryDirectory();
    const parent = { LC_ALL: "xx_YY.UTF-8", LANG: "C.UTF-8", LC_TIME: "de_DE.ISO-8859-1" };
    expect(findings(parent, {}, worldWith({ locales }))).toEqual([]);
    mkdirSync(join(locales, "lib/de_DE.iso88591"), { recursive: true });
    expect(findings(parent, {}, worldWith({ locales }))).toEqual([
      {
        kind: "locale",
        name: "LC_ALL",
        message: 'LC_ALL is "xx_YY.UTF-8", which is not installed: programs fall back to C',
      },
    ]);
  });

  test("finds names that are given twice, and processes above us that hold what is denied", () => {
    expect(findings({}, {}, worldWithProcesses(chain))).toEqual([
      {
        kind: "repeated",
        name: "A",
        message: "A is given to faultbox twice: C programs take the first value, faultbox the last",
      },
      {
        kind: "ancestor",
        name: null,
        message:
          "process 20 (login (x)) above us holds AWS_SESSION_TOKEN, PLANE_API_TOKEN: a program of the same user can read it in /proc/20/environ",
      },
    ]);
  });
});
