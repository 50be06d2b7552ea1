import { afterAll, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceFile, writeOnce } from "../../src/core/careful-write.ts";
import { Refusal } from "../../src/core/errors.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { Files, OpenFile } from "../../src/system/system.ts";

const { files } = bunSystem;
const made: string[] = [];

afterAll(() => {
  for (const directory of made) fs.rmSync(directory, { recursive: true, force: true });
});

/** A directory of its own for each test, so that every file in it is known. */
function freshDirectory(parent = tmpdir()): string {
  const directory = fs.mkdtempSync(join(parent, "faultbox-write-"));
  made.push(directory);
  return directory;
}

const read = (path: string) => fs.readFileSync(path, "utf8");

/** The real files, with every file that is made replaced by a variation of it. */
function withNewFile(vary: (file: OpenFile) => Partial<OpenFile>): Files {
  const createNew = (path: string, mode: number) => {
    const file = files.createNew(path, mode);
    return { ...file, ...vary(file) };
  };
  return { ...files, createNew };
}

/** A disk that takes three bytes and then no more. */
const fullDisk = () => {
  let writes = 0;
  return withNewFile((file) => ({
    write(bytes) {
      if (++writes > 1) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      return file.write(bytes.subarray(0, 3));
    },
  }));
};

test("replaceFile() makes a file with mode 0600, and leaves no other behind", () => {
  const directory = freshDirectory();
  const path = join(directory, "outcome.json");
  replaceFile(path, "first", files);
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  replaceFile(path, new TextEncoder().encode("second"), files);
  expect(read(path)).toBe("second");
  expect(fs.readdirSync(directory)).toEqual(["outcome.json"]);
});

test("replaceFile() keeps the mode of the file it replaces", () => {
  const path = join(freshDirectory(), "result.json");
  fs.writeFileSync(path, "old", { mode: 0o640 });
  replaceFile(path, "new", files);
  expect(fs.statSync(path).mode & 0o777).toBe(0o640);
});

test("replaceFile() writes on after a short write", () => {
  const path = join(freshDirectory(), "outcome.json");
  replaceFile(
    path,
    "a longer text",
    withNewFile((file) => ({ write: (bytes) => file.write(bytes.subarray(0, 4)) })),
  );
  expect(read(path)).toBe("a longer text");
});

const eio = () => {
  throw Object.assign(new Error("lost"), { code: "EIO" });
};
const failures: ReadonlyArray<readonly [string, () => Files, string]> = [
  ["a full disk", fullDisk, "no space left on device (ENOSPC)"],
  [
    "a write that takes nothing",
    () => withNewFile(() => ({ write: () => 0 })),
    "no space left on device (ENOSPC)",
  ],
  ["a sync that fails", () => withNewFile(() => ({ sync: eio })), "input/output error (EIO)"],
  ["a rename that fails", () => ({ ...files, rename: eio }), "input/output error (EIO)"],
];

test.each(failures)("replaceFile() keeps the old file at %s", (_, broken, words) => {
  const directory = freshDirectory();
  const path = join(directory, "outcome.json");
  fs.writeFileSync(path, "old");
  expect(() => replaceFile(path, "a new text", broken())).toThrow(
    new Refusal(`Cannot write "${path}": ${words}`),
  );
  expect(read(path)).toBe("old");
  expect(fs.readdirSync(directory)).toEqual(["outcome.json"]);
});

test("replaceFile() through a link replaces what it names, and leaves the link", () => {
  const directory = freshDirectory();
  const target = join(freshDirectory(), "target.json");
  const link = join(directory, "link.json");
  fs.writeFileSync(target, "old");
  fs.symlinkSync(target, link);
  replaceFile(link, "new", files);
  expect(read(target)).toBe("new");
  expect(fs.readlinkSync(link)).toBe(target);
  expect(fs.readdirSync(directory)).toEqual(["link.json"]);
});

const otherDisk = "/dev/shm";
const hasOtherDisk = fs.existsSync(otherDisk) && fs.statSync(otherDisk).dev !== fs.statSync(tmpdir()).dev;

test.skipIf(!hasOtherDisk)("replaceFile() through a link reaches a file on another file system", () => {
  const target = join(freshDirectory(otherDisk), "target.json");
  const link = join(freshDirectory(), "link.json");
  fs.writeFileSync(target, "old");
  fs.symlinkSync(target, link);
  replaceFile(link, "new", files);
  expect(read(target)).toBe("new");
});

test("replaceFile() refuses a directory, and leaves nothing beside it", () => {
  const directory = freshDirectory();
  const path = join(directory, "outcome.json");
  fs.mkdirSync(path);
  expect(() => replaceFile(path, "text", files)).toThrow(`Cannot write "${path}": it is not a regular file`);
  expect(fs.readdirSync(directory)).toEqual(["outcome.json"]);
});

test("replaceFile() refuses a fifo without waiting for a reader", () => {
  const path = join(freshDirectory(), "fifo");
  Bun.spawnSync(["mkfifo", path]);
  expect(() => replaceFile(path, "text", files)).toThrow("it is not a regular file");
});

test("replaceFile() says that the directory is missing", () => {
  const path = join(freshDirectory(), "missing/outcome.json");
  expect(() => replaceFile(path, "text", files)).toThrow("no such file or directory (ENOENT)");
});

test("replaceFile() makes a file whose name is as long as names can be", () => {
  const path = join(freshDirectory(), "n".repeat(255));
  replaceFile(path, "text", files);
  expect(read(path)).toBe("text");
});

test("writeOnce() makes a file that is not there, and says so", () => {
  const path = join(freshDirectory(), "goal-1.log");
  expect(writeOnce(path, "first", files)).toBe(true);
  expect(writeOnce(path, "second", files)).toBe(false);
  expect(read(path)).toBe("first");
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
});

test("writeOnce() never writes through a link, nor over one that dangles", () => {
  const directory = freshDirectory();
  const path = join(directory, "goal-1.log");
  fs.symlinkSync(join(directory, "elsewhere"), path);
  expect(writeOnce(path, "text", files)).toBe(false);
  expect(fs.readdirSync(directory)).toEqual(["goal-1.log"]);
});

test("writeOnce() takes back what it could not finish, and throws the first error", () => {
  const directory = freshDirectory();
  expect(() => writeOnce(join(directory, "goal-1.log"), "a text", fullDisk())).toThrow("full");
  expect(fs.readdirSync(directory)).toEqual([]);
});
