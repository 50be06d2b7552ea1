/** Disks that are full, broken, read-only or cut off from their power. Most of it needs root, to mount small disks. */
import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { type DiskKind, diskNeeds, mountCopy, mountDisk } from "../disks.ts";
import { noStrace } from "../strace.ts";
import { logOf, observed, records, unlogged } from "./error-log.ts";
import { eachWay, type Faultbox } from "./support.ts";

const page = 4096;
const read = (path: string) => fs.readFileSync(path, "latin1");

eachWay(
  "faultbox error-log on a bad disk",
  (faultbox) => {
    onTmpfs(faultbox);
    onImages(faultbox);
    withInjectedFaults(faultbox);

    test("reports too few descriptors, or does not start: it never claims what it did not do", async () => {
      const log = logOf(faultbox);
      const line = observed(log, "--message", "few")
        .map((word) => `'${word}'`)
        .join(" ");
      for (const most of [3, 4, 5, 6, 8, 12, 16]) {
        fs.rmSync(log, { force: true });
        const ran = await faultbox.shell(`ulimit -n ${most}; $F ${line}`);
        if (ran.code === 0) expect(fs.existsSync(log) || fs.existsSync(`${log}.pending`)).toBe(true);
        else expect(ran.stderr).not.toBe("");
      }
    });

    test("run passes the program's exit code on when its failure cannot be recorded anywhere, and prints the record", async () => {
      const ran = await faultbox.run([
        ...[
          "run",
          "--errors-log",
          "/proc/errors.jsonl",
          "--task-key",
          "T",
          "--phase",
          "p",
          "--agent",
          "a",
          "--agent-role",
          "r",
        ],
        ...["--no-report", "--", "sh", "-c", "exit 7"],
      ]);
      expect(ran.code).toBe(7);
      expect(unlogged(ran.stderr)).toMatchObject([{ source: "runner-observed", exitCode: 7 }]);
      expect(ran.stderr).toContain('Cannot append to "/proc/errors.jsonl"');
    });
  },
  ["compiled"],
);

function onTmpfs(faultbox: Faultbox): void {
  const [isMissing, why] = diskNeeds("tmpfs");
  const withDisk = (title: string, run: (point: string) => Promise<void>, size = "256k") =>
    test.skipIf(isMissing)(`${title}${why}`, async () => {
      const disk = mountDisk("tmpfs", size);
      try {
        await run(disk.point);
      } finally {
        disk.unmount();
      }
    });
  const append = (log: string, ...more: string[]) => faultbox.run(observed(log, ...more));

  withDisk(
    "a full disk leaves the log byte for byte as it was, 74, and the record on stderr",
    async (point) => {
      const log = join(point, "errors.jsonl");
      fs.writeFileSync(log, `${"x".repeat(3900)}\n`, { mode: 0o600 });
      fill(point);
      const before = read(log);
      const ran = await append(log, "--message", "m".repeat(2000));
      expect(ran.code).toBe(74);
      expect(ran.stderr).toContain(`Cannot append to "${log}": no space left on device (ENOSPC)`);
      expect(unlogged(ran.stderr)).toMatchObject([{ message: "m".repeat(2000) }]);
      expect(read(log) === before).toBe(true);
      expect(fs.readdirSync(point).sort()).toEqual(["errors.jsonl", "filler"]);
      fs.rmSync(join(point, "filler"));
      expect((await append(log, "--message", "now")).code).toBe(0);
    },
  );

  withDisk(
    "a full disk is no loss when the pending folder lies on another one, at whatever byte it fills up",
    async (point) => {
      const log = join(point, "errors.jsonl");
      const elsewhere = join(faultbox.directory(), "pending");
      fs.mkdirSync(elsewhere, { mode: 0o700 });
      fs.symlinkSync(elsewhere, `${log}.pending`);
      const length = JSON.stringify(records(await sample(faultbox))[0]).length + 1;
      fs.writeFileSync(log, "");
      fill(point, page);
      let waiting = 0;
      for (const room of roomsFor(length)) {
        const before = `${"y".repeat(page - room - 1)}\n`;
        fs.writeFileSync(log, before, { mode: 0o600 });
        const ran = await append(log, "--message", "sample");
        expect(ran.code).toBe(0);
        const isWhole = read(log) !== before;
        if (!isWhole) waiting++;
        const newest = join(elsewhere, fs.readdirSync(elsewhere).sort().at(-1) ?? "");
        const line = isWhole ? read(log).slice(before.length) : read(newest);
        expect(JSON.parse(line).message).toBe("sample");
        // Not every record is as long as the sample: the number of a process has more digits or fewer.
        expect(isWhole).toBe(room >= line.length);
        expect(ran.stderr.includes("no space left on device (ENOSPC)")).toBe(!isWhole);
        expect(fs.readdirSync(elsewhere)).toHaveLength(waiting);
      }
      fs.rmSync(join(point, "filler"));
      fs.writeFileSync(log, "", { mode: 0o600 });
      const merged = await faultbox.run(["error-log", "merge", log, "--json"]);
      expect(JSON.parse(merged.stdout)).toMatchObject([{ taken: waiting }]);
      expect(records(log).map(({ message }) => message)).toEqual(Array(waiting).fill("sample"));
    },
    "2m",
  );

  withDisk(
    "a disk without inodes is reported, or the log that is there still takes records",
    async (point) => {
      const log = join(point, "errors.jsonl");
      await append(log, "--message", "first");
      for (let number = 0; ; number++) {
        try {
          fs.writeFileSync(join(point, `inode-${number}`), "");
        } catch {
          break;
        }
      }
      expect((await append(log, "--message", "second")).code).toBe(0);
      const other = await append(join(point, "other.jsonl"), "--message", "third");
      expect([other.code, other.stderr.includes("ENOSPC")]).toEqual([74, true]);
      expect(records(log).map(({ message }) => message)).toEqual(["first", "second"]);
    },
    "256k,nr_inodes=12",
  );

  withDisk(
    "a read-only disk changes nothing of what run passes on, but for the record on stderr",
    async (point) => {
      const log = join(point, "errors.jsonl");
      Bun.spawnSync(["mount", "-o", "remount,ro", point]);
      const who = ["--task-key", "T", "--phase", "p", "--agent", "a", "--agent-role", "r"];
      const words = [
        "--errors-log",
        log,
        ...who,
        "--failures-dir",
        join(point, "failures"),
        "--",
        "sh",
        "-c",
        "echo out; echo err >&2; exit 5",
      ];
      const ran = await faultbox.run(["run", ...words]);
      expect([ran.code, ran.stdout]).toEqual([5, "out\n"]);
      expect(ran.stderr).toContain("read-only file system (EROFS)");
      expect(unlogged(ran.stderr)).toMatchObject([
        { exitCode: 5, stderrExcerpt: "err\nout", diagnostics: null },
      ]);
      const alone = await append(log);
      expect([alone.code, alone.stderr.includes("EROFS")]).toEqual([74, true]);
    },
  );
}

function onImages(faultbox: Faultbox): void {
  for (const kind of ["ext4", "xfs", "btrfs"] as const satisfies readonly DiskKind[]) {
    const [isMissing, why] = diskNeeds(kind);
    test.skipIf(isMissing)(
      `on ${kind} what was acknowledged outlives a power cut, and nothing else shows that is no record${why}`,
      async () => {
        const disk = mountDisk(kind);
        const log = join(disk.point, "errors.jsonl");
        const message = (number: number) => `${number} ${"p".repeat(1500)}`;
        // The second kind of durability may lose the last ones; it must not leave bytes that are taken for records.
        for (let number = 0; number < 6; number++)
          await faultbox.run(observed(log, "--message", message(number)));
        const copy = mountCopy(disk);
        expect(records(join(copy.point, "errors.jsonl")).map((row) => row.message)).toEqual(
          [0, 1, 2, 3, 4, 5].map(message),
        );
        copy.unmount();
        for (let number = 6; number < 12; number++) {
          await faultbox.run(observed(log, "--message", message(number), "--durability", "none"));
        }
        const later = mountCopy(disk);
        const listed = await faultbox.run(["error-log", "list", join(later.point, "errors.jsonl"), "--json"]);
        const found: string[] = JSON.parse(listed.stdout)
          .map((row: { message: string }) => row.message)
          .reverse();
        expect(found.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5].map(message));
        expect(found).toEqual(found.map((_, number) => message(number)));
        later.unmount();
        disk.unmount();
      },
      60_000,
    );
  }

  const [isMissing, why] = diskNeeds("ext4");
  test.skipIf(isMissing)(
    `on ext4 a full disk is reported, and takes records again when there is room${why}`,
    async () => {
      const disk = mountDisk("ext4");
      const log = join(disk.point, "errors.jsonl");
      await faultbox.run(observed(log, "--message", "first"));
      fill(disk.point);
      const before = read(log);
      let refused = 0;
      for (let number = 0; number < 4; number++) {
        const ran = await faultbox.run(observed(log, "--message", "m".repeat(9000)));
        if (ran.code === 74) refused++;
      }
      expect(refused).toBeGreaterThan(0);
      expect(read(log).startsWith(before)).toBe(true);
      expect(records(log).length).toBe(1 + 4 - refused);
      fs.rmSync(join(disk.point, "filler"));
      expect((await faultbox.run(observed(log, "--message", "last"))).code).toBe(0);
      expect(records(log).at(-1)?.message).toBe("last");
      disk.unmount();
    },
  );

  test.skipIf(isMissing)(
    `an append-only log (chattr +a) takes records, and a full disk is still told as ENOSPC${why}`,
    async () => {
      const disk = mountDisk("ext4");
      const log = join(disk.point, "errors.jsonl");
      await faultbox.run(observed(log, "--message", "first"));
      expect(Bun.spawnSync(["chattr", "+a", log]).success).toBe(true);
      expect((await faultbox.run(observed(log, "--message", "second"))).code).toBe(0);
      fill(disk.point);
      let last = "";
      for (let number = 0; number < 6 && !last.includes("ENOSPC"); number++) {
        last = (await faultbox.run(observed(log, "--message", "m".repeat(9000)))).stderr;
      }
      expect(last).toContain("no space left on device (ENOSPC)");
      fs.rmSync(join(disk.point, "filler"));
      expect((await faultbox.run(observed(log, "--message", "last"))).code).toBe(0);
      const listed = await faultbox.run(["error-log", "list", log, "--json"]);
      expect(JSON.parse(listed.stdout)[0].message).toBe("last");
      Bun.spawnSync(["chattr", "-a", log]);
      disk.unmount();
    },
  );
}

/** A system call on the log that fails, or is the last one. */
function withInjectedFaults(faultbox: Faultbox): void {
  const inject = (fault: string, ...more: string[]) => {
    const log = logOf(faultbox);
    const line = observed(log, ...more)
      .map((word) => `'${word}'`)
      .join(" ");
    return faultbox.shell(`strace -f -o /dev/null -P ${log} -e inject=${fault} $F ${line}`);
  };
  const messages = () => records(logOf(faultbox)).map(({ message }) => message);

  describe.skipIf(noStrace !== "")(`and injected faults${noStrace}`, () => {
    test.each(["flock:error=EINTR:when=1..3", "write:error=EINTR:when=1", "openat:error=EINTR:when=1"])(
      "%s is no failure",
      async (fault) => {
        const ran = await inject(fault, "--message", "first");
        expect([ran.code, messages()]).toEqual([0, ["first"]]);
      },
    );

    test.each([
      ["write:error=ENOSPC", "no space left on device (ENOSPC)"],
      ["write:error=EDQUOT", "disk quota exceeded (EDQUOT)"],
      ["write:retval=0", "no space left on device (ENOSPC)"],
      ["write:error=EIO", "input/output error (EIO)"],
      ["fdatasync:error=EIO", "input/output error (EIO)"],
      ["openat:error=EMFILE", "too many open files (EMFILE)"],
    ])(
      "%s puts the record aside with a warning, and the next append takes it in once",
      async (fault, words) => {
        const ran = await inject(fault, "--message", "first");
        expect(ran.code).toBe(0);
        expect(ran.stderr).toContain(words);
        expect(fs.readdirSync(`${logOf(faultbox)}.pending`)).toHaveLength(1);
        expect((await faultbox.run(observed(logOf(faultbox), "--message", "second"))).code).toBe(0);
        expect(messages()).toEqual(["first", "second"]);
        expect(fs.existsSync(`${logOf(faultbox)}.pending`)).toBe(false);
      },
    );

    test("killed between write and sync, and tried again with the same key, it is one record", async () => {
      const killed = await inject("fdatasync:signal=KILL", "--message", "first", "--key", "k");
      expect(killed.code).toBe(137);
      expect(messages()).toEqual(["first"]);
      const again = await faultbox.run(
        observed(logOf(faultbox), "--message", "first", "--key", "k", "--json"),
      );
      expect(JSON.parse(again.stdout).state).toBe("present");
      expect(messages()).toEqual(["first"]);
    });
  });
}

/**
 * From what just fits to what does not fit at all, since what waits is taken in first: some places in the line, or with
 * `FAULTBOX_STORM=full` each.
 */
function roomsFor(length: number): readonly number[] {
  if (process.env["FAULTBOX_STORM"] === "full")
    return Array.from({ length }, (_, index) => length + 1 - index);
  return [length + 1, length, length - 1, length - 2, Math.floor(length / 2), 43, 2, 1];
}

/** Leaves so many bytes. */
function fill(point: string, left = 0): void {
  const file = fs.openSync(join(point, "filler"), "w");
  const chunk = new Uint8Array(page);
  const room = fs.statfsSync(point);
  const most = Math.max(0, room.bfree * room.bsize - left);
  try {
    for (let written = 0; written < most; )
      written += fs.writeSync(file, chunk, 0, Math.min(page, most - written));
  } catch {
    // full
  }
  fs.closeSync(file);
}

/** A log with one record as the cases of a full disk append it. */
async function sample(faultbox: Faultbox): Promise<string> {
  const log = join(faultbox.directory(), "sample-of.jsonl");
  await faultbox.run(observed(log, "--message", "sample"));
  return log;
}
