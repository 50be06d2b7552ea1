import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { jsonText } from "../../src/core/json-text.ts";
import { follow } from "../../src/error-log/follow.ts";
import { pruneLog } from "../../src/error-log/prune.ts";
import type { ErrorRecord } from "../../src/error-log/record.ts";
import { repairLog } from "../../src/error-log/repair.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { freshDirectory, recordOf, writeLog } from "./sample.ts";

const directory = freshDirectory();
let count = 0;
const fresh = () => join(directory, `${++count}.jsonl`);

/** Between two looks the next of these steps is done; it ends with the last one. Returns the ids that came. */
async function followed(
  paths: readonly string[],
  steps: readonly (() => unknown)[],
  all = false,
): Promise<readonly string[]> {
  const ids: string[] = [];
  const rest = [...steps];
  let isOver = false;
  const sleep = async () => {
    const step = rest.shift();
    if (step === undefined) isOver = true;
    else await step();
  };
  const marker = recordOf();
  const end = fresh();
  const world = {
    files: bunSystem.files,
    clock: {
      ...bunSystem.clock,
      sleep: async () => {
        await sleep();
        if (isOver) fs.writeFileSync(end, `${jsonText(marker)}\n`);
      },
    },
  };
  for await (const { entry } of follow([...paths, end], world, { all })) {
    if (entry === null) ids.push("bad");
    else if (entry.kind !== "repair" && entry.record.id === marker.id) break;
    else if (entry.kind !== "repair") ids.push(entry.record.id);
  }
  return ids;
}

const add = (path: string, ...records: readonly ErrorRecord[]) =>
  fs.appendFileSync(path, records.map((record) => `${jsonText(record)}\n`).join(""));
const idsOf = (records: readonly ErrorRecord[]) => records.map(({ id }) => id);
const many = (length: number) => Array.from({ length }, () => recordOf());

test("follow() tells new records, or with `all` those that are there too, and waits for a log that is not", async () => {
  const [path, later] = [fresh(), fresh()];
  const [old, one, two] = [recordOf(), recordOf(), recordOf()];
  writeLog(path, [old]);
  const steps = [() => add(path, one), () => add(later, two)];
  expect(await followed([path, later], steps)).toEqual([one.id, two.id]);
  expect(await followed([path], [], true)).toEqual([old.id, one.id]);
});

test("follow() waits for the rest of a line that is being written", async () => {
  const path = fresh();
  writeLog(path, []);
  const [one, two] = [recordOf(), recordOf()];
  const line = jsonText(one);
  const steps = [
    () => fs.appendFileSync(path, line.slice(0, 50)),
    () => fs.appendFileSync(path, line.slice(50)),
    () => fs.appendFileSync(path, "\n"),
    () => add(path, two),
  ];
  expect(await followed([path], steps)).toEqual([one.id, two.id]);
});

test("follow() tells each record once across a repair, a prune, a rotation and a truncation", async () => {
  const path = fresh();
  writeLog(path, many(3));
  const records = many(9);
  const [a, b, c, d, e, f, g, h, i] = records;
  if (!(a && b && c && d && e && f && g && h && i)) throw new Error("nine");
  const steps = [
    () => add(path, a),
    () => fs.appendFileSync(path, '{"torn\n'),
    async () => {
      add(path, b);
      await repairLog(path, bunSystem);
      add(path, c);
    },
    async () => {
      await pruneLog(path, { records: 1, bytes: null, ageMs: null }, bunSystem, { dryRun: false });
      add(path, d);
    },
    () => {
      add(path, e);
      fs.renameSync(path, `${path}.1`);
      add(`${path}.1`, f);
      add(path, g);
    },
    () => {
      fs.truncateSync(path, 0);
      add(path, h);
    },
    () => add(path, i),
  ];
  expect(await followed([path], steps)).toEqual([a.id, "bad", ...idsOf([b, c, d, e, f, g, h, i])]);
});

test("follow() tells a batch that was cut back and came again once", async () => {
  const path = fresh();
  writeLog(path, many(2));
  const size = fs.statSync(path).size;
  const batch = many(5);
  const more = many(3);
  const steps = [
    () => add(path, ...batch.slice(0, 3)),
    () => fs.truncateSync(path, size),
    () => add(path, ...batch),
    () => {
      fs.truncateSync(path, size);
      add(path, recordOf({ ...batch[0], id: batch[0]?.id ?? "" }), ...more, ...batch.slice(1));
    },
  ];
  expect(await followed([path], steps)).toEqual(idsOf([...batch, ...more]));
});

test("follow() begins behind the last line however long the log is", async () => {
  const path = fresh();
  writeLog(
    path,
    Array.from({ length: 3000 }, () => recordOf({ message: "x".repeat(300) })),
  );
  const one = recordOf();
  expect(await followed([path], [() => repairLog(path, bunSystem), () => add(path, one)])).toEqual([one.id]);
});
