/**
 * Many writers at once, and writers that are killed. Small by default; `FAULTBOX_STORM=full` (scripts/storm.sh) is the
 * size that the design was judged by.
 */
import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { jsonText } from "../../src/core/json-text.ts";
import { recordOf } from "../error-log/sample.ts";
import { fromWorker, logOf, observed, type Row, records } from "./error-log.ts";
import { eachWay } from "./support.ts";

const isFull = process.env["FAULTBOX_STORM"] === "full";
const size = isFull
  ? { writers: 64, appends: 500, loopWriters: 16, loopAppends: 5000, kills: 600, merges: 200 }
  : { writers: 16, appends: 8, loopWriters: 16, loopAppends: 60, kills: 40, merges: 12 };
const patience = isFull ? 3_600_000 : 60_000;

const appendLoop = join(import.meta.dir, "../fixtures/append-loop.ts");
const quiet = { stdin: "ignore", stdout: "ignore", stderr: "inherit" } as const;

/** Each writer's numbers, in the order of the lines. */
function numbersByWriter(
  rows: readonly { readonly writer: string; readonly number: number }[],
): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const { writer, number } of rows) numbers.set(writer, [...(numbers.get(writer) ?? []), number]);
  return numbers;
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

/** The lines of a log that can be read. A killed writer may have left others. */
function readable(path: string): readonly Row[] {
  return fs
    .readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}

eachWay(
  "faultbox error-log under a storm",
  (faultbox) => {
    const [program = "", ...words] = faultbox.command;
    const spawn = (more: readonly string[]) => Bun.spawn([program, ...words, ...more], quiet);

    test(
      `${size.writers} processes append ${size.appends} times each, while others follow, merge, repair and prune: all records are valid, in each writer's order, and followed once`,
      async () => {
        const log = logOf(faultbox);
        const old = Array.from({ length: 30 }, () => recordOf({ recordedAt: "2020-01-01T00:00:00.000Z" }));
        fs.writeFileSync(log, `${old.map(jsonText).join("\n")}\n{"torn\n`, { mode: 0o600 });
        const follower = Bun.spawn([program, ...words, "error-log", "follow", log, "--json"], {
          ...quiet,
          stdout: Bun.file(join(faultbox.directory(), "followed")),
          stderr: "ignore",
        });
        await Bun.sleep(300); // it tells what comes after it began
        let isOver = false;
        const upkeep = (async () => {
          while (!isOver) {
            for (const command of [["merge"], ["repair"], ["prune", "--max-age", "1d"]]) {
              await Bun.spawn([program, ...words, "error-log", command[0] ?? "", log, ...command.slice(1)], {
                ...quiet,
                stderr: "ignore",
              }).exited;
            }
          }
        })();
        const line = observed(
          log,
          "--message",
          "storm",
          "--attribute",
          "writer=$1",
          "--attribute",
          "number=$i",
        )
          .map((word) => `"${word}"`)
          .join(" ");
        const script = `for ((i = 0; i < ${size.appends}; i++)); do ${faultbox.command.join(" ")} ${line} || exit 1; done`;
        const writers = upTo(size.writers).map((writer) =>
          Bun.spawn(["bash", "-c", script, "writer", String(writer)], quiet),
        );
        expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual(Array(size.writers).fill(0));
        isOver = true;
        await upkeep;
        await Bun.spawn([program, ...words, "error-log", "merge", log], quiet).exited;
        const rows = records(log).filter(({ message }) => message === "storm");
        const numbered = rows.map(({ attributes }) => attributes as { writer: string; number: string });
        const numbers = numbersByWriter(
          numbered.map(({ writer, number }) => ({ writer, number: Number(number) })),
        );
        expect(numbers.size).toBe(size.writers);
        for (const list of numbers.values()) expect(list).toEqual(upTo(size.appends));
        expect(records(log).filter(({ recordedAt }) => String(recordedAt).startsWith("2020"))).toEqual([]);
        const followed = () => readable(join(faultbox.directory(), "followed")).map(({ id }) => id);
        for (let tries = 0; tries < 100 && followed().length < rows.length; tries++) await Bun.sleep(50);
        follower.kill();
        await follower.exited;
        expect(followed()).toEqual(rows.map(({ id }) => id));
      },
      patience,
    );

    test(
      "64 processes at once append 64 lines",
      async () => {
        const log = logOf(faultbox);
        const writers = upTo(64).map((number) => spawn(observed(log, "--message", String(number))));
        expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual(Array(64).fill(0));
        const found = records(log).map(({ message }) => Number(message));
        expect(found.toSorted((one, other) => one - other)).toEqual(upTo(64));
      },
      patience,
    );

    test(
      "8 processes append 20 records of the largest size each: none is mixed with another",
      async () => {
        const log = logOf(faultbox);
        fs.writeFileSync(join(faultbox.directory(), "long"), "z".repeat(15_000));
        const line = observed(log, "--message-file", join(faultbox.directory(), "long"))
          .map((word) => `'${word}'`)
          .join(" ");
        const script = `for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do ${faultbox.command.join(" ")} ${line} || exit 1; done`;
        const writers = upTo(8).map(() => Bun.spawn(["bash", "-c", script], quiet));
        expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual(Array(8).fill(0));
        const found = records(log);
        expect(found).toHaveLength(160);
        expect(found.every(({ message }) => message === "z".repeat(15_000))).toBe(true);
      },
      patience,
    );

    test(
      `${size.loopWriters} processes that do nothing but append, ${size.loopAppends} times each, starve nobody and lose nothing`,
      async () => {
        const log = logOf(faultbox);
        const loop = (writer: number) => [
          process.execPath,
          appendLoop,
          log,
          String(writer),
          String(size.loopAppends),
        ];
        const writers = upTo(size.loopWriters).map((writer) => Bun.spawn(loop(writer), quiet));
        expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual(
          Array(size.loopWriters).fill(0),
        );
        await Bun.spawn([program, ...words, "error-log", "merge", log], quiet).exited;
        const numbers = numbersByWriter(records(log) as unknown as { writer: string; number: number }[]);
        expect(numbers.size).toBe(size.loopWriters);
        for (const list of numbers.values()) expect(list).toEqual(upTo(size.loopAppends));
      },
      patience,
    );

    test(
      `${size.kills} writers are killed at random moments: no record that was acknowledged is lost or glued to a torn one`,
      async () => {
        const log = logOf(faultbox);
        fs.writeFileSync(join(faultbox.directory(), "long"), "k".repeat(64_000));
        const acknowledged: string[] = [];
        let killed = 0;
        const one = async (number: number, withinMs: number) => {
          const key = `number=${number}`;
          const child = spawn(
            observed(log, "--message-file", join(faultbox.directory(), "long"), "--attribute", key),
          );
          const timer = setTimeout(() => child.kill("SIGKILL"), Math.random() * withinMs);
          const code = await child.exited;
          clearTimeout(timer);
          if (code === 0) acknowledged.push(String(number));
          else killed++;
        };
        // The first one is left alone, and tells how long one takes on this machine now.
        const begin = performance.now();
        await one(-1, 600_000_000);
        const span = performance.now() - begin;
        const lanes = upTo(4).map(async (lane) => {
          for (let number = lane; number < size.kills; number += 4) await one(number, 2 * span);
        });
        await Promise.all(lanes);
        expect((await faultbox.run(["error-log", "merge", log])).code).toBe(0);
        const lines = fs.readFileSync(log, "utf8").split("\n");
        const found = readable(log).map(({ attributes }) => (attributes as { number: string }).number);
        expect(new Set(found).size).toBe(found.length);
        expect(acknowledged.filter((number) => !found.includes(number))).toEqual([]);
        expect(lines.filter((line) => line.includes('{"id"') && !line.startsWith('{"id"'))).toEqual([]);
        expect(killed).toBeGreaterThan(0);
        await faultbox.run(["error-log", "repair", log]);
        expect((await faultbox.shell(`jq -e . ${log} >/dev/null`)).code).toBe(0);
      },
      patience,
    );

    test(
      `a merge of one sidecar, two at once and ${size.merges} killed at random moments, adds each entry once`,
      async () => {
        const log = logOf(faultbox);
        const sidecar = join(faultbox.directory(), "sidecar.json");
        const errors = upTo(100).map((number) => ({
          errorType: "tool-failure",
          message: `number ${number} ${"x".repeat(number === 7 ? 30_000 : 2000)}`,
        }));
        fs.writeFileSync(sidecar, JSON.stringify({ schemaVersion: 1, errors }));
        const merge = () => spawn(fromWorker(sidecar, log));
        for (let round = 0; round < size.merges; round++) {
          const child = merge();
          const timer = setTimeout(() => child.kill("SIGKILL"), Math.random() * 60);
          await child.exited;
          clearTimeout(timer);
        }
        const last = [merge(), merge()];
        expect(await Promise.all(last.map(({ exited }) => exited))).toEqual([0, 0]);
        const found = readable(log).map(({ message }) => Number(message.split(" ")[1]));
        expect(found.toSorted((one, other) => one - other)).toEqual(upTo(100));
      },
      patience,
    );
  },
  ["compiled"],
);
