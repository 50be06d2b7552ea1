import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { plantedSecrets } from "./planted.ts";
import { carriersOf, untilNothingIsAtWork } from "./run-lost-support.ts";
import { until } from "./run-outcome.ts";
import { eachWay, shellEnvironment } from "./support.ts";

/** By hand: FAULTBOX_PLANTED=500 bun test ./test/e2e/run-planted.test.ts; a seed that failed is given as FAULTBOX_SEED. */
const rounds = Number(process.env["FAULTBOX_PLANTED"] ?? 12);
const seed = Number(process.env["FAULTBOX_SEED"] ?? Date.now() % 1_000_000);

/** Whom a round ends, and how; in the last nobody is killed. */
const endings = ["runner KILL", "program KILL", "runner TERM", "nobody"] as const;

eachWay(
  "faultbox run, killed at any moment,",
  (faultbox) => {
    describe(`with forty secrets planted (seed ${seed})`, () => {
      test.each(
        Array.from(
          { length: rounds },
          (_, round) => [round, endings[round % endings.length] ?? "nobody"] as const,
        ),
      )(
        "leaves none of them in anything that it wrote: round %d, %s",
        async (round, ending) => {
          await playRound(seed + round, ending);
        },
        60_000,
      );
    });

    async function playRound(number: number, ending: (typeof endings)[number]): Promise<void> {
      const random = randomFrom(number);
      const planted = plantedSecrets(random);
      const root = faultbox.directory();
      const aside = fs.mkdtempSync(path.join(tmpdir(), "faultbox-planted-"));
      try {
        const runner = start(planted, { root, aside, word: crypto.randomUUID() });
        await until("the program speaks", () => runner.said() > 0);
        await untilSaid(Math.floor(random() * planted.text.length * 1.5));
        if (ending === "runner KILL") process.kill(runner.pid, "SIGKILL");
        if (ending === "runner TERM") process.kill(runner.pid, "SIGTERM");
        if (ending === "program KILL") for (const { pid } of runner.tree()) tryToKill(pid);
        if (ending === "nobody") fs.writeFileSync(path.join(aside, "enough"), "");
        await runner.ended;
        expectNone(planted.forms, root, number);
        await until("the tree is gone", () => runner.tree().length === 0);
        await untilNothingIsAtWork(faultbox);
        await faultbox.run(["failures", "list", "--json"]);
        const files = expectNone(planted.forms, root, number);
        expect(files.some((file) => file.text.includes("[REDACTED:"))).toBe(true);
        expect(files.some((file) => file.name.endsWith(".log"))).toBe(true);

        async function untilSaid(bytes: number): Promise<void> {
          const end = performance.now() + 2000;
          while (runner.said() < bytes && performance.now() < end) await Bun.sleep(1);
        }
      } finally {
        fs.rmSync(aside, { recursive: true, force: true });
      }
    }

    /** A program that prints them all in small pieces, on both streams, and into its result file; they stand in its argv too. */
    function start(
      { variables, printed, text }: ReturnType<typeof plantedSecrets>,
      { root, aside, word }: { readonly root: string; readonly aside: string; readonly word: string },
    ) {
      fs.writeFileSync(path.join(aside, "text"), text);
      fs.writeFileSync(
        path.join(aside, "result"),
        JSON.stringify({ success: false, failure_reason: text, deep: [printed] }),
      );
      const script = [
        `cp ${aside}/result ${aside}/result.json`,
        `pieces() { while dd bs=1009 count=1 2>/dev/null | grep -a .; do [ -e ${aside}/enough ] && break; done; }`,
        `pieces <${aside}/text >&2 &`,
        `pieces <${aside}/text`,
        `cat ${aside}/text; cat ${aside}/text >&2; wait; exit 1`,
      ].join("\n");
      const own = ["--outcome", "outcome.json", "--mirror", "live.log", "--result", `${aside}/result.json`];
      const log = [
        "--errors-log",
        path.join(root, "errors.jsonl"),
        "--task-key",
        "K",
        "--phase",
        "p",
        "--agent",
        "a",
      ];
      const words = [
        "run",
        ...own,
        ...log,
        "--agent-role",
        "worker",
        "--grace",
        "200ms",
        "--set",
        `PLANTED=${word}`,
      ];
      const argv = ["sh", "-c", script, "sh", ...printed.slice(0, 60), ...printed.slice(-18)];
      const child = Bun.spawn([...faultbox.command, ...words, "--", ...argv], {
        cwd: root,
        env: { ...shellEnvironment(faultbox), ...places(root), ...variables },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = 0;
      const readAll = async (stream: ReadableStream<Uint8Array>) => {
        for await (const chunk of stream) said += chunk.length;
      };
      const read = Promise.all([readAll(child.stdout), readAll(child.stderr)]);
      return {
        pid: child.pid,
        said: () => said,
        ended: child.exited.then(() => read),
        tree: () => carriersOf(`PLANTED=${word}`),
      };
    }
  },
  ["compiled"],
);

/** All the places of its own that a program could think of. */
function places(root: string): Record<string, string> {
  const place = (name: string) => {
    fs.mkdirSync(path.join(root, name), { recursive: true });
    return path.join(root, name);
  };
  return {
    HOME: place("home"),
    TMPDIR: place("tmp"),
    XDG_STATE_HOME: place("state"),
    XDG_RUNTIME_DIR: place("runtime"),
    XDG_CACHE_HOME: place("cache"),
  };
}

/** Every file below a directory, none of which holds a form. */
function expectNone(forms: readonly string[], root: string, number: number) {
  const files = fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => fs.lstatSync(path.join(root, name)).isFile())
    .map((name) => ({ name, text: fs.readFileSync(path.join(root, name), "utf8") }));
  const found = files.flatMap(({ name, text }) =>
    forms
      .filter((form) => text.includes(form))
      .map((form) => `${name} holds ${JSON.stringify(form)} (seed ${number})`),
  );
  expect(found).toEqual([]);
  return files;
}

function tryToKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it was gone before
  }
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
