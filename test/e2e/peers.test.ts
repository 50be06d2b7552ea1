/**
 * What dumb-init promises, asked of dumb-init and of us. Where we differ the test says both; docs/run.md says why.
 *
 * The promises are those of its own suite: signals one by one, exit statuses, shells in the background, no child left, terminals.
 */
import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { until } from "./run-outcome.ts";

const binary = path.resolve(import.meta.dir, "../../dist/faultbox");
const children = path.resolve(import.meta.dir, "../fixtures/children");
const tools = {
  "dumb-init": ["dumb-init"],
  faultbox: [binary, "run", "--no-report", "--"],
} as const;
type Tool = keyof typeof tools;

const printsSignals = ["python3", path.join(children, "prints-signals.py")];
let directory = "";
const started: Bun.Subprocess[] = [];
const ours: number[] = [];

beforeEach(() => {
  directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "faultbox-peers-")));
});

afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
  for (const pid of ours.splice(0)) if (stateOf(pid) !== null) process.kill(pid, "SIGKILL");
  fs.rmSync(directory, { recursive: true, force: true });
});

afterAll(() => {
  if (Bun.which("dumb-init") === null) console.error("dumb-init is not installed: its side was not asked");
});

for (const tool of Object.keys(tools) as Tool[]) {
  const asked = Bun.which(tools[tool][0]) === null ? describe.skip : describe;
  asked(`${tool}, asked what dumb-init promises,`, () => {
    /** The value for this tool: what dumb-init does, and what we do. */
    const either = <Value>(theirs: Value, own: Value) => (tool === "faultbox" ? own : theirs);

    test.each([
      ...["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGWINCH", "SIGCONT"],
      ...["SIGURG", "SIGIO", "SIGVTALRM", "SIGPROF", "SIGXCPU"],
    ] as const)("passes %s on, once, and lives", async (signal) => {
      const { runner, lines } = await listening(tool);
      runner.kill(signal);
      // SIGIO and SIGPOLL are one signal of two names.
      expect((await lines.next()).value).toBe(signal === "SIGIO" ? "SIGPOLL" : signal);
      runner.kill("SIGUSR1");
      // A request to end is followed by a CONT of ours, so that a stopped program can act on it.
      const asksToEnd = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"].includes(signal);
      let then = String((await lines.next()).value);
      if (tool === "faultbox" && asksToEnd && then === "SIGCONT") then = String((await lines.next()).value);
      expect(then).toBe("SIGUSR1");
    });

    test("passes several signals on in their order", async () => {
      const { runner, lines } = await listening(tool);
      for (const signal of ["SIGUSR1", "SIGWINCH", "SIGUSR2", "SIGALRM"] as const) {
        runner.kill(signal);
        expect((await lines.next()).value).toBe(signal);
      }
    });

    test("at a second request to end: theirs passes it on, ours kills at once", async () => {
      const { runner, lines, pid } = await listening(tool);
      runner.kill("SIGTERM");
      expect((await lines.next()).value).toBe("SIGTERM");
      // Sooner than 50 ms after the first was passed on it would be an echo: timeout(1) signals its child, then its group.
      await Bun.sleep(200);
      runner.kill("SIGTERM");
      if (tool === "faultbox") {
        await until("the program is killed", () => stateOf(pid) === null);
        await runner.exited;
      } else expect((await lines.next()).value).toBe("SIGTERM");
    });

    test.each([0, 1, 2, 32, 64, 127, 254, 255])("exits with the program's %d", async (code) => {
      const ran = start(tool, ["sh", "-c", `exit ${code}`]);
      expect(await ran.exited).toBe(code);
    });

    test.each([
      ["SIGTERM", 15],
      ["SIGINT", 2],
      ["SIGQUIT", 3],
      ["SIGKILL", 9],
      ["SIGSEGV", 11],
    ] as const)(
      "at an end by %s: theirs exits with 128+n, ours ends by it, and a shell sees the same",
      async (signal, n) => {
        const script = `kill -${n} $$`;
        const ran = start(tool, ["sh", "-c", script]);
        await ran.exited;
        expect([ran.exitCode, ran.signalCode]).toEqual(either([128 + n, null], [null, signal]));
        const line = `${tools[tool].join(" ")} sh -c '${script}'; exit $?`;
        const shown = Bun.spawnSync(["bash", "-c", line], { cwd: directory, stderr: "ignore" });
        expect(shown.exitCode).toBe(128 + n);
      },
    );

    test("signals the whole session, not only the program", async () => {
      const script = "yes 'oh, hi' | tail & yes error | tail >&2 & echo $! >pid; wait";
      const runner = start(tool, ["sh", "-c", script]);
      await until("all are there", () => descendants(runner.pid).length >= 5);
      const tree = descendants(runner.pid);
      runner.kill("SIGTERM");
      await runner.exited;
      await until("nothing of it is alive", () => tree.every((pid) => stateOf(pid) === null));
    });

    test("at the program's own end: theirs sends TERM to the rest, ours leaves and tells unless --leftovers kill", async () => {
      const script = "sleep 300 & echo $! >pid; exit 0";
      await start(tool, ["sh", "-c", script]).exited;
      const pid = pidIn("pid");
      ours.push(pid);
      if (tool === "dumb-init") await until("the rest is ended", () => stateOf(pid) === null);
      else {
        expect(stateOf(pid)).not.toBeNull();
        await start("faultbox", ["sh", "-c", script], ["--leftovers", "kill"]).exited;
        expect(stateOf(pidIn("pid"))).toBeNull();
      }
    });

    test("of a program in a session of its own: theirs leaves it behind, ours does not", async () => {
      const script = "setsid sleep 300 & echo $! >pid; sleep 300";
      const runner = start(tool, ["sh", "-c", script]);
      await until("both are there", () => fs.existsSync(path.join(directory, "pid")) && pidIn("pid") > 0);
      const pid = pidIn("pid");
      ours.push(pid);
      await until("it has a session of its own", () => sessionOf(pid) === pid);
      runner.kill("SIGTERM");
      await runner.exited;
      expect(stateOf(pid)).toEqual(either(expect.any(String), null));
    });

    test("stops and continues together with the program, as shells do with jobs in the background", async () => {
      const { runner, lines, pid } = await listening(tool);
      for (let round = 0; round < 2; round++) {
        runner.kill("SIGTSTP");
        await until("both are stopped", () => stateOf(runner.pid) === "T" && stateOf(pid) === "T");
        runner.kill("SIGCONT");
        expect((await lines.next()).value).toBe("SIGCONT");
        await until("both run", () => stateOf(runner.pid) !== "T" && stateOf(pid) !== "T");
      }
    });

    test("of a program that is not there: theirs exits with 2, ours with 127, both say so", async () => {
      const ran = start(tool, ["/does/not/exist"], tool === "faultbox" ? ["--report"] : []);
      expect(await ran.exited).toBe(either(2, 127));
      expect(await new Response(ran.stderr as ReadableStream).text()).toMatch(
        /\/does\/not\/exist.*[Nn]o such file/,
      );
    });

    test("runs the program in our directory, and in its own under a link to it", async () => {
      const ran = start(tool, ["pwd"]);
      expect(await new Response(ran.stdout as ReadableStream).text()).toBe(`${directory}\n`);
    });

    test("gives the program a terminal to read and to write", () => {
      const line = `stty -echo -opost; ${tools[tool].join(" ")} tac`;
      const ran = Bun.spawnSync(["script", "-qec", line, "/dev/null"], {
        cwd: directory,
        stdin: Buffer.from("1\n2\n3\n\x04"),
      });
      expect(ran.stdout.toString().replaceAll("\r", "")).toEndWith("3\n2\n1\n");
    });

    test("of a shell on a terminal: theirs may have job control, ours has none, since its stderr is our pipe", () => {
      const line = `stty -echo; ${tools[tool].join(" ")} bash -mc 'echo "flags [$-]"; sleep 0.1 & wait %1 && echo waited'`;
      const ran = Bun.spawnSync(["script", "-qec", line, "/dev/null"], { cwd: directory, stdin: "ignore" });
      expect(ran.stdout.toString()).toMatch(
        either(/flags \[\w+\][\s\S]*waited/, /flags \[hBc\][\s\S]*waited/),
      );
    });

    const asFirst = process.geteuid?.() === 0 && Bun.which("unshare") !== null ? test : test.skip;
    asFirst(
      "as the first process of a container reaps orphans and ends as the program (needs root and unshare)",
      () => {
        const script =
          "for i in 1 2 3; do (sleep 0.05 & exec true) & done; wait; sleep 0.5; " +
          "grep -hs '^State:.Z' /proc/[0-9]*/status | wc -l; kill -TERM $$";
        const words = ["unshare", "--pid", "--fork", "--mount-proc", ...tools[tool], "sh", "-c", script];
        const ran = Bun.spawnSync(words, { cwd: directory, stderr: "ignore" });
        expect([ran.exitCode, ran.stdout.toString().trim()]).toEqual([143, "0"]);
      },
    );
  });
}

function start(tool: Tool, program: readonly string[], options: readonly string[] = []): Bun.Subprocess {
  const [name, ...words] = tools[tool];
  const flags =
    tool === "faultbox" ? words.flatMap((word) => (word === "--" ? [...options, word] : word)) : words;
  const child = Bun.spawn([name, ...flags, ...program], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: os.tmpdir() },
  });
  started.push(child);
  return child;
}

/** A program that prints its signals, once it listens. */
async function listening(tool: Tool) {
  const runner = start(tool, printsSignals);
  const lines = linesOf(runner.stdout as ReadableStream<Uint8Array>);
  const [, pid] = String((await lines.next()).value).split(" ");
  ours.push(Number(pid));
  return { runner, lines, pid: Number(pid) };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

function pidIn(name: string): number {
  return Number(fs.readFileSync(path.join(directory, name), "utf8"));
}

/** The letter of a process's state; null when it is gone or a zombie. */
function stateOf(pid: number): string | null {
  const state = statOf(pid)?.[0] ?? null;
  return state === "Z" || state === "X" ? null : state;
}

function sessionOf(pid: number): number | null {
  return Number(statOf(pid)?.[3]) || null;
}

function statOf(pid: number): readonly string[] | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function descendants(pid: number): readonly number[] {
  try {
    const tasks = fs.readdirSync(`/proc/${pid}/task`);
    const pids = tasks.flatMap((task) =>
      fs.readFileSync(`/proc/${pid}/task/${task}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
    return pids.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}
