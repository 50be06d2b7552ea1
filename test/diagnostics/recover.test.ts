import { afterAll, afterEach, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttemptOutcome } from "../../src/core/outcome.ts";
import { listFailures, readOutcome } from "../../src/diagnostics/find.ts";
import { recoverSpools } from "../../src/diagnostics/recover.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { Files, HostPlace, OpenFile, System } from "../../src/system/system.ts";
import { failedOutcome } from "./sample.ts";
import { executionId, type MortalOptions, mortalSpool, ownerStart, withDeadOwners } from "./spool-sample.ts";

const made: string[] = [];

afterEach(() => {
  ownerStart.time = null;
});

afterAll(() => {
  for (const directory of made) fs.rmSync(directory, { recursive: true, force: true });
});

function fresh(): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-recover-"));
  made.push(directory);
  return directory;
}

/** A directory with the spool of an execution that said something and whose faultbox then died. */
function lost(options: MortalOptions = {}, directory = fresh()): string {
  ownerStart.time = "100";
  const { begin, die } = mortalSpool(directory, options);
  const { say } = begin();
  say("out\n");
  say("the last words\n", "stderr");
  die();
  ownerStart.time = null;
  return directory;
}

const name = "goal-1234abcd";
const recover = (directory: string, options = {}, system: System = withDeadOwners) =>
  recoverSpools(directory, system, options);
const namesIn = (directory: string) => fs.readdirSync(directory).sort();
const logIn = (directory: string) => fs.readFileSync(join(directory, `${name}.log`), "utf8");
const result = ["goal-1234abcd.json", "goal-1234abcd.log", "index.jsonl"];

function systemAt(place: Partial<HostPlace>): System {
  const here = bunSystem.host.place();
  return { ...withDeadOwners, host: { ...withDeadOwners.host, place: () => ({ ...here, ...place }) } };
}

describe("recoverSpools()", () => {
  test("turns the spool of a dead owner into a pair, a line of the index, and nothing else", async () => {
    const directory = lost();
    expect(await recover(directory)).toEqual([{ executionId, action: "recovered", name, reason: null }]);
    expect(namesIn(directory)).toEqual(result);
    expect(logIn(directory)).toContain(
      "# === stderr ===\nthe last words\n# === stdout ===\nout\n# === result.json ===\n# (absent",
    );
    expect(readOutcome(name, directory, bunSystem.files)).toMatchObject({
      executionId,
      status: "lost",
      failureCategory: "killed",
      success: false,
      exitCode: null,
      tail: "the last words\nout",
      attempts: [{ number: 1, ending: "lost", stdout: { seen: 4, kept: 4 }, stderr: { seen: 15, kept: 15 } }],
    });
    expect(listFailures(directory, bunSystem.files).entries).toMatchObject([{ name, status: "lost" }]);
    expect(await recover(directory)).toEqual([]);
  });

  test("says of each attempt how it ended, as far as it did", async () => {
    const directory = fresh();
    ownerStart.time = "100";
    const { spool, begin, die } = mortalSpool(directory);
    const first = begin(1);
    first.say("first\n");
    first.witness.over?.();
    spool.ended?.(() => ({ ...endedAttempt, exitCode: 75 }));
    begin(2).say("second\n");
    die();
    ownerStart.time = null;
    await recover(directory);
    expect(readOutcome(name, directory, bunSystem.files)?.attempts).toMatchObject([
      { number: 1, ending: "exited", exitCode: 75 },
      { number: 2, ending: "lost", exitCode: null },
    ]);
    expect(logIn(directory)).toContain("# === attempt 1 of 2: exited 75 ===");
    expect(logIn(directory)).toContain("# === attempt 2 of 2: lost with the faultbox that ran it ===");
  });

  test("tells the real ending of an execution whose owner could not keep it", async () => {
    const directory = fresh();
    ownerStart.time = "100";
    const { spool, begin, die } = mortalSpool(directory);
    const { say, witness } = begin();
    say("out\n");
    witness.over?.();
    spool.leave(failedOutcome({ exitCode: 3, attempts: [{ ...endedAttempt, exitCode: 3 }] }));
    die();
    ownerStart.time = null;
    await recover(directory);
    expect(readOutcome(name, directory, bunSystem.files)).toMatchObject({ status: "failed", exitCode: 3 });
    expect(logIn(directory)).toContain("# === stdout ===\nout\n");
  });

  test("counts the secrets that were masked while it ran", async () => {
    const directory = fresh();
    const { begin, die } = mortalSpool(directory, { secret: "hunter2pass99" });
    begin().say("hunter2pass99 and hunter2pass99\n");
    die();
    await recover(directory);
    expect(logIn(directory)).toContain("[REDACTED:KEY] and [REDACTED:KEY]\n");
    expect(readOutcome(name, directory, bunSystem.files)?.redactions).toEqual([
      { name: "KEY", stream: "stdout", count: 2 },
    ]);
  });

  test("tells to the byte how much of a flood is missing", async () => {
    const directory = fresh();
    const { begin, clock, die } = mortalSpool(directory, { writeMs: 5 });
    const { say, witness } = begin();
    const chunk = new TextEncoder().encode("0123456789abcde\n".repeat(4096));
    for (let count = 0; count < 100; count++) {
      say(chunk);
      await clock.advance(1);
    }
    witness.over?.();
    die();
    await recover(directory);
    const missing = 100 * chunk.length - 20_000 - 200_000;
    expect(logIn(directory)).toContain(`\n# [${missing} bytes are missing here: `);
    expect(readOutcome(name, directory, bunSystem.files)?.attempts[0]?.stdout).toEqual({
      seen: 100 * chunk.length,
      kept: 220_000,
    });
  });

  test("leaves a living owner's alone, and does not mention it", async () => {
    const directory = lost();
    const before = namesIn(directory);
    ownerStart.time = "100";
    expect(await recover(directory)).toEqual([]);
    expect(namesIn(directory)).toEqual(before);
  });

  test("is not misled by a process that has the owner's number now", async () => {
    const directory = lost();
    ownerStart.time = "200";
    expect((await recover(directory))[0]?.action).toBe("recovered");
  });

  test.each([
    ["another machine", { machineId: "another" }, "another machine"],
    ["another boot", { bootId: "another" }, "before the last boot"],
    ["another container", { pidNamespace: "pid:[1]" }, "another pid namespace"],
  ])("leaves a spool of %s alone and says so, unless it is asked for", async (_, place, why) => {
    const directory = lost();
    const before = namesIn(directory);
    const [left] = await recover(directory, {}, systemAt(place));
    expect([left?.action, left?.reason]).toEqual(["left alone", expect.stringContaining(why)]);
    expect(namesIn(directory)).toEqual(before);
    expect((await recover(directory, { foreign: true }, systemAt(place)))[0]?.action).toBe("recovered");
  });

  test("leaves a spool of another user alone, and one that is no regular file", async () => {
    const directory = lost();
    const stranger = { ...withDeadOwners, host: { ...withDeadOwners.host, userId: 12_345 } };
    expect((await recover(directory, {}, stranger))[0]?.reason).toContain("belongs to another user");
    const other = fresh();
    fs.symlinkSync(join(directory, `.${executionId}.spool`), join(other, `.${executionId}.spool`));
    expect((await recover(other))[0]?.reason).toBe("it is not a regular file");
  });

  test("waits for a header that is not whole yet, and takes it away after a minute", async () => {
    const directory = fresh();
    const path = join(directory, `.${executionId}.spool`);
    fs.writeFileSync(path, '{"spool":1,"ow');
    expect(await recover(directory)).toEqual([]);
    expect(fs.existsSync(path)).toBe(true);
    fs.utimesSync(path, 1, 1);
    expect(await recover(directory)).toEqual([]);
    expect(fs.existsSync(path)).toBe(false);
  });

  test("tells what it cannot read, and goes on to the next", async () => {
    const directory = lost();
    const broken = executionId.replace("0198", "0197");
    fs.writeFileSync(join(directory, `.${broken}.spool`), "{}\n");
    const results = await recover(directory);
    expect(results.map(({ action }) => action)).toEqual(["failed", "recovered"]);
    expect(results[0]?.reason).toContain("not a spool of this version");
  });

  test("gives one result when many recover at once, and each of them finds it", async () => {
    const directory = lost();
    const all = await Promise.all(Array.from({ length: 8 }, () => recover(directory)));
    expect(all.flat().map(({ action }) => action)).toEqual(["recovered"]);
    expect(namesIn(directory)).toEqual(result);
  });

  test("gives one result wherever it is killed, when it is done again", async () => {
    for (let steps = 0; ; steps++) {
      const directory = lost();
      const { system, isDead } = mortalFiles(steps);
      await recover(directory, {}, system);
      const results = await recover(directory);
      expect(namesIn(directory)).toEqual(result);
      expect(logIn(directory)).toContain("the last words");
      const lines = fs.readFileSync(join(directory, "index.jsonl"), "utf8").split("\n");
      expect([steps, lines.filter((line) => line.includes(executionId)).length]).toEqual([steps, 1]);
      if (isDead()) continue;
      expect([steps > 10, results]).toEqual([true, []]);
      break;
    }
  });

  test("keeps what its owner had saved before it was killed, and adds the line that the index lacks", async () => {
    const directory = lost();
    await recover(directory);
    const before = logIn(directory);
    fs.rmSync(join(directory, "index.jsonl"));
    lost({}, directory);
    expect((await recover(directory))[0]?.action).toBe("kept already");
    expect([logIn(directory), namesIn(directory)]).toEqual([before, result]);
  });

  test("leaves the spool where it is when the pair cannot be written", async () => {
    const directory = lost();
    const before = namesIn(directory);
    const createNew = () => {
      throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    };
    const full = { ...withDeadOwners, files: { ...bunSystem.files, createNew } };
    const [failed] = await recover(directory, {}, full);
    expect([failed?.action, failed?.reason]).toEqual(["failed", expect.stringContaining("no space left")]);
    expect(namesIn(directory)).toEqual(before);
    expect((await recover(directory))[0]?.action).toBe("recovered");
  });
});

const endedAttempt: AttemptOutcome = {
  number: 1,
  startedAt: "2026-01-01T00:00:00.000Z",
  endedAt: "2026-01-01T00:00:01.000Z",
  durationMs: 1000,
  ending: "exited",
  exitCode: 1,
  signal: null,
  signalsSent: [],
  failureCategory: "exit_nonzero",
  resultState: "absent",
  stdout: { seen: 6, kept: 0 },
  stderr: { seen: 0, kept: 0 },
};

/** Files that change nothing any more after so many changes, as if their process had been killed; only locks are given back. */
function mortalFiles(steps: number): { readonly system: System; isDead(): boolean } {
  let left = steps;
  let dead = false;
  const alive = <Arguments extends readonly unknown[], Value>(action: (...words: Arguments) => Value) => {
    return (...words: Arguments): Value => {
      if (left === 0) dead = true;
      if (dead) throw new Error("killed");
      left--;
      return action(...words);
    };
  };
  const mortal = (file: OpenFile): OpenFile => ({
    ...file,
    write: alive(file.write),
    truncate: alive(file.truncate),
    setMode: alive(file.setMode),
    sync: alive(file.sync),
  });
  const { files } = bunSystem;
  const system: Files = {
    ...files,
    createNew: alive((path, mode) => mortal(files.createNew(path, mode))),
    openAppend: alive((path, mode) => mortal(files.openAppend(path, mode))),
    link: alive(files.link),
    rename: alive(files.rename),
    remove: alive(files.remove),
    makeDirectory: alive(files.makeDirectory),
    removeEmptyDirectory: alive(files.removeEmptyDirectory),
  };
  return { system: { ...withDeadOwners, files: system }, isDead: () => dead };
}
