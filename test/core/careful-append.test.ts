import { afterAll, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { appendLine } from "../../src/core/careful-append.ts";
import { Refusal } from "../../src/core/errors.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { OpenFile } from "../../src/system/system.ts";

const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-append-"));
let count = 0;
const fresh = () => join(directory, `${++count}.jsonl`);
const read = (path: string) => fs.readFileSync(path, "utf8");

afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

async function refusalOf(path: string, system = bunSystem): Promise<Refusal> {
  const error = await appendLine(path, '{"id":"new"}', system).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refusal);
  return error as Refusal;
}

/** The real files, with the file that is appended to replaced by a variation of it. */
function withOpenFile(vary: (file: OpenFile) => Partial<OpenFile>): typeof bunSystem {
  const openAppend = (path: string, mode: number) => {
    const file = bunSystem.files.openAppend(path, mode);
    return { ...file, ...vary(file) };
  };
  return { ...bunSystem, files: { ...bunSystem.files, openAppend } };
}

test("appendLine() makes the file with mode 0600 and adds a line each time", async () => {
  const path = fresh();
  await appendLine(path, '{"id":1}', bunSystem);
  await appendLine(path, '{"id":"ž"}', bunSystem);
  expect(read(path)).toBe('{"id":1}\n{"id":"ž"}\n');
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
});

test("appendLine() closes a torn last line, so that the next record is not glued to it", async () => {
  const path = fresh();
  fs.writeFileSync(path, '{"id":1}\n{"id":2,"mess');
  await appendLine(path, '{"id":3}', bunSystem);
  expect(read(path)).toBe('{"id":1}\n{"id":2,"mess\n{"id":3}\n');
});

test("appendLine() refuses a record with a line end inside", () => {
  const path = fresh();
  expect(appendLine(path, '{"a":\n1}', bunSystem)).rejects.toThrow("a record must be one line");
  expect(fs.existsSync(path)).toBe(false);
});

describe("appendLine() refuses at once, with exit code 74,", () => {
  const target = join(directory, "target");
  fs.writeFileSync(target, "kept\n");
  const kinds: ReadonlyArray<readonly [string, (path: string) => void, string]> = [
    ["a fifo", (path) => Bun.spawnSync(["mkfifo", path]), "it is not a regular file"],
    ["a symbolic link", (path) => fs.symlinkSync(target, path), "it is a symbolic link (ELOOP)"],
    ["a dangling link", (path) => fs.symlinkSync("/nowhere/at/all", path), "it is a symbolic link (ELOOP)"],
    ["a directory", (path) => fs.mkdirSync(path), "it is a directory (EISDIR)"],
    ["a hard link", (path) => fs.linkSync(target, path), "it has 2 names (hard links)"],
  ];
  test.each(kinds)("%s", async (_, make, words) => {
    const path = fresh();
    make(path);
    const refusal = await refusalOf(path);
    expect(refusal.message).toBe(`Cannot append to "${path}": ${words}`);
    expect(refusal.exitCode).toBe(74);
    expect(read(target)).toBe("kept\n");
    fs.rmSync(path, { recursive: true });
  });

  test("a file in a directory that is missing", async () => {
    const path = join(directory, "missing/errors.jsonl");
    expect((await refusalOf(path)).message).toBe(
      `Cannot append to "${path}": no such file or directory (ENOENT)`,
    );
  });
});

test("appendLine() from 8 processes, 50 times each, keeps every line whole", async () => {
  const path = fresh();
  const source = resolve(import.meta.dir, "../../src");
  const script = join(directory, "writer.ts");
  fs.writeFileSync(
    script,
    `import { appendLine } from ${JSON.stringify(join(source, "core/careful-append.ts"))};
     import { bunSystem } from ${JSON.stringify(join(source, "system/bun.ts"))};
     const [path, writer] = process.argv.slice(2);
     for (let number = 0; number < 50; number++)
       await appendLine(path, JSON.stringify({ id: writer + ":" + number, text: "x".repeat(number * 40) }), bunSystem);`,
  );
  const writers = Array.from({ length: 8 }, (_, writer) =>
    Bun.spawn([process.execPath, script, path, String(writer)], { stdio: ["ignore", "ignore", "inherit"] }),
  );
  expect(await Promise.all(writers.map((writer) => writer.exited))).toEqual(Array(8).fill(0));
  const ids = read(path)
    .trimEnd()
    .split("\n")
    .map((line): string => JSON.parse(line).id);
  expect(ids).toHaveLength(400);
  expect(new Set(ids).size).toBe(400);
}, 60_000);

test("appendLine() waits for the lock that flock(1) holds", async () => {
  const path = fresh();
  fs.writeFileSync(path, "");
  await using holder = holdLock(path);
  await holder.held;
  let done = false;
  const append = appendLine(path, '{"id":1}', bunSystem).then(() => {
    done = true;
  });
  await bunSystem.clock.sleep(100);
  expect([done, read(path)]).toEqual([false, ""]);
  holder.release();
  await append;
  expect(read(path)).toBe('{"id":1}\n');
}, 20_000);

test("appendLine() writes to the file that has the name once it has the lock", async () => {
  const path = fresh();
  fs.writeFileSync(path, "");
  await using holder = holdLock(path);
  await holder.held;
  const append = appendLine(path, '{"id":1}', bunSystem);
  fs.renameSync(path, `${path}.old`);
  holder.release();
  await append;
  expect([read(path), read(`${path}.old`)]).toEqual(['{"id":1}\n', ""]);
}, 20_000);

test("appendLine() gives up after 5 s without the lock", async () => {
  const path = fresh();
  let now = 0;
  const clock = {
    ...bunSystem.clock,
    monotonic: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const locked = { ...withOpenFile(() => ({ tryLock: () => false })), clock };
  const refusal = await refusalOf(path, locked);
  expect(refusal.message).toBe(`Cannot append to "${path}": another writer held the lock for 5 s`);
  expect(now).toBeWithin(5000, 5200);
});

test("appendLine() cuts back what a short write left, and reports the first error", async () => {
  const path = fresh();
  fs.writeFileSync(path, '{"id":1}\n');
  let writes = 0;
  const full = withOpenFile((file) => ({
    write(bytes) {
      if (++writes > 1) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      return file.write(bytes.subarray(0, 5));
    },
  }));
  expect((await refusalOf(path, full)).message).toEndWith("no space left on device (ENOSPC)");
  expect(read(path)).toBe('{"id":1}\n');
});

test("appendLine() writes on after a short write that is no failure", async () => {
  const path = fresh();
  await appendLine(
    path,
    '{"id":1}',
    withOpenFile((file) => ({ write: (bytes) => file.write(bytes.subarray(0, 3)) })),
  );
  expect(read(path)).toBe('{"id":1}\n');
});

test("appendLine() never syncs again after a sync that failed", async () => {
  let syncs = 0;
  const failing = withOpenFile(() => ({
    sync() {
      syncs++;
      throw Object.assign(new Error("lost"), { code: "EIO" });
    },
  }));
  expect((await refusalOf(fresh(), failing)).message).toEndWith("input/output error (EIO)");
  expect(syncs).toBe(1);
});

const mountPoint = mountSmallDisk();
const whyNoDisk = mountPoint === null ? " (SKIPPED: needs root, to mount a small tmpfs)" : "";

test.skipIf(mountPoint === null)(
  `appendLine() on a full disk leaves the file byte for byte, and names ENOSPC${whyNoDisk}`,
  async () => {
    const path = join(mountPoint ?? "", "errors.jsonl");
    const record = JSON.stringify({ text: "x".repeat(9000) });
    let before = "";
    let refusal: unknown = null;
    for (let number = 0; refusal === null && number < 20; number++) {
      before = fs.existsSync(path) ? read(path) : "";
      refusal = await appendLine(path, record, bunSystem).then(
        () => null,
        (error: unknown) => error,
      );
    }
    expect(String(refusal)).toContain("no space left on device (ENOSPC)");
    expect(before.length).toBeGreaterThan(9000);
    expect(read(path) === before).toBe(true);
  },
);

function mountSmallDisk(): string | null {
  const point = fs.mkdtempSync(join(tmpdir(), "faultbox-disk-"));
  const quietly = { stdout: "ignore", stderr: "ignore" } as const;
  const mounted =
    process.getuid?.() === 0 &&
    Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", point], quietly).success;
  afterAll(() => {
    if (mounted) Bun.spawnSync(["umount", point], quietly);
    fs.rmdirSync(point);
  });
  if (!mounted)
    console.warn("careful-append.test.ts: the full-disk case is skipped, it needs root and mount");
  return mounted ? point : null;
}

/** A process that holds the lock until it is released, or until the test is over. */
function holdLock(path: string) {
  const holder = Bun.spawn(["flock", path, "sh", "-c", "echo held; read line"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const release = () => {
    holder.stdin.end();
  };
  return {
    held: holder.stdout.getReader().read(),
    release,
    async [Symbol.asyncDispose]() {
      release();
      await holder.exited;
    },
  };
}
