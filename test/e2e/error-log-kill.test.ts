/**
 * Commands that write, killed at a system call that concerns the log and then called again. Every third one by default;
 * `FAULTBOX_STORM=full` (scripts/storm.sh) takes each.
 */
import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { jsonText } from "../../src/core/json-text.ts";
import { recordOf } from "../error-log/sample.ts";
import { noStrace } from "../strace.ts";
import { fromWorker, logOf, observed, records } from "./error-log.ts";
import { eachWay, type Faultbox } from "./support.ts";

const stride = process.env["FAULTBOX_STORM"] === "full" ? 1 : 3;
const [first, second] = [recordOf({ message: "first" }), recordOf({ message: "second" })];
const bad = '{"torn\n\u00ff not ours\n';

/** What a command does, and what has to be true after it was killed and called again. */
interface Case {
  readonly title: string;
  /** Makes what it works on. */
  readonly prepare: (log: string) => void;
  readonly words: (log: string) => readonly string[];
  /** What must hold at once, before it is called again. */
  readonly killed?: (log: string) => void;
  readonly repeated: (log: string) => void;
}

const sidecarOf = (log: string) => join(log, "../sidecar.json");
const messages = (log: string) => records(log).map(({ message }) => message.slice(0, 10));
const lines = (log: string) => fs.readFileSync(log, "utf8");

const cases: readonly Case[] = [
  {
    title: "append-from-worker adds each entry once, and takes in what waits once",
    prepare(log) {
      const errors = ["one", "two", "three".repeat(6000)].map((message) => ({
        errorType: "tool-failure",
        message,
      }));
      fs.writeFileSync(sidecarOf(log), JSON.stringify({ schemaVersion: 1, errors }));
      fs.writeFileSync(log, `${jsonText(first)}\n`, { mode: 0o600 });
      wait(log, second);
    },
    words: (log) => fromWorker(sidecarOf(log), log),
    repeated(log) {
      expect(whole(log).toSorted()).toEqual(["first", "one", "second", "threethree", "two"]);
      expect(fs.readdirSync(`${log}.d`)).toHaveLength(1);
      // Killed before it could remove the folder, it may leave it behind, empty.
      expect(fs.existsSync(`${log}.pending`) ? fs.readdirSync(`${log}.pending`) : []).toEqual([]);
    },
  },
  {
    title: "append-observed with a key is one record",
    prepare: (log) => fs.writeFileSync(log, `${jsonText(first)}\n{"torn`, { mode: 0o600 }),
    words: (log) => observed(log, "--message", "mine", "--key", "k"),
    repeated: (log) => expect(whole(log)).toEqual(["first", "mine"]),
  },
  {
    title: "merge takes in what waits, once and in order",
    prepare(log) {
      fs.writeFileSync(log, "");
      wait(log, first, second);
    },
    words: (log) => ["error-log", "merge", log],
    repeated: (log) => expect(messages(log)).toEqual(["first", "second"]),
  },
  {
    title: "repair loses no byte and keeps each record once",
    prepare: (log) =>
      fs.writeFileSync(log, `${jsonText(first)}\n${bad}${jsonText(second)}\n`, { mode: 0o600 }),
    words: (log) => ["error-log", "repair", log],
    killed(log) {
      const kept = lines(log) + (fs.existsSync(`${log}.quarantine`) ? lines(`${log}.quarantine`) : "");
      for (const line of bad.trimEnd().split("\n")) expect(kept).toContain(line);
      for (const record of [first, second]) expect(lines(log).split(jsonText(record))).toHaveLength(2);
    },
    repeated(log) {
      expect(records(log).filter(({ id }) => [first.id, second.id].includes(id))).toHaveLength(2);
      expect(lines(`${log}.quarantine`)).toContain(bad);
      expect(leftovers(log)).toEqual([]);
    },
  },
  {
    title: "prune leaves the old log or the new one",
    prepare: (log) => fs.writeFileSync(log, `${jsonText(first)}\n${jsonText(second)}\n`, { mode: 0o600 }),
    words: (log) => ["error-log", "prune", log, "--max-records", "1"],
    killed: (log) => expect(["first,second", "second"]).toContain(messages(log).join()),
    repeated: (log) => expect([messages(log), leftovers(log)]).toEqual([["second"], []]),
  },
];

eachWay(
  "faultbox error-log killed at a step",
  (faultbox) => {
    describe.skipIf(noStrace !== "")(`of its work${noStrace}`, () => {
      test.each(cases)(
        "$title",
        async ({ prepare, words, killed, repeated }) => {
          const log = logOf(faultbox);
          const fresh = () => {
            for (const name of fs.readdirSync(faultbox.directory()))
              fs.rmSync(join(faultbox.directory(), name), { recursive: true });
            prepare(log);
          };
          fresh();
          const steps = await stepsOf(faultbox, words(log));
          expect(steps.length).toBeGreaterThan(5);
          for (const [name, nth] of steps.filter((_, index) => index % stride === 0)) {
            fresh();
            await traced(faultbox, words(log), `inject=${name}:signal=KILL:when=${nth}`);
            killed?.(log);
            expect([name, nth, (await faultbox.run(words(log))).code]).toEqual([name, nth, 0]);
            repeated(log);
          }
        },
        300_000,
      );
    });
  },
  ["compiled"],
);

/** Each system call on the log and what lies beside it, by its name and how often it came before. */
async function stepsOf(
  faultbox: Faultbox,
  words: readonly string[],
): Promise<ReadonlyArray<readonly [name: string, nth: number]>> {
  await traced(faultbox, words, "trace=all");
  const trace = fs.readFileSync(join(faultbox.directory(), "trace"), "utf8");
  const counts = new Map<string, number>();
  return [...trace.matchAll(/^\d+ +(\w+)\(/gm)].map(([, name = ""]) => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    return [name, nth];
  });
}

function traced(faultbox: Faultbox, words: readonly string[], what: string) {
  const log = logOf(faultbox);
  const paths = [log, ...["d", "pending", "quarantine"].map((end) => `${log}.${end}`), faultbox.directory()];
  const watched = paths.map((path) => `-P ${path}`).join(" ");
  const line = words.map((word) => `'${word}'`).join(" ");
  return faultbox.shell(`strace -f -o trace ${watched} -e ${what} $F ${line}`);
}

/** Puts records into the pending folder, as an append does that has to. */
function wait(log: string, ...waiting: readonly object[]): void {
  fs.mkdirSync(`${log}.pending`, { mode: 0o700 });
  for (const [index, record] of waiting.entries())
    fs.writeFileSync(`${log}.pending/00000000000${index}-0000-x.json`, `${jsonText(record)}\n`);
}

/** The messages of the lines that can be read; a killed writer may have left others. */
function whole(log: string): readonly string[] {
  return lines(log)
    .split("\n")
    .flatMap((line) => {
      try {
        return [String(JSON.parse(line).message).slice(0, 10)];
      } catch {
        return [];
      }
    });
}

function leftovers(log: string): readonly string[] {
  return fs.readdirSync(join(log, "..")).filter((name) => name.endsWith(".tmp"));
}
