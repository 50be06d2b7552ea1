import { describe, expect, test } from "bun:test";
import type { JobOwner } from "../../src/job/job-record.ts";
import { lifeOf } from "../../src/job/life.ts";
import type { OpenFile, System } from "../../src/system/system.ts";

const here = { name: "build-3", machineId: "m", bootId: "b", pidNamespace: "pid:[1]" };
const owner: JobOwner = { ...here, pid: 4711, startTime: "83021", locked: true };

interface Facts {
  readonly held?: boolean;
  /** What the system tells of the process with the owner's pid; null for nothing. */
  readonly startTime?: string | null;
  readonly exists?: boolean;
  readonly zombie?: boolean;
  readonly noLocks?: boolean;
}

function worldWith(facts: Facts) {
  const { held = false, startTime = null, exists = false, zombie = false, noLocks = false } = facts;
  const file = {
    tryLock() {
      if (noLocks) throw new Error("no libc");
      return !held;
    },
    close() {},
  } as Partial<OpenFile> as OpenFile;
  return {
    files: { openPresent: () => file },
    host: { place: () => here },
    processes: { startTimeOf: () => startTime, exists: () => exists, stopped: () => (zombie ? false : null) },
  } as unknown as System;
}

const elsewhere = { machineId: "another" };
const copied = { bootId: "another", name: "build-4" };
const rebooted = { bootId: "another" };
const container = { pidNamespace: "pid:[2]" };

describe("lifeOf()", () => {
  test.each<[string, Partial<JobOwner>, Facts, string]>([
    ["a held lock and its process", {}, { held: true, startTime: "83021" }, "alive"],
    ["a held lock, its process hidden from us", {}, { held: true, exists: true }, "alive"],
    [
      "a lock that another asker holds, its process a zombie",
      {},
      { held: true, exists: true, zombie: true },
      "dead",
    ],
    ["a free lock, whatever process has its pid", {}, { startTime: "83021", exists: true }, "dead"],
    ["a lock that somebody holds who writes its outcome", {}, { held: true }, "dead"],
    ["the same, its pid given to another process", {}, { held: true, startTime: "9", exists: true }, "dead"],
    ["a held lock in another container", container, { held: true }, "alive"],
    ["a free lock in another container", container, {}, "dead"],
    ["a free lock after a reboot", rebooted, { startTime: "83021", exists: true }, "dead"],
    ["a held lock on another machine", elsewhere, { held: true }, "alive"],
    ["a free lock on another machine", elsewhere, { startTime: "83021", exists: true }, "elsewhere"],
    ["a free lock on a copy of this machine", copied, { startTime: "83021", exists: true }, "elsewhere"],
    ["no lock at all, but its process", { locked: false }, { noLocks: true, startTime: "83021" }, "alive"],
    ["no lock at all, and another process", { locked: false }, { noLocks: true, startTime: "9" }, "dead"],
    [
      "no lock at all, in another container",
      { locked: false, ...container },
      { startTime: "83021" },
      "elsewhere",
    ],
    ["no lock at all, after a reboot", { locked: false, ...rebooted }, { startTime: "83021" }, "dead"],
  ])("of an owner with %s", (_, change, facts, life) => {
    expect(lifeOf({ ...owner, ...change }, "job.json", worldWith(facts))).toBe(life as "alive");
  });
});
