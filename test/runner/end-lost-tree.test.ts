import { expect, test } from "bun:test";
import { endLostTree, type LostTree, treeOf } from "../../src/runner/end-lost-tree.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { ProcessStatus } from "../../src/system/system.ts";

interface Fake extends ProcessStatus {
  readonly execution: string | null;
}

/** A process: its parent, its session, and what it carries. */
function one(pid: number, parent: number, session: number, more: Partial<Fake> = {}): Fake {
  const startTime = String(pid);
  return {
    pid,
    parent,
    group: session,
    session,
    startTime,
    alive: true,
    stopped: false,
    execution: null,
    ...more,
  };
}

const lost = { executionId: "X", sessions: [], controlGroups: [], sessionsOnly: false };

/** The pids of the tree, when these are all processes there are. */
function pidsOf(tree: LostTree, all: readonly Fake[], grouped: readonly number[] = []): readonly number[] {
  const variableOf = (pid: number) => all.find((each) => each.pid === pid)?.execution ?? null;
  const members = treeOf(tree, { all: () => all, variableOf }, new Set(grouped));
  return members.map(({ pid }) => pid).sort((a, b) => a - b);
}

test("treeOf() has the carriers of the id, their children, and the sessions that they lead", () => {
  const all = [
    one(1, 0, 1),
    one(10, 1, 10, { execution: "X" }),
    one(11, 10, 11), // left the session and cleared its environment
    one(12, 1, 11), // an orphan in that session
    one(13, 12, 13),
    one(20, 1, 5, { execution: "X" }), // in a session that somebody else leads
    one(5, 1, 5),
    one(21, 5, 5),
    one(30, 1, 30, { execution: "Y" }),
  ];
  expect(pidsOf(lost, all)).toEqual([10, 11, 12, 13, 20]);
});

test("treeOf() takes over the execution of a faultbox inside the tree", () => {
  const all = [
    one(10, 1, 10, { execution: "X" }),
    one(11, 10, 11, { execution: "inner" }),
    one(40, 1, 40, { execution: "inner" }),
    one(41, 1, 41, { execution: "another" }),
  ];
  expect(pidsOf(lost, all)).toEqual([10, 11, 40]);
});

test("treeOf() has the members of a known session, unless its number is another process's by now", () => {
  const sessions = [{ leader: 10, startTime: "10" }];
  const members = [one(11, 1, 10), one(12, 1, 10)];
  expect(pidsOf({ ...lost, sessions }, [one(10, 1, 10), ...members])).toEqual([10, 11, 12]);
  expect(pidsOf({ ...lost, sessions }, members)).toEqual([11, 12]);
  expect(pidsOf({ ...lost, sessions }, [one(10, 1, 10, { startTime: "99" }), ...members])).toEqual([]);
});

test("treeOf() has the members of a control group, and leaves alone who asks to stay and what is below", () => {
  const all = [
    one(10, 1, 10, { execution: "X" }),
    one(11, 10, 11, { execution: "" }),
    one(12, 11, 11),
    one(50, 1, 50),
    one(60, 1, 60, { alive: false, execution: "X" }),
  ];
  expect(pidsOf(lost, all, [50])).toEqual([10, 50]);
});

test("treeOf() has the sessions alone where what has left them may live on", () => {
  const all = [one(10, 1, 10, { execution: "X" }), one(11, 10, 10), one(12, 10, 12, { execution: "X" })];
  const tree = { ...lost, sessions: [{ leader: 10, startTime: "10" }], sessionsOnly: true };
  expect(pidsOf(tree, all, [12])).toEqual([10, 11]);
});

test("endLostTree() outruns a tree that forks, and ends children that left the session without their environment", async () => {
  const executionId = `test-${crypto.randomUUID()}`;
  const script = `
    f() { sleep 300 & f2 & }; f2() { sleep 0.01; f; }; f
    setsid env -i sleep 301 &
    setsid sh -c 'setsid sleep 302 & sleep 303' &
    wait; sleep 304`;
  const child = Bun.spawn(["sh", "-c", script], {
    env: { PATH: "/usr/bin:/bin", FAULTBOX_EXECUTION: executionId },
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  const start = bunSystem.processes.startTimeOf(child.pid) ?? "";
  const sessions = [{ leader: child.pid, startTime: start }];
  const tree = { executionId, sessions, controlGroups: [], sessionsOnly: false };
  const seen = () => treeOf(tree, bunSystem.processes);
  while (seen().length < 10) await Bun.sleep(10);
  const before = seen().map(({ pid, startTime }) => ({ pid, startTime }));
  const ended = await endLostTree(tree, bunSystem);
  expect(seen()).toEqual([]);
  const alive = before.filter(({ pid, startTime }) => bunSystem.processes.startTimeOf(pid) === startTime);
  expect(alive).toEqual([]);
  expect(ended.length).toBeGreaterThanOrEqual(10);
  expect(new Set(ended.map(({ action }) => action))).toEqual(new Set(["killed"]));
});
