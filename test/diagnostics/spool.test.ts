import { afterAll, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseSegmentName } from "../../src/diagnostics/spool-names.ts";
import { parseSpool } from "../../src/diagnostics/spool-schema.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { executionId, type MortalOptions, mortalSpool } from "./spool-sample.ts";

const made: string[] = [];

afterAll(() => {
  for (const directory of made) fs.rmSync(directory, { recursive: true, force: true });
});

function fresh(): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-spool-"));
  made.push(directory);
  return directory;
}

/** The segments on disk, by their place in the stream. */
function segmentsIn(directory: string) {
  return fs
    .readdirSync(directory)
    .flatMap((name) => {
      const parsed = parseSegmentName(name);
      return parsed ? [{ ...parsed, text: fs.readFileSync(join(directory, name), "latin1") }] : [];
    })
    .sort(
      (one, other) =>
        one.attempt - other.attempt || one.stream.localeCompare(other.stream) || one.at - other.at,
    );
}

const names = (directory: string) => (fs.existsSync(directory) ? fs.readdirSync(directory).sort() : []);
const textIn = (directory: string) =>
  segmentsIn(directory)
    .map(({ text }) => text)
    .join("");

describe("createSpool()", () => {
  test("makes nothing for a program that ends soon and says nothing", async () => {
    const directory = join(fresh(), "logs/local/failures");
    const { spool, clock, begin } = mortalSpool(directory);
    const { witness } = begin();
    await clock.advance(99);
    witness.over?.();
    await clock.advance(1000);
    expect(fs.existsSync(directory)).toBe(false);
    spool.remove();
  });

  test("marks a program that lives on and says nothing, and takes away everything it made", async () => {
    const root = fresh();
    const directory = join(root, "logs/local/failures");
    const { spool, clock, begin } = mortalSpool(directory);
    begin();
    await clock.advance(100);
    expect(names(directory)).toEqual([".0198c000-0000-7000-8000-000000000001.spool", ".gitignore"]);
    expect(fs.statSync(directory).mode & 0o777).toBe(0o700);
    spool.remove();
    expect(names(root)).toEqual([]);
  });

  test("has what was said on disk when it returns, both streams and each attempt apart", () => {
    const directory = fresh();
    const { begin } = mortalSpool(directory);
    const first = begin();
    first.say("one\n");
    first.say("problem\n", "stderr");
    first.say("two\n");
    first.witness.over?.();
    begin(2).say("again\n");
    expect(segmentsIn(directory).map(({ attempt, stream, text }) => [attempt, stream, text])).toEqual([
      [1, "stderr", "problem\n"],
      [1, "stdout", "one\ntwo\n"],
      [2, "stdout", "again\n"],
    ]);
    for (const name of names(directory)) expect(fs.statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  test("writes 40 ms later at the latest when writing is slow", async () => {
    const directory = fresh();
    const { begin, clock } = mortalSpool(directory, { writeMs: 50 });
    const { say } = begin();
    say("first\n");
    await clock.advance(100);
    say("second\n");
    say("third\n");
    expect(textIn(directory)).toBe("first\nsecond\n");
    await clock.advance(39);
    expect(textIn(directory)).toBe("first\nsecond\n");
    await clock.advance(1);
    expect(textIn(directory)).toBe("first\nsecond\nthird\n");
  });

  test("masks a secret, also one that comes in two pieces, and shows nothing of it meanwhile", () => {
    const directory = fresh();
    const { begin } = mortalSpool(directory, { secret: "hunter2pass99" });
    const { say } = begin();
    say("it is hunter2");
    expect(textIn(directory)).toBe("it is ");
    say("pass99, so\n");
    expect(textIn(directory)).toBe("it is [REDACTED:KEY], so\n");
  });

  test("stays below its bound while a flood runs, and then has its beginning and its end", async () => {
    const directory = fresh();
    const { begin, clock } = mortalSpool(directory, { writeMs: 1 });
    const { say, witness } = begin();
    const chunk = new TextEncoder().encode("0123456789abcde\n".repeat(4096));
    let most = 0;
    for (let count = 0; count < 400; count++) {
      say(chunk);
      await clock.advance(1);
      const sizes = names(directory).map((name) => fs.statSync(join(directory, name)).size);
      most = Math.max(
        most,
        sizes.reduce((sum, size) => sum + size, 0),
      );
    }
    witness.over?.();
    const [head, ...others] = segmentsIn(directory);
    const last = others.at(-1);
    expect([head?.at, (head?.text.length ?? 0) >= 20_000]).toEqual([0, true]);
    expect((last?.at ?? 0) + (last?.text.length ?? 0)).toBe(400 * chunk.length);
    expect(most).toBeLessThan(3 * 800_000);
  });

  const bounds = fc.record({
    headBytes: fc.integer({ min: 1, max: 20 }),
    tailBytes: fc.integer({ min: 30, max: 80 }),
  });
  const steps = fc.array(
    fc.record({ bytes: fc.integer({ min: 1, max: 60 }), pauseMs: fc.constantFrom(0, 0, 0, 0, 1, 30, 250) }),
    { maxLength: 40 },
  );

  test("keeps head and tail, and tells to the byte what is missing between, whatever the pace", async () => {
    await fc.assert(
      fc.asyncProperty(bounds, steps, fc.constantFrom(0, 3, 20), async (limits, pieces, writeMs) => {
        const { all, segments } = await spoken(pieces, letters, { bounds: limits, writeMs });
        for (const { at, text } of segments) expect(text).toBe(all.slice(at, at + text.length));
        for (const [index, { from, at }] of segments.entries()) {
          expect(from).toBeLessThanOrEqual(at);
          const before = segments[index - 1];
          if (index > 1 && before) expect(from).toBe(before.at + before.text.length);
        }
        const last = segments.at(-1);
        expect((last?.at ?? 0) + (last?.text.length ?? 0)).toBe(all.length);
        expect(segments.length).toBeLessThanOrEqual(3);
        expect(segments[0]?.text.length ?? 0).toBeGreaterThanOrEqual(Math.min(limits.headBytes, all.length));
        expect(lengthOfEnd(segments)).toBeGreaterThanOrEqual(Math.min(limits.tailBytes, all.length));
      }),
      { numRuns: 300 },
    );
  });

  test("never shows a part of a secret, although it leaves out what a flood brings", async () => {
    const secret = "0123456789".repeat(2);
    const source = (at: number) => (at % 27 < secret.length ? (secret[at % 27] ?? "") : "x");
    const large = steps.map((pieces) => pieces.map((piece) => ({ ...piece, bytes: piece.bytes * 700 })));
    await fc.assert(
      fc.asyncProperty(large, fc.constantFrom(3, 20), async (pieces, writeMs) => {
        const options = { bounds: { headBytes: 20, tailBytes: 70_000 }, writeMs, secret };
        const { segments } = await spoken(pieces, source, options, 27);
        for (const { text } of segments) {
          const rest = text.replaceAll(/\[REDACTED:(KEY|partial)\]|x/g, "");
          expect(rest).toBe("");
        }
      }),
      { numRuns: 60 },
    );
  });

  test("gives one note when nothing can be written, and changes nothing else", () => {
    const file = join(fresh(), "a-file");
    fs.writeFileSync(file, "precious");
    const { spool, begin } = mortalSpool(join(file, "failures"));
    const { say, witness } = begin();
    say("one\n");
    say("two\n");
    witness.over?.();
    expect(spool.notes()).toHaveLength(1);
    expect(spool.notes()[0]).toContain("could not be kept");
    spool.remove();
    expect(fs.readFileSync(file, "utf8")).toBe("precious");
  });

  test("tries again after five seconds, and tells what is missing since", async () => {
    const directory = fresh();
    let full = false;
    const { createNew } = fullDisk(() => full);
    const { spool, begin, clock } = mortalSpool(directory, { files: { createNew } });
    const { say } = begin();
    say("before\n");
    full = true;
    say("lost or not\n");
    say("more\n");
    full = false;
    await clock.advance(4000);
    say("still resting\n");
    expect(textIn(directory)).toBe("before\n");
    await clock.advance(1000);
    expect(textIn(directory)).toBe("before\nlost or not\nmore\nstill resting\n");
    expect(spool.notes().join()).toContain("no space left on device");
  });

  test("notes that it was removed while the program ran", () => {
    const directory = join(fresh(), "failures");
    const { spool, begin } = mortalSpool(directory);
    begin().say("one\n");
    fs.rmSync(directory, { recursive: true });
    expect(spool.notes().join()).toContain("it was removed");
    spool.remove();
  });
});

const letters = (at: number) => String.fromCharCode(97 + (at % 26));

/** Lets a program speak at a pace; what it said, and what is on disk when it is over. */
async function spoken(
  pieces: readonly { readonly bytes: number; readonly pauseMs: number }[],
  source: (at: number) => string,
  options: MortalOptions,
  period = 1,
) {
  const directory = fresh();
  const { begin, clock, die } = mortalSpool(directory, options);
  const { say, witness } = begin();
  let all = "";
  const said = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  const last = { bytes: (period - (said % period)) % period, pauseMs: 0 };
  for (const { bytes, pauseMs } of [...pieces, last]) {
    const text = Array.from({ length: bytes }, (_, index) => source(all.length + index)).join("");
    all += text;
    say(text);
    await clock.advance(pauseMs);
  }
  witness.over?.();
  die();
  return { all, segments: segmentsIn(directory) };
}

/** How much of the end of the stream is there without a gap. */
function lengthOfEnd(segments: ReturnType<typeof segmentsIn>): number {
  let length = 0;
  let end = Number.POSITIVE_INFINITY;
  for (const { at, text } of segments.toReversed()) {
    if (end !== Number.POSITIVE_INFINITY && at + text.length !== end) break;
    length += text.length;
    end = at;
  }
  return length;
}

/** Files that cannot grow while `isFull` says so. */
function fullDisk(isFull: () => boolean) {
  const noSpace = () => Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  return {
    createNew(path: string, mode: number) {
      if (isFull()) throw noSpace();
      const file = bunSystem.files.createNew(path, mode);
      return {
        ...file,
        write(bytes: Uint8Array) {
          if (isFull()) throw noSpace();
          return file.write(bytes);
        },
      };
    },
  };
}

describe("rescan()", () => {
  const words = (count: number) => Array.from({ length: count }, (_, index) => `word ${index} `).join("");

  test("takes a secret that became known out of all that is on disk, and changes nothing where there is none", () => {
    const directory = fresh();
    const options: MortalOptions = {};
    const { spool, begin } = mortalSpool(directory, options);
    const first = begin(1);
    first.say("it is hunter2, so it is\n");
    first.witness.over?.();
    const second = begin(2);
    second.say("nothing here\n", "stderr");
    second.say("hunter2 hunter2\n");
    expect(textIn(directory)).toContain("hunter2");
    options.secret = "hunter2";
    spool.rescan();
    second.say("and hunter2 again\n");
    expect(segmentsIn(directory).map(({ attempt, stream, text }) => [attempt, stream, text])).toEqual([
      [1, "stdout", "it is [REDACTED:KEY], so it is\n"],
      [2, "stderr", "nothing here\n"],
      [2, "stdout", "[REDACTED:KEY] [REDACTED:KEY]\nand [REDACTED:KEY] again\n"],
    ]);
    const before = names(directory).map((name) => fs.statSync(join(directory, name)).ino);
    spool.rescan();
    expect(names(directory).map((name) => fs.statSync(join(directory, name)).ino)).toEqual(before);
    spool.remove();
    expect(names(directory).filter((name) => name !== ".gitignore")).toEqual([]);
  });

  test("masks the owner file anew, which stays one that can be read and is locked", () => {
    const directory = fresh();
    const options: MortalOptions = {};
    const { spool, begin } = mortalSpool(directory, options);
    begin().say("hello\n");
    const owner = () => fs.readFileSync(join(directory, `.${executionId}.spool`), "utf8");
    const lines = owner().split("\n").length;
    options.secret = "program";
    spool.rescan();
    expect(owner()).not.toContain("program");
    expect(parseSpool(owner())?.header.execution.argv).toEqual(["[REDACTED:KEY]"]);
    expect(owner().split("\n")).toHaveLength(lines);
    expect(names(directory).filter((name) => name.endsWith(".new"))).toEqual([]);
    const again = bunSystem.files.openPresent(join(directory, `.${executionId}.spool`));
    expect(again.tryLock()).toBe(false);
    again.close();
    spool.remove();
  });

  test("keeps the head and the end of a stream that is longer than memory, and says anew where the head ends", () => {
    const directory = fresh();
    const options: MortalOptions = { bounds: { headBytes: 400, tailBytes: 200_000 } };
    const { spool, begin } = mortalSpool(directory, options);
    const speaker = begin();
    for (const line of words(40_000).match(/.{1,5000}/g) ?? []) speaker.say(line);
    options.secret = "word 39998";
    spool.rescan();
    expect(textIn(directory)).toStartWith("word 0 word 1 ");
    expect(textIn(directory)).toEndWith(" word 39997 [REDACTED:KEY] word 39999 ");
    const [head, gap] = segmentsIn(directory);
    expect([head?.at, (gap?.at ?? 0) > (gap?.from ?? 0)]).toEqual([0, true]);
    const lines = parseSpool(fs.readFileSync(join(directory, `.${executionId}.spool`), "utf8"))?.lines ?? [];
    expect(lines.filter((line) => "head" in line)).toHaveLength(1);
    spool.remove();
  });
});
