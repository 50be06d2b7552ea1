/** Control groups of version 2, which this machine may not have, on files that behave like the kernel's. */
import { expect, test } from "bun:test";
import { makeControlGroup } from "../../src/runner/cgroup.ts";
import type { CgroupFiles, ResourceLimits } from "../../src/runner/cgroup-limits.ts";
import type { FileStatus } from "../../src/system/system.ts";

const none: ResourceLimits = { memoryBytes: null, pids: null, cpuPercent: null };
const us = "100";

/** A hierarchy of groups by path, each with the controllers that its parent hands on. */
class FakeHierarchy {
  readonly written: string[] = [];
  private readonly files = new Map<string, string>();

  constructor(
    groups: Readonly<Record<string, { readonly processes?: string; readonly controllers?: string }>>,
  ) {
    for (const [path, { processes = "", controllers = "" }] of Object.entries(groups)) {
      this.make(path, controllers);
      this.files.set(`${path}/cgroup.procs`, processes);
    }
  }

  read(path: string): string {
    const text = this.files.get(path);
    if (text === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
    return text;
  }

  set(path: string, text: string): void {
    this.files.set(path, text);
  }

  has(path: string): boolean {
    return this.files.has(`${path}/cgroup.procs`);
  }

  readonly port: CgroupFiles = {
    read: (path) => new TextEncoder().encode(this.read(path)),
    overwrite: (path, text) => {
      this.read(path);
      this.written.push(`${path} ${text}`);
      const [directory, file] = [path.slice(0, path.lastIndexOf("/")), path.slice(path.lastIndexOf("/") + 1)];
      if (file === "cgroup.subtree_control") return this.handOn(directory, text);
      if (file === "cgroup.procs") return this.move(text === "0" ? us : text, directory);
      this.files.set(path, text);
    },
    makeDirectory: (path) => {
      this.make(path, this.files.get(`${path.slice(0, path.lastIndexOf("/"))}/cgroup.subtree_control`) ?? "");
      return true;
    },
    removeEmptyDirectory: (path) => {
      if (this.files.get(`${path}/cgroup.procs`) !== "") return;
      for (const file of [...this.files.keys()]) if (file.startsWith(`${path}/`)) this.files.delete(file);
    },
    status: (path) => (this.files.has(path) ? ({ kind: "file" } as FileStatus) : null),
  };

  private make(path: string, controllers: string): void {
    const files = ["cgroup.procs", "cgroup.subtree_control", "cgroup.kill"];
    if (controllers.includes("memory")) files.push("memory.max", "memory.swap.max", "memory.peak");
    if (controllers.includes("pids")) files.push("pids.max");
    if (controllers.includes("cpu")) files.push("cpu.max");
    for (const file of files.filter((each) => !this.files.has(`${path}/${each}`)))
      this.files.set(`${path}/${file}`, file.endsWith(".max") ? "max" : "");
    this.files.set(`${path}/cgroup.controllers`, controllers);
  }

  private handOn(directory: string, text: string): void {
    // A group that holds processes cannot hand controllers on, but for the topmost of all.
    if (directory !== "/top" && this.read(`${directory}/cgroup.procs`) !== "")
      throw Object.assign(new Error("busy"), { code: "EBUSY" });
    const controllers = text.replaceAll("+", "");
    this.files.set(`${directory}/cgroup.subtree_control`, controllers);
    for (const file of [...this.files.keys()]) {
      const child = file.slice(0, -"/cgroup.controllers".length);
      if (file.endsWith("/cgroup.controllers") && child.slice(0, child.lastIndexOf("/")) === directory)
        this.make(child, controllers);
    }
  }

  private move(pid: string, directory: string): void {
    for (const [file, text] of this.files) {
      if (!file.endsWith("/cgroup.procs")) continue;
      const others = text.split(" ").filter((each) => each !== pid && each !== "");
      const all = file === `${directory}/cgroup.procs` ? [...others, pid] : others;
      this.files.set(file, all.join(" "));
    }
  }
}

function make(hierarchy: FakeHierarchy, own: string, limits: ResourceLimits) {
  const places = [{ version: 2 as const, controllers: [], own, top: "/top" }];
  return makeControlGroup("new", limits, { places, files: hierarchy.port });
}

test("makeControlGroup() makes a group in the topmost one, which may hand controllers on", () => {
  const hierarchy = new FakeHierarchy({ "/top": { processes: us, controllers: "cpu memory pids" } });
  const group = make(hierarchy, "/top", { memoryBytes: 1e8, pids: 20, cpuPercent: 150 });
  if (typeof group === "string") throw new Error(group);
  const inside = group.around(() => [...group.members()]);
  expect(inside).toEqual([100]);
  expect(group.members()).toEqual([]);
  const value = (file: string) => hierarchy.read(`/top/new/${file}`);
  expect(["memory.max", "memory.swap.max", "pids.max", "cpu.max"].map(value)).toEqual([
    ...["100000000", "0", "20", "150000 100000"],
  ]);
  group.remove();
  expect([hierarchy.has("/top/new"), hierarchy.read("/top/cgroup.procs")]).toEqual([false, us]);
});

test("ControlGroup limits the number of processes only when we are out again", () => {
  const hierarchy = new FakeHierarchy({ "/top": { processes: us, controllers: "cpu memory pids" } });
  const group = make(hierarchy, "/top", { ...none, pids: 3 });
  if (typeof group === "string") throw new Error(group);
  expect(group.around(() => hierarchy.read("/top/new/pids.max"))).toBe("max");
  expect(hierarchy.read("/top/new/pids.max")).toBe("3");
  expect(hierarchy.read("/top/cgroup.procs")).toBe(us);
});

test("ControlGroup lets us out also when the start throws", () => {
  const hierarchy = new FakeHierarchy({ "/top": { processes: us, controllers: "cpu memory pids" } });
  const group = make(hierarchy, "/top", { ...none, pids: 3 });
  if (typeof group === "string") throw new Error(group);
  expect(() =>
    group.around(() => {
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(hierarchy.read("/top/cgroup.procs")).toBe(us);
});

const session = {
  "/top": { controllers: "cpu memory pids" },
  "/top/slice": {},
  "/top/slice/own": { processes: "7 100" },
};

test("makeControlGroup() makes a group beside ours where ours holds processes", () => {
  const hierarchy = new FakeHierarchy(session);
  const group = make(hierarchy, "/top/slice/own", { ...none, memoryBytes: 1e8 });
  if (typeof group === "string") throw new Error(group);
  expect(hierarchy.read("/top/slice/new/memory.max")).toBe("100000000");
  expect(hierarchy.has("/top/slice/own/new")).toBe(false);
  group.around(() => {});
  expect(hierarchy.read("/top/slice/own/cgroup.procs")).toBe("7 100");
});

test.each(["memory.max", "memory.high", "pids.max", "cpu.max"])(
  "makeControlGroup() does not slip out of a limit on ours by a group beside it: %s",
  (file) => {
    const hierarchy = new FakeHierarchy(session);
    hierarchy.set(`/top/slice/own/${file}`, file === "cpu.max" ? "50000 100000" : "1000");
    const group = make(hierarchy, "/top/slice/own", { ...none, memoryBytes: 1e8 });
    expect(group).toContain("EBUSY");
    expect([hierarchy.has("/top/slice/own/new"), hierarchy.has("/top/slice/new")]).toEqual([false, false]);
  },
);

test("makeControlGroup() says that no group has the controller", () => {
  const world = { places: [], files: new FakeHierarchy({}).port };
  expect(makeControlGroup("new", { ...none, pids: 1 }, world)).toContain('"pids"');
});

test("makeControlGroup() leaves nothing behind where we may not go in", () => {
  const hierarchy = new FakeHierarchy({ "/top": { processes: us, controllers: "cpu memory pids" } });
  const refusing: CgroupFiles = {
    ...hierarchy.port,
    overwrite(path, text) {
      if (path === "/top/new/cgroup.procs") throw Object.assign(new Error("no"), { code: "EACCES" });
      hierarchy.port.overwrite(path, text);
    },
  };
  const places = [{ version: 2 as const, controllers: [], own: "/top", top: "/top" }];
  const group = makeControlGroup("new", { ...none, pids: 3 }, { places, files: refusing });
  expect([group, hierarchy.has("/top/new")]).toEqual(["permission denied (EACCES)", false]);
});
