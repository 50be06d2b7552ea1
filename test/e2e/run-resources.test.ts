/** Limits on memory, processes and processor time, where this machine allows them, and what is said where it does not. */
import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cgroupPlaces } from "../../src/runner/cgroup-places.ts";
import { child, isAlive, readFile, readOutcome, runToOutcome, writeFile } from "./run-outcome.ts";
import { eachWay, type Faultbox } from "./support.ts";

/** Why control groups cannot be made here; null when they can. */
const obstacle = findObstacle();

/** `test`, or a skipped test whose title says why. */
const withGroups = (title: string, body: () => Promise<void>, timeout?: number) =>
  obstacle === null ? test(title, body, timeout) : test.skip(`${title} (${obstacle})`, body);

/** As root the control groups can be taken away, in a mount namespace of one's own. */
const isRoot = process.geteuid?.() === 0 && Bun.which("unshare") !== null;
const withoutGroups = (title: string, body: () => Promise<void>) =>
  isRoot ? test(title, body) : test.skip(`${title} (needs root and unshare)`, body);

eachWay("faultbox run, with limits on resources,", (faultbox) => {
  withGroups(
    "tells out of memory from other kills, by the kernel's counter, and knows the peak",
    async () => {
      const flags = ["--memory", "60M"];
      const { code, outcome } = await runToOutcome(faultbox, { flags, program: eats("200") });
      expect([code, outcome.status, outcome.failureCategory]).toEqual([137, "failed", "out_of_memory"]);
      expect(outcome.limits["memory"]).toEqual({ bytes: 60_000_000, source: "--memory" });
      expect(outcome.usage.maxMemoryBytes).toBeGreaterThan(40_000_000);
      expect(outcome.usage.maxMemoryBytes).toBeLessThanOrEqual(60_000_000);
      expect(groupsOf(outcome.executionId)).toEqual([]);
    },
  );

  withGroups("tells out of memory also when only a child of the program was killed", async () => {
    const line = `${eats("200")
      .map((word) => `'${word}'`)
      .join(" ")}; exit 3`;
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: ["--memory", "60M"],
      program: ["sh", "-c", line],
    });
    expect([code, outcome.failureCategory]).toEqual([3, "out_of_memory"]);
  });

  withGroups("says killed, not out of memory, of a program that was killed otherwise", async () => {
    const { outcome } = await runToOutcome(faultbox, {
      flags: ["--memory", "500M"],
      program: ["sh", "-c", "kill -KILL $$"],
    });
    expect(outcome.failureCategory).toBe("killed");
  });

  withGroups("limits the number of processes, ourselves not counted", async () => {
    const script = "sleep 0.3; for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; echo all";
    const enough = await faultbox.run(["run", "--pids", "9", "--", "sh", "-c", `${script}; wait`]);
    expect([enough.code, enough.stdout]).toEqual([0, "all\n"]);
    const few = await runToOutcome(faultbox, { flags: ["--pids", "4"], program: ["sh", "-c", script] });
    expect([few.code, few.stdout]).toEqual([2, ""]);
    expect(few.stderr).toContain("fork");
  });

  withGroups("limits processor time", async () => {
    const script = "for file in cpu.max cpu.cfs_quota_us; do cat $group/$file 2>/dev/null; done";
    const program = ["sh", "-c", `group=${groupDirectory("cpu")}; ${script}`];
    const ran = await faultbox.run(["run", "--cpu", "1.5", "--", ...program]);
    expect([ran.code, ran.stdout.split(/\s/)[0]]).toEqual([0, "150000"]);
  });

  withGroups("leaves no group behind, also after a limit with children that got away", async () => {
    const flags = ["--memory", "500M", "--pids", "200", "--timeout", "2s"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: child("escapes") });
    expect(code).toBe(124);
    const pids = fs.readdirSync(path.join(faultbox.directory(), "pids"));
    expect(pids.filter((name) => isAlive(Number(readFile(faultbox, `pids/${name}`))))).toEqual([]);
    expect(groupsOf(outcome.executionId)).toEqual([]);
  });

  withGroups("removes the group also when a daemon that may stay lives on", async () => {
    const script = "setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $! >pid";
    const flags = ["--memory", "500M", "--leftovers", "allow"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: ["sh", "-c", script] });
    const pid = Number(readFile(faultbox, "pid"));
    const alive = isAlive(pid);
    process.kill(pid, "SIGKILL");
    expect([code, alive, groupsOf(outcome.executionId)]).toEqual([0, true, []]);
  });

  withGroups("reports no peak that would be our own", async () => {
    const without = await runToOutcome(faultbox, { program: ["true"] });
    expect(without.outcome.usage.maxMemoryBytes).toBeNull();
    const inGroup = await runToOutcome(faultbox, { flags: ["--memory", "500M"], program: ["true"] });
    expect(inGroup.outcome.usage.maxMemoryBytes).toBeLessThan(20_000_000);
  });

  withoutGroups("starts nothing where limits cannot be had, and says the way out", async () => {
    const ran = await noGroups(faultbox, ["--memory", "1Gi", "--outcome", "outcome.json"], "touch started");
    expect([ran.code, fs.existsSync(path.join(faultbox.directory(), "started"))]).toEqual([125, false]);
    expect(ran.stderr).toContain("Cannot limit the program's memory");
    expect(ran.stderr).toContain("--limits best-effort");
    expect(readOutcome(faultbox)).toMatchObject({ status: "not_started", failureCategory: "environment" });
  });

  withoutGroups(
    "runs without limits that cannot be had with --limits best-effort, and notes it",
    async () => {
      const flags = ["--memory", "1Gi", "--limits", "best-effort", "--outcome", "outcome.json"];
      const ran = await noGroups(faultbox, flags, "echo ran");
      expect([ran.code, ran.stdout]).toEqual([0, "ran\n"]);
      expect(readOutcome(faultbox).notes.join()).toContain("the program's memory was not limited");
    },
  );

  withoutGroups(
    "asks systemd-run for a scope where no group can be made, and hides the bus from the program",
    async () => {
      const fake = `#!/bin/sh\necho "$@" >>"${faultbox.directory()}/asked"
      while [ "$1" != -- ]; do shift; done; shift; exec "$@"\n`;
      writeFile(faultbox, "bin/systemd-run", fake, 0o755);
      const flags = ["--memory", "100M", "--pids", "7", "--cpu", "50%", "--outcome", "outcome.json"];
      const ran = await noGroups(faultbox, flags, "echo ${DBUS_SESSION_BUS_ADDRESS-hidden}; exit 4", {
        PATH: `${faultbox.directory()}/bin:/usr/bin:/bin`,
        DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere",
      });
      expect([ran.code, ran.stdout]).toEqual([4, "hidden\n"]);
      const [tried, started] = readFile(faultbox, "asked").split("\n");
      expect(tried).toContain(
        "--scope --quiet --collect --property=MemoryMax=100000000 --property=MemorySwapMax=0 " +
          "--property=TasksMax=7 --property=CPUQuota=50% -- /bin/true",
      );
      expect(started).toContain("-- /usr/bin/env -u DBUS_SESSION_BUS_ADDRESS");
    },
  );

  const asNobody = isRoot && Bun.which("setpriv") !== null ? test : test.skip;
  asNobody(
    "ends the tree, and says why it has no limits, as a user without rights (needs root and setpriv)",
    async () => {
      const directory = faultbox.directory();
      fs.chmodSync(directory, 0o777);
      fs.mkdirSync(path.join(directory, "closed"), { mode: 0o700 });
      const nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all";
      const [, script] = child("escapes");
      fs.copyFileSync(script ?? "", path.join(directory, "escapes.sh"));
      const binary = faultbox.way === "compiled" ? "cp $F faultbox; F=./faultbox" : ":";
      const line = `${binary}; PATH="$PWD/closed:$PATH"
      ${nobody} $F run --timeout 2s --outcome ended.json -- sh escapes.sh; echo $?
      ${nobody} $F run --no-report --pids 50 --outcome refused.json -- true; echo $?`;
      const ran = await faultbox.shell(line);
      expect(ran.stdout).toBe("124\n125\n");
      const pids = fs.readdirSync(path.join(directory, "pids"));
      expect(pids.filter((name) => isAlive(Number(readFile(faultbox, `pids/${name}`))))).toEqual([]);
      const refused = JSON.parse(readFile(faultbox, "refused.json"));
      expect(refused.failureReason).toContain("Cannot limit the program's processes");
    },
  );

  test.each([
    ["--memory", "much"],
    ["--memory", "1k"],
    ["--pids", "0"],
    ["--cpu", "0"],
    ["--cpu", "half"],
    ["--limits", "some"],
  ])("refuses %s %s", async (flag, value) => {
    const ran = await faultbox.run(["run", flag, value, "--", "touch", "started"]);
    expect([ran.code, ran.stderr]).toEqual([125, expect.stringContaining(`Give ${flag}`)]);
    expect(fs.existsSync(path.join(faultbox.directory(), "started"))).toBe(false);
  });
});

/** The words of a program that takes this many megabytes, one at a time. */
function eats(megabytes: string): readonly string[] {
  const program = "b=[]\nfor i in range(int(__import__('sys').argv[1])): b.append(bytearray(b'x')*1000000)";
  return ["python3", "-c", program.replaceAll("'", '"'), megabytes];
}

/** Runs a script where nothing of the control groups is mounted. */
function noGroups(
  faultbox: Faultbox,
  flags: readonly string[],
  script: string,
  env: Record<string, string> = {},
) {
  const run = `exec $F run ${flags.join(" ")} -- sh -c "$SCRIPT"`;
  const line = `exec unshare --mount sh -c 'umount -R /sys/fs/cgroup; ${run}'`;
  return faultbox.shell(line, { env: { ...env, SCRIPT: script } });
}

/** What is left of an execution's groups anywhere. */
function groupsOf(executionId: string): readonly string[] {
  const found = Bun.spawnSync(["find", "/sys/fs/cgroup", "-name", `faultbox-${executionId}*`], {
    stderr: "ignore",
  });
  return found.stdout.toString().split("\n").filter(Boolean);
}

/** A shell expression for the directory of the group that has a controller, from inside of it. */
function groupDirectory(controller: string): string {
  const place = ours().find(({ version, controllers }) => version === 2 || controllers.includes(controller));
  const pattern = place?.version === 1 ? `:\\([^:]*,\\)\\{0,1\\}${controller}[,:]` : "^0:";
  return `${place?.top}$(grep '${pattern}' /proc/self/cgroup | cut -d: -f3)`;
}

function ours() {
  const text = (file: string) => fs.readFileSync(`/proc/self/${file}`, "utf8");
  return cgroupPlaces(text("cgroup"), text("mountinfo")).filter(
    ({ version, own }) =>
      version === 1 || fs.readFileSync(`${own}/cgroup.controllers`, "utf8").includes("memory"),
  );
}

function findObstacle(): string | null {
  if (os.platform() !== "linux") return "control groups are Linux's";
  if (Bun.which("python3") === null) return "needs python3";
  try {
    for (const controller of ["memory", "pids", "cpu"]) {
      const place = ours().find(
        ({ version, controllers }) => version === 2 || controllers.includes(controller),
      );
      if (!place) return `no control group here has the controller ${controller}`;
      const directory = `${place.own}/faultbox-test-${process.pid}`;
      fs.mkdirSync(directory);
      fs.rmdirSync(directory);
    }
    return null;
  } catch (error) {
    return `control groups cannot be made here: ${error instanceof Error ? error.message : error}`;
  }
}
