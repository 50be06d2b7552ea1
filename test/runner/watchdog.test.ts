import { expect, test } from "bun:test";
import { createWatchdog } from "../../src/runner/watchdog.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { Companion, NotStarted, Processes, Variables } from "../../src/system/system.ts";

const execution = { id: "the-id", command: ["/bin/faultbox", "after-loss"], leftovers: "report" } as const;
const started = { number: 1, startedAt: 0, pid: 4712, ownSession: true, controlGroups: ["/sys/fs/cgroup/x"] };

/** A watchdog whose shell only writes down what it is told. */
function watched(answer: "works" | NotStarted, more: Partial<typeof execution> = {}) {
  const told: string[] = [];
  const given: { script: string; environment: Variables }[] = [];
  let ended = 0;
  const companion: Companion = {
    kind: "companion",
    pid: 1,
    tell: (line) => void told.push(line),
    async end() {
      ended++;
    },
  };
  const processes: Processes = {
    ...bunSystem.processes,
    startTimeOf: (pid) => String(pid * 2),
    accompany(script, environment) {
      given.push({ script, environment });
      return answer === "works" ? companion : answer;
    },
  };
  const watchdog = createWatchdog({ ...execution, ...more }, { ...bunSystem, processes });
  return { watchdog, told, given, ended: () => ended };
}

test("createWatchdog() starts one before each attempt, and tells it what to become and whom to find", async () => {
  const { watchdog, told, given, ended } = watched("works");
  expect(given).toEqual([]);
  for (const number of [1, 2]) {
    watchdog.prepare?.();
    expect(told).toEqual(["/bin/faultbox", "after-loss"]);
    const { over } = watchdog.attempt({ ...started, number });
    expect(told.splice(0)).toEqual([
      "/bin/faultbox",
      "after-loss",
      "--session=4712:9424",
      "--control-group=/sys/fs/cgroup/x",
    ]);
    over?.();
    expect(ended()).toBe(number);
  }
  await watchdog.gone();
  expect([given.length, ended(), watchdog.notes()]).toEqual([2, 2, []]);
});

test("createWatchdog() gives its shell the id, and in its arguments neither that nor our name", () => {
  const { watchdog, given } = watched("works");
  watchdog.prepare?.();
  expect(given[0]?.environment).toMatchObject({
    id: "the-id",
    name: "FAULTBOX_EXECUTION",
    leftovers: "report",
  });
  expect(Object.keys(given[0]?.environment ?? {}).sort()).toEqual(["PATH", "id", "leftovers", "name"]);
  expect(given[0]?.script).not.toContain("the-id");
  expect(given[0]?.script).not.toContain("faultbox");
});

test("createWatchdog() tells no session that the program shares with others, and no word with a line break", () => {
  const { watchdog, told } = watched("works", { command: ["/a\nb/faultbox", "after-loss"] } as never);
  watchdog.prepare?.();
  watchdog.attempt({ ...started, ownSession: false, controlGroups: [] });
  expect(told).toEqual([]);
});

test("createWatchdog() ends also when the program could not be started, and notes once that there is none", async () => {
  const good = watched("works");
  good.watchdog.prepare?.();
  await good.watchdog.gone();
  expect(good.ended()).toBe(1);
  const bad = watched({ kind: "not-started", code: "EAGAIN" });
  for (const number of [1, 2]) {
    bad.watchdog.prepare?.();
    bad.watchdog.attempt({ ...started, number }).over?.();
  }
  await bad.watchdog.gone();
  expect(bad.watchdog.notes()).toEqual([
    "no watchdog (EAGAIN): if faultbox were killed, the program would live on",
  ]);
});
