import { afterAll, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { UsageError } from "../../src/core/errors.ts";
import type { StreamName } from "../../src/core/witness.ts";
import { openMirror } from "../../src/diagnostics/mirror.ts";
import { createCapture } from "../../src/runner/capture.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { Files } from "../../src/system/system.ts";
import { redactorOf } from "./sample.ts";
import { executionId, handClock } from "./spool-sample.ts";

const made: string[] = [];

afterAll(() => {
  for (const directory of made) fs.rmSync(directory, { recursive: true, force: true });
});

function fresh(): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-mirror-"));
  made.push(directory);
  return directory;
}

/** A mirror at a path, and a way to speak to it. */
function mirrorAt(path: string, options: { secrets?: readonly string[]; files?: Partial<Files> } = {}) {
  const clock = handClock();
  const system = { ...bunSystem, clock, files: { ...bunSystem.files, ...options.files } };
  const redactor = redactorOf(...(options.secrets ?? []));
  const mirror = openMirror(path, path, { executionId, redactor, system });
  const memory = createCapture({ headBytes: 1, tailBytes: 1 });
  return {
    mirror,
    clock,
    begin(number = 1) {
      const witness = mirror.attempt({
        number,
        startedAt: clock.now(),
        pid: 1,
        ownSession: true,
        controlGroups: [],
      });
      return {
        over: () => witness.over?.(),
        say: (text: string, stream: StreamName = "stdout") =>
          witness.said?.(stream, new TextEncoder().encode(text), memory),
      };
    },
    text: () => fs.readFileSync(path, "utf8"),
  };
}

describe("openMirror()", () => {
  test("has each line as soon as it is complete, both streams in the order in which they came", () => {
    const { begin, text } = mirrorAt(join(fresh(), "log"));
    const { say } = begin();
    say("one\n");
    say("problem\n", "stderr");
    say("two\nthr");
    expect(text()).toBe("one\nproblem\ntwo\n");
    say("ee\n");
    expect(text()).toBe("one\nproblem\ntwo\nthree\n");
  });

  test("shows a line that nothing completes after 250 ms, and begins a new one for the other stream", async () => {
    const { begin, text, clock } = mirrorAt(join(fresh(), "log"));
    const { say, over } = begin();
    say("Compiling ");
    await clock.advance(249);
    expect(text()).toBe("");
    await clock.advance(1);
    expect(text()).toBe("Compiling ");
    say("warning\n", "stderr");
    say("done\nand more");
    over();
    expect(text()).toBe("Compiling \nwarning\ndone\nand more");
  });

  test("does not wait for the end of a line that is too long", () => {
    const { begin, text } = mirrorAt(join(fresh(), "log"));
    begin().say(". ".repeat(35_000));
    expect(text().length).toBeGreaterThan(69_990);
  });

  test("holds every byte of each stream in its order, however they come", async () => {
    const pieces = fc.array(
      fc.record({
        stream: fc.constantFrom<StreamName>("stdout", "stderr"),
        text: fc
          .array(fc.constantFrom("a", "bc", "\n", "\r\n"), { maxLength: 5 })
          .map((words) => words.join("")),
        pauseMs: fc.constantFrom(0, 0, 0, 300),
      }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => {
        const { begin, text, clock } = mirrorAt(join(fresh(), "log"));
        const { say, over } = begin();
        for (const { stream, text: piece, pauseMs } of all) {
          say(stream === "stdout" ? piece : piece.toUpperCase(), stream);
          await clock.advance(pauseMs);
        }
        over();
        const said = (name: StreamName) =>
          all.filter(({ stream }) => stream === name).map((each) => each.text);
        const letters = (string: string) => string.replaceAll(/[^a-z]/g, "");
        expect(letters(text())).toBe(letters(said("stdout").join("")));
        expect(letters(text().replaceAll(/[a-z]/g, "").toLowerCase())).toBe(letters(said("stderr").join("")));
        for (const line of text().split("\n")) expect(line).toMatch(/^([a-z]*|[A-Z]*)\r?$/);
      }),
      { numRuns: 200 },
    );
  });

  test("masks secrets, also one that comes in two pieces", () => {
    const { begin, text } = mirrorAt(join(fresh(), "log"), { secrets: ["hunter2pass99"] });
    const { say } = begin();
    say("it is hunter2");
    expect(text()).not.toContain("hunter");
    say("pass99\nso it is\n");
    expect(text()).toBe("it is [REDACTED:KEY]\nso it is\n");
  });

  test("never cuts what is there, and begins with a heading then, as it does for a retry", () => {
    const path = join(fresh(), "log");
    fs.writeFileSync(path, "older words without an end");
    const { begin, text } = mirrorAt(path);
    const first = begin(1);
    first.say("one");
    first.over();
    begin(2).say("two\n");
    const heading = (number: number) =>
      `# === attempt ${number} of execution ${executionId}, 2026-01-01T00:00:00.000Z ===`;
    expect(text().split("\n")).toEqual([
      "older words without an end",
      heading(1),
      "one",
      heading(2),
      "two",
      "",
    ]);
  });

  test("counts what a full disk did not take, tells it there and in one note, and goes on", async () => {
    let full = false;
    const openAppend: Files["openAppend"] = (path, mode) => {
      const file = bunSystem.files.openAppend(path, mode);
      const write = (bytes: Uint8Array) => {
        if (full) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        return file.write(bytes);
      };
      return { ...file, write };
    };
    const { begin, text, clock, mirror } = mirrorAt(join(fresh(), "log"), { files: { openAppend } });
    const { say } = begin();
    say("one\n");
    full = true;
    say("lost\n");
    full = false;
    say("lost too\n");
    await clock.advance(1000);
    say("two\n");
    expect(text()).toBe("one\n\n# [14 bytes could not be written here]\ntwo\n");
    expect(mirror.notes()).toEqual([expect.stringContaining("no space left on device (ENOSPC)")]);
  });

  test.each([
    ["a directory", (path: string) => fs.mkdirSync(path), "it is a directory"],
    ["a fifo", (path: string) => void Bun.spawnSync(["mkfifo", path]), "it is not a regular file"],
    ["a link", (path: string) => fs.symlinkSync("elsewhere", path), "it is a symbolic link"],
  ])("refuses %s in plain words", (_, make, why) => {
    const path = join(fresh(), "log");
    make(path);
    expect(() => mirrorAt(path)).toThrow(new UsageError(`Cannot write --mirror "${path}": ${why}`));
  });

  test("refuses a directory that is missing, and an empty word", () => {
    const path = join(fresh(), "missing/log");
    expect(() => mirrorAt(path)).toThrow(/the directory ".*missing" does not exist$/);
    expect(() => openMirror("/tmp", "", { executionId, redactor: redactorOf(), system: bunSystem })).toThrow(
      "Give --mirror a file",
    );
  });
});
