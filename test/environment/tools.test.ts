import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { build, buildWithFiles, decisionOn, directoryWith, temporaryDirectory, worldWith } from "./world.ts";

/** A directory with programs in it, each with its first line. */
function programs(directory: string, entries: Record<string, string>): string {
  mkdirSync(directory, { recursive: true });
  for (const [name, head] of Object.entries(entries)) {
    writeFileSync(join(directory, name), `${head}\n`, { mode: 0o755 });
  }
  return directory;
}

const own = (path: string) => `[env.profiles.own]\n${path}`;

function pathOf(parent: Record<string, string>, path: string, world = worldWith()) {
  const environment = buildWithFiles(parent, { user: own(path) }, { profile: "own" }, world);
  return { environment, path: environment.variables["PATH"] };
}

describe("a PATH that is built from tools", () => {
  test("holds the directory where the parent finds a tool, behind the base", () => {
    const home = temporaryDirectory();
    const local = programs(join(home, ".local/bin"), { claude: "" });
    const other = programs(join(home, "other"), { claude: "", more: "" });
    const PATH = `${local}:${other}:/usr/bin`;
    expect(pathOf({ PATH }, 'path = { base = ["/usr/bin", "/bin"], tools = ["claude"] }').path).toBe(
      `/usr/bin:/bin:${local}`,
    );
  });

  test("holds the interpreter that a tool's first line asks for, however far down", () => {
    const root = temporaryDirectory();
    const local = programs(join(root, "bin"), { claude: "#!/usr/bin/env node-x" });
    const node = programs(join(root, "node"), { "node-x": "#!/usr/bin/env -S X=1 python-x -u" });
    const python = programs(join(root, "python"), { "python-x": "#!/bin/sh" });
    const unused = programs(join(root, "unused"), { ruby: "" });
    const PATH = [local, unused, node, python].join(":");
    expect(pathOf({ PATH }, 'path = { base = ["/usr/bin"], tools = ["claude"] }').path).toBe(
      `/usr/bin:${local}:${node}:${python}`,
    );
  });

  test("stops at an interpreter that asks for itself", () => {
    const local = programs(temporaryDirectory(), { a: "#!/usr/bin/env b", b: "#!/usr/bin/env a" });
    expect(pathOf({ PATH: local }, 'path = { base = ["/bin"], tools = ["a"] }').path).toBe(`/bin:${local}`);
  });

  test("gives the same program as the parent's, before the base where another stands in the way", () => {
    const root = temporaryDirectory();
    const base = programs(join(root, "base"), { git: "old", ls: "" });
    const mine = programs(join(root, "mine"), { git: "new" });
    const path = `path = { base = ["${base}"], tools = ["git", "ls"] }`;
    expect(pathOf({ PATH: `${mine}:${base}` }, path).path).toBe(`${mine}:${base}`);
    expect(pathOf({ PATH: `${base}:${mine}` }, path).path).toBe(base);
  });

  test("moves what it moved into the way of another tool", () => {
    const root = temporaryDirectory();
    const base = programs(join(root, "base"), { git: "old", node: "right" });
    const first = programs(join(root, "first"), { git: "new", node: "wrong" });
    const system = programs(join(root, "system"), { node: "right" });
    const path = `path = { base = ["${base}"], tools = ["git", "node"] }`;
    // The parent finds node in `system`, which comes before `first`, where git is.
    expect(pathOf({ PATH: `${system}:${first}:${base}` }, path).path).toBe(`${system}:${first}:${base}`);
  });

  test("takes two names of one file for the same program", () => {
    const root = temporaryDirectory();
    const real = programs(join(root, "real"), { git: "" });
    const links = directoryWith(join(root, "links"));
    symlinkSync(join(real, "git"), join(links, "git"));
    expect(pathOf({ PATH: `${links}:${real}` }, `path = { base = ["${real}"], tools = ["git"] }`).path).toBe(
      real,
    );
  });

  test("gives every tool as the parent has it, whatever lies where, and needs the parent's order only", () => {
    const names = ["a", "b", "c"];
    const places = ["one", "two", "three", "four"];
    const layout = fc.array(fc.subarray(names), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        layout,
        fc.shuffledSubarray(places),
        fc.subarray(places),
        fc.subarray(names),
        (held, order, base, tools) => {
          const root = temporaryDirectory();
          places.forEach((place, index) => {
            programs(join(root, place), Object.fromEntries((held[index] ?? []).map((name) => [name, place])));
          });
          const find = (path: readonly string[], name: string) =>
            path.find((place) => held[places.indexOf(place)]?.includes(name));
          const parent = order.map((place) => join(root, place)).join(":");
          const line = `path = { base = ${JSON.stringify(["/none", ...base.map((place) => join(root, place))])}, tools = ${JSON.stringify(tools.map((name) => `${name}?`))} }`;
          const child = (pathOf({ PATH: parent }, line).path ?? "")
            .split(":")
            .map((path) => path.replace(`${root}/`, ""));
          for (const name of tools) expect(find(child, name)).toBe(find([...order, ...base], name));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("adds declared directories, also one that is not there yet", () => {
    const home = temporaryDirectory();
    const path = 'path = { base = ["/bin"], dirs = ["~/.local/bin", "/opt/nowhere"] }';
    expect(pathOf({ HOME: home }, path).path).toBe(`/bin:${home}/.local/bin:/opt/nowhere`);
  });

  test("is not given what lies in the working tree, is relative or can be written by all", () => {
    const tree = temporaryDirectory();
    mkdirSync(join(tree, ".git"));
    const inside = programs(join(tree, "bin"), { tool: "" });
    const open = directoryWith(join(temporaryDirectory(), "open"), ["tool"], 0o777);
    const world = worldWith({ root: join(tree, "sub") });
    const { environment, path } = pathOf(
      { PATH: `${inside}:${open}:bin`, HOME: "/h" },
      'path = { base = ["/bin"], tools = ["tool"] }',
      world,
    );
    expect(path).toBe("/bin");
    expect(environment.problems[0]?.message).toBe(
      `Cannot find "tool", which user.toml:2 asks for: not in the parent's PATH either; searched /bin, without "${inside}" (inside the working tree), "${open}" (world-writable), "bin" (relative); install it, or write "tool?" if the program can do without`,
    );
  });

  test("is given what lies in a home that is a working tree", () => {
    const home = temporaryDirectory();
    mkdirSync(join(home, ".git"));
    const local = programs(join(home, "bin"), { tool: "" });
    const world = worldWith({ root: home });
    expect(
      pathOf({ PATH: local, HOME: home }, 'path = { base = ["/bin"], tools = ["tool"] }', world).path,
    ).toBe(`/bin:${local}`);
  });

  test("finds the program itself, and what its first line asks for", () => {
    const root = temporaryDirectory();
    const mine = programs(join(root, "mine"), { mytool: "#!/usr/bin/env node-x" });
    const node = programs(join(root, "node"), { "node-x": "" });
    const script = join(programs(join(root, "elsewhere"), { script: "#!/usr/bin/env node-x" }), "script");
    const path = 'path = { base = ["/bin"] }';
    const worldOf = (program: string, cwd?: string) => ({ ...worldWith(), program, cwd });
    const PATH = `${mine}:${node}`;
    expect(pathOf({ PATH }, path, worldOf("mytool")).path).toBe(`/bin:${mine}:${node}`);
    expect(pathOf({ PATH }, path, worldOf(script)).path).toBe(`/bin:${node}`);
    expect(pathOf({ PATH }, path, worldOf("./script", join(root, "elsewhere"))).path).toBe(`/bin:${node}`);
    expect(pathOf({ PATH }, path, worldOf("nowhere")).environment.problems).toEqual([]);
  });
});

describe("tools of a profile", () => {
  test("that are missing stop the start, unless they are optional", () => {
    const { environment } = pathOf(
      { PATH: "/bin" },
      'path = { base = ["/bin"], tools = ["nope-claude", "nope-aider?"] }',
    );
    expect(environment.problems.map(({ message }) => message)).toEqual([
      'Cannot find "nope-claude", which user.toml:2 asks for: not in the parent\'s PATH either; searched /bin; install it, or write "nope-claude?" if the program can do without',
    ]);
    expect(environment.warnings).toEqual(["optional tools are not there: nope-aider"]);
  });

  test("are looked for in a PATH that is inherited too", () => {
    const home = temporaryDirectory();
    programs(join(home, "bin"), { mine: "" });
    const found = pathOf({ PATH: "/usr/bin", HOME: home }, 'path = { tools = ["mine"], dirs = ["~/bin"] }');
    expect(found.path).toBe(`/usr/bin:${home}/bin`);
    expect(found.environment.problems).toEqual([]);
    const missing = pathOf({ PATH: "/usr/bin" }, 'path = { tools = ["nope-claude"] }');
    expect(missing.environment.problems).toHaveLength(1);
  });

  test("add up over profiles and files, and the strongest word says whether one is optional", () => {
    const files = {
      user: '[env.profiles.minimal]\npath.tools = ["nope-a?", "nope-b"]',
      machine: '[env.profiles.minimal]\npath.tools = ["nope-a", "nope-c"]',
    };
    const { problems, warnings } = buildWithFiles({ PATH: "/bin" }, files);
    expect(problems.map(({ message }) => message.slice(0, 50))).toEqual([
      'Cannot find "nope-b", which user.toml:2 asks for: ',
      'Cannot find "nope-c", which machine.toml:2 asks fo',
    ]);
    expect(warnings).toEqual(["optional tools are not there: nope-a"]);
  });

  test("whose interpreter is missing are told apart from those that are missing themselves", () => {
    const local = programs(temporaryDirectory(), { claude: "#!/usr/bin/env nope-node" });
    const { environment } = pathOf({ PATH: local }, 'path = { base = ["/bin"], tools = ["claude"] }');
    expect(environment.problems[0]?.message).toStartWith(
      `Cannot find "nope-node", which the first line of "${local}/claude" asks for: `,
    );
  });

  test("do not matter where PATH is set", () => {
    const user = own('path.tools = ["nope-claude"]');
    const environment = buildWithFiles({}, { user }, { profile: "own", set: ["PATH=/x"] });
    expect(environment.problems).toEqual([]);
    expect(environment.variables["PATH"]).toBe("/x");
  });

  test("of oc-worker are each optional", () => {
    const environment = build({ PATH: "/nowhere" }, { profile: "oc-worker" });
    expect(environment.problems).toEqual([]);
    expect(decisionOn("PATH", environment)).toMatchObject({ outcome: "set", rule: "path" });
  });
});
