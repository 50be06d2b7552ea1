import { afterAll, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { appendLine, appendLines } from "../../src/core/careful-append.ts";
import { Refusal } from "../../src/core/errors.ts";
import { setAside } from "../../src/core/pending.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { OpenFile } from "../../src/system/system.ts";
import { diskNeeds, mountDisk } from "../disks.ts";

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

test("appendLine() puts the line aside after 5 s without the lock, and the next append takes it in first", async () => {
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
  const appended = await appendLine(path, '{"id":"first"}', locked);
  expect(appended).toMatchObject({ kind: "pending", because: "another writer held the lock for 5 s" });
  expect(now).toBeWithin(5000, 5200);
  expect([read(path), modeOf(`${path}.pending`), ...waiting(path)]).toEqual(["", 0o700, '{"id":"first"}\n']);
  await appendLine(path, '{"id":"second"}', bunSystem);
  expect(read(path)).toBe('{"id":"first"}\n{"id":"second"}\n');
  expect(fs.existsSync(`${path}.pending`)).toBe(false);
});

test("appendLine() puts the line aside on a network file system, in a file of mode 0600", async () => {
  const path = fresh();
  const nfs = { ...bunSystem, files: { ...bunSystem.files, fileSystemType: () => 0x6969 } };
  const appended = await appendLine(path, '{"id":1}', nfs);
  expect(appended).toMatchObject({ kind: "pending", because: "it lies on NFS, where no append is atomic" });
  expect(appended.kind === "pending" && modeOf(appended.paths[0] ?? "")).toBe(0o600);
  expect(fs.existsSync(path)).toBe(false);
});

test("appendLine() cuts back what a short write left, and reports the first error", async () => {
  const path = fresh();
  fs.writeFileSync(path, '{"id":1}\n');
  blockPending(path);
  const refusal = await refusalOf(path, fullAfter(5));
  expect(refusal.message).toBe(
    `Cannot append to "${path}": no space left on device (ENOSPC); nor into "${path}.pending": "${path}.pending" is not a directory`,
  );
  expect(read(path)).toBe('{"id":1}\n');
});

test("appendLine() does not cut back what somebody wrote behind it without the lock", async () => {
  const path = fresh();
  fs.writeFileSync(path, '{"id":1}\n');
  const full = fullAfter(5, () => fs.appendFileSync(path, "theirs\n"));
  expect((await appendLine(path, '{"id":2}', full)).kind).toBe("pending");
  expect(read(path)).toBe('{"id":1}\n{"id"theirs\n');
});

test("appendLine() reports ENOSPC where the half line cannot be cut back, and takes the line in later", async () => {
  const path = fresh();
  fs.writeFileSync(path, '{"id":"1"}\n');
  const full = fullAfter(11);
  const appendOnly = {
    ...full,
    files: {
      ...full.files,
      openAppend: (name: string, mode: number) => ({
        ...full.files.openAppend(name, mode),
        truncate() {
          throw Object.assign(new Error("append only"), { code: "EPERM" });
        },
      }),
    },
  };
  const appended = await appendLine(path, '{"id":"2","text":"long"}', appendOnly);
  expect(appended).toMatchObject({ kind: "pending", because: "no space left on device (ENOSPC)" });
  expect(read(path)).toBe('{"id":"1"}\n{"id":"2","');
  await appendLine(path, '{"id":"3"}', bunSystem);
  expect(read(path)).toBe('{"id":"1"}\n{"id":"2","\n{"id":"2","text":"long"}\n{"id":"3"}\n');
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

test("appendLine() never syncs again after a sync that failed: the line waits elsewhere, and is taken in once", async () => {
  const path = fresh();
  let syncs = 0;
  const failing = withOpenFile(() => ({
    sync() {
      syncs++;
      throw Object.assign(new Error("lost"), { code: "EIO" });
    },
  }));
  const appended = await appendLine(path, '{"id":"1"}', failing);
  expect(appended).toMatchObject({ kind: "pending", because: "input/output error (EIO)" });
  expect(syncs).toBe(1);
  await appendLine(path, '{"id":"2"}', bunSystem);
  expect(read(path)).toBe('{"id":"1"}\n{"id":"2"}\n');
});

test("appendLine() with durability none does not sync", async () => {
  const path = fresh();
  const failing = withOpenFile(() => ({
    sync() {
      throw new Error("was synced");
    },
  }));
  expect(await appendLine(path, '{"id":1}', failing, { durability: "none" })).toEqual({
    kind: "appended",
    added: 1,
  });
});

describe("appendLines()", () => {
  test("adds all lines or none", async () => {
    const path = fresh();
    fs.writeFileSync(path, '{"id":"0"}\n');
    blockPending(path);
    const lines = ['{"id":"1"}', '{"id":"2"}'];
    const refusal = await appendLines(path, lines, fullAfter(15)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(read(path)).toBe('{"id":"0"}\n');
    expect(await appendLines(path, lines, bunSystem)).toEqual({ kind: "appended", added: 2 });
  });

  test("once adds only what is not there in a whole line, and nothing twice", async () => {
    const path = fresh();
    fs.writeFileSync(path, '{"id":"1"}\n{"id":"2","torn\n{"id":"3"}');
    const lines = ["1", "2", "3", "4", "4"].map((id) => `{"id":"${id}"}`);
    expect(await appendLines(path, lines, bunSystem, { once: true })).toEqual({ kind: "appended", added: 2 });
    expect(read(path)).toBe('{"id":"1"}\n{"id":"2","torn\n{"id":"3"}\n{"id":"2"}\n{"id":"4"}\n');
    expect(await appendLines(path, lines, bunSystem, { once: true })).toEqual({ kind: "appended", added: 0 });
  });

  test("takes in what waits in the order it came, once, and leaves what is no line", async () => {
    const path = fresh();
    const ids = Array.from({ length: 12 }, (_, number) => `{"id":"${number}"}`);
    setAside(path, ids.slice(0, 11), bunSystem);
    fs.writeFileSync(join(`${path}.pending`, "000000000000-0000-bad.json"), '{"id":"torn"');
    fs.writeFileSync(join(`${path}.pending`, "notes.txt"), "kept");
    fs.writeFileSync(path, `${ids[4]}\n`);
    await appendLines(path, ids.slice(11), bunSystem);
    const expected = [4, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11].map((number) => `${ids[number]}\n`).join("");
    expect(read(path)).toBe(expected);
    expect(fs.readdirSync(`${path}.pending`).sort()).toEqual(["000000000000-0000-bad.json", "notes.txt"]);
  });

  test("takes nothing in from a folder that others can write to", async () => {
    const path = fresh();
    setAside(path, ['{"id":"1"}'], bunSystem);
    fs.chmodSync(`${path}.pending`, 0o777);
    await appendLines(path, ['{"id":"2"}'], bunSystem);
    expect(read(path)).toBe('{"id":"2"}\n');
  });

  test("puts lines aside through a link of ours to another directory", async () => {
    const path = fresh();
    const elsewhere = fs.mkdtempSync(join(directory, "elsewhere-"));
    fs.symlinkSync(elsewhere, `${path}.pending`);
    expect((await appendLines(path, ['{"id":"1"}'], fullAfter(3))).kind).toBe("pending");
    expect(fs.readdirSync(elsewhere)).toHaveLength(1);
    await appendLines(path, ['{"id":"2"}'], bunSystem);
    expect([read(path), ...fs.readdirSync(elsewhere)]).toEqual(['{"id":"1"}\n{"id":"2"}\n']);
  });
});

const [noTmpfs, whyNoTmpfs] = diskNeeds("tmpfs");

test.skipIf(noTmpfs)(
  `appendLine() at every place where a full disk can cut a line leaves the file as it was, or holds the line${whyNoTmpfs}`,
  async () => {
    const { point } = mountDisk("tmpfs", "64k");
    const path = join(point, "errors.jsonl");
    const page = 4096;
    const line = JSON.stringify({ id: "new", text: "x".repeat(700) });
    fs.writeFileSync(join(point, "filler"), new Uint8Array(64 * 1024 - page));
    const seen = { whole: 0, refused: 0 };
    for (let size = page - line.length - 3; size <= page; size++) {
      const before = `${"y".repeat(size - 1)}\n`;
      fs.writeFileSync(path, before);
      const refusal = await appendLine(path, line, bunSystem).then(
        () => null,
        (error: unknown) => String(error),
      );
      if (refusal === null) seen.whole++;
      else seen.refused++;
      expect(read(path) === (refusal === null ? `${before}${line}\n` : before)).toBe(true);
      if (refusal !== null) expect(refusal).toContain("no space left on device (ENOSPC)");
      expect(fs.readdirSync(point)).toEqual(["errors.jsonl", "filler"]);
    }
    expect(seen).toEqual({ whole: 3, refused: line.length + 1 });
  },
);

/** A disk that is full after so many bytes. `then` is called before that is told. */
function fullAfter(bytes: number, then = () => {}): typeof bunSystem {
  let written = 0;
  return withOpenFile((file) => ({
    write(rest) {
      if (written >= bytes) {
        then();
        throw Object.assign(new Error("full"), { code: "ENOSPC" });
      }
      const count = file.write(rest.subarray(0, bytes - written));
      written += count;
      return count;
    },
  }));
}

/** Nothing can be put aside for this file. */
function blockPending(path: string): void {
  fs.writeFileSync(`${path}.pending`, "in the way");
}

function waiting(path: string): readonly string[] {
  return fs.readdirSync(`${path}.pending`).map((name) => read(join(`${path}.pending`, name)));
}

function modeOf(path: string): number {
  return fs.statSync(path).mode & 0o777;
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
