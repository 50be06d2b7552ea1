import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { listedFailures, startVictim, untilTreeIsGone } from "./run-lost-support.ts";
import { keptNames, readFile, readOutcome, until, writeFile } from "./run-outcome.ts";
import { eachWay, keptOutcomes, onlyLog } from "./support.ts";

/** Says something, early and late, and fails or not. */
const program = "echo out; echo err >&2; sleep 0.3; echo late; exit 7";
const mounts = Bun.spawnSync(["unshare", "-rm", "true"]).exitCode === 0;

eachWay("the spool of faultbox run", (faultbox) => {
  const failures = () => path.join(faultbox.directory(), "logs/local/failures");
  const spoolNotes = () => readOutcome(faultbox).notes.filter((note) => note.startsWith("the spool in "));

  test.each([
    ["nothing", "true"],
    ["a little", "echo out; echo err >&2"],
    ["something late", "echo out; sleep 0.3; echo late"],
    ["a flood", "seq 200000"],
  ])("leaves no file behind when the program succeeds and said %s", async (_, script) => {
    const ran = await faultbox.run(["run", "--", "sh", "-c", script]);
    expect([ran.code, fs.readdirSync(faultbox.directory())]).toEqual([0, []]);
  });

  test("leaves the directory as it was when it was there", async () => {
    await faultbox.run(["run", "--task", "t", "--", "false"]);
    const before = fs.readdirSync(failures());
    await faultbox.run(["run", "--", "sh", "-c", "echo out; sleep 0.2"]);
    expect(fs.readdirSync(failures())).toEqual(before);
  });

  test("goes when the failure is kept", async () => {
    const ran = await faultbox.run(["run", "--task", "t", "--", "sh", "-c", program]);
    expect([ran.code, [...keptNames(faultbox)].sort()]).toEqual([7, ["exec-t.json", "exec-t.log"]]);
  });

  test("is on disk while a slow program runs, and can be read by its owner alone", async () => {
    const ran = await faultbox.shell(
      `umask 000; $F run -- sh -c 'echo a word; sleep 0.1; said=$(cat logs/local/failures/.*.1.stdout.0-0); echo "$said"; stat -c %a logs/local/failures/.*.spool'`,
    );
    expect(ran.stdout).toBe("a word\na word\n600\n");
  });

  const mounted = (title: string, body: () => Promise<void>) => {
    if (mounts) test(title, body);
    else test.skip(`${title} (SKIPPED: nothing can be mounted here)`, body);
  };

  /** Runs the program in a mount namespace of its own, after these words. */
  const runMounted = (words: string, flags = "") =>
    faultbox.shell(
      `mkdir -p logs/local; unshare -rm bash -c '${words}; $F run ${flags} --outcome outcome.json -- sh -c "${program}"; echo "code $?"; ls -A logs/local/failures 2>&1'`,
    );

  mounted("on a full file system is one note: output and exit code stay", async () => {
    const full =
      "mount -t tmpfs -o size=64k none logs/local; head -c 80k /dev/zero >logs/local/full 2>/dev/null";
    const ran = await runMounted(full);
    expect(ran.stdout).toStartWith("out\nlate\ncode 7\n");
    expect(ran.stderr).toContain("err\n");
    expect(spoolNotes()).toEqual([expect.stringContaining("no space left on device (ENOSPC)")]);
  });

  mounted("on a read-only file system is one note: output and exit code stay", async () => {
    const ran = await runMounted("mount -t tmpfs -o ro none logs/local");
    expect(ran.stdout).toStartWith("out\nlate\ncode 7\n");
    expect(spoolNotes()).toEqual([expect.stringContaining("read-only file system (EROFS)")]);
    expect(readOutcome(faultbox)).toMatchObject({ status: "failed", diagnostics: { state: "failed" } });
  });

  mounted("that found room is recovered when the diagnostics found none", async () => {
    const fill = "head -c 200k /dev/zero >logs/local/full 2>/dev/null";
    const ran = await faultbox.shell(
      `mkdir -p logs/local; unshare -rm bash -c 'mount -t tmpfs -o size=128k none logs/local
      $F run --task t --outcome outcome.json -- sh -c "echo words; sleep 0.2; ${fill}; exit 7"; echo "code $?"; ls -A logs/local/failures
      rm logs/local/full; $F failures recover; $F failures list --json'`,
    );
    expect(ran.stdout).toStartWith("words\ncode 7\n");
    expect(readOutcome(faultbox).diagnostics.state).toBe("failed");
    const listed = JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "");
    expect(listed).toMatchObject([{ name: "exec-t", task: "t" }]);
    expect(ran.stdout).toContain("recovered exec-t ");
  });

  test("that is removed while the program runs is one note, and the failure is kept all the same", async () => {
    const script = `echo out; sleep 0.1; rm -r logs; echo late; exit 7`;
    const ran = await faultbox.run(["run", "--outcome", "outcome.json", "--", "sh", "-c", script]);
    expect([ran.code, ran.stdout]).toEqual([7, "out\nlate\n"]);
    expect(spoolNotes()).toHaveLength(1);
    expect(onlyLog(faultbox.directory())).toContain("# === stdout ===\nout\nlate\n");
  });

  test.each([
    ["a fifo", (at: string) => void Bun.spawnSync(["mkfifo", at])],
    ["a file", (at: string) => fs.writeFileSync(at, "precious")],
    ["a link to nowhere", (at: string) => fs.symlinkSync("nowhere", at)],
    ["a link to itself", (at: string) => fs.symlinkSync("failures", at)],
  ])("with %s in its way is one note: output and exit code stay", async (_, make) => {
    fs.mkdirSync(path.dirname(failures()), { recursive: true });
    make(failures());
    const before = fs.lstatSync(failures());
    const ran = await faultbox.run(["run", "--outcome", "outcome.json", "--", "sh", "-c", program]);
    expect([ran.code, ran.stdout]).toEqual([7, "out\nlate\n"]);
    expect(ran.stderr).toStartWith("err\n");
    expect(spoolNotes()).toHaveLength(1);
    expect(fs.lstatSync(failures()).ino).toBe(before.ino);
  });

  test("goes through a link to a directory, and leaves the link", async () => {
    fs.mkdirSync(path.dirname(failures()), { recursive: true });
    fs.mkdirSync(path.join(faultbox.directory(), "elsewhere"));
    fs.symlinkSync("../../elsewhere", failures());
    await faultbox.run(["run", "--", "sh", "-c", "echo out; sleep 0.2"]);
    expect(fs.readdirSync(path.join(faultbox.directory(), "elsewhere"))).toEqual([]);
    await faultbox.run(["run", "--task", "t", "--", "false"]);
    expect(fs.existsSync(path.join(faultbox.directory(), "elsewhere/exec-t.log"))).toBe(true);
  });

  if (faultbox.way !== "deno") {
    test("beyond the limit for file sizes is one note, and no signal ends anybody for it", async () => {
      const ran = await faultbox.shell(
        `ulimit -f 0; $F run --json -- sh -c '${program}' 2>/dev/null; echo "code $?"`,
      );
      const [outcome = "", code] = ran.stdout.trim().split("\n");
      expect(code).toBe("code 7");
      const { notes } = JSON.parse(outcome) as { notes: readonly string[] };
      expect(notes.filter((note) => note.startsWith("the spool in "))).toEqual([
        expect.stringContaining("file too large (EFBIG)"),
      ]);
    });
  }

  if (faultbox.way !== "compiled") return;

  test("stays small in a flood, and so does faultbox; head and tail are kept and every byte is counted", async () => {
    const script = "echo first; yes | head -c 400000000; echo last; exec sleep 300";
    const victim = startVictim(faultbox, ["sh", "-c", `exec 1>&2; ${script}`]);
    let mostOnDisk = 0;
    const look = () => {
      const sizes = names().map(
        (name) => fs.statSync(path.join(failures(), name), { throwIfNoEntry: false })?.size ?? 0,
      );
      mostOnDisk = Math.max(
        mostOnDisk,
        sizes.reduce((sum, size) => sum + size, 0),
      );
    };
    const names = () => (fs.existsSync(failures()) ? fs.readdirSync(failures()) : []);
    const done = () => names().some((name) => name.includes(".stderr.") && endsWith(name, "last\n"));
    await until(
      "the flood is over",
      () => {
        look();
        return done();
      },
      60_000,
    );
    const peak = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${victim.pid}/status`, "utf8"))?.[1];
    await victim.kill();
    await untilTreeIsGone(victim);
    await listedFailures(faultbox);
    const [outcome] = keptOutcomes(faultbox.directory());
    const seen = "first\n".length + 400_000_000 + "last\n".length;
    expect(outcome?.["attempts"]).toMatchObject([{ stderr: { seen, kept: 220_000 } }]);
    const [, streams = ""] = onlyLog(faultbox.directory()).split("# === stderr ===\n");
    expect(streams.split("\n").filter((line) => line !== "y" && line !== "")).toEqual([
      "first",
      `# [${seen - 220_000} bytes are missing here: the first 20000 bytes and the last 200000 characters are kept]`,
      "last",
      "# === stdout ===",
      "# === result.json ===",
      "# (absent: faultbox was killed before it could be read)",
    ]);
    expect(mostOnDisk).toBeLessThan(3 * 800_000);
    expect(Number(peak)).toBeLessThan(120_000);
  }, 90_000);

  test("of 50 executions at once in one root leaves 50 outcomes, and an index in which every line parses", async () => {
    writeFile(
      faultbox,
      "program",
      'echo "says $1"; sleep 0.$((RANDOM % 5)); echo "$1" >&2; exit $(($1 % 2))',
    );
    const ran = await faultbox.shell(
      `for i in $(seq 50); do $F run --task "fleet-$i" --keep always -- bash program $i >/dev/null 2>&1 & done; wait`,
    );
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const outcomes = keptOutcomes(faultbox.directory());
    expect(outcomes.map(({ task }) => task).sort()).toEqual(
      Array.from({ length: 50 }, (_, index) => `fleet-${index + 1}`).sort(),
    );
    expect(new Set(outcomes.map(({ executionId }) => executionId)).size).toBe(50);
    const lines = readFile(faultbox, "logs/local/failures/index.jsonl").trimEnd().split("\n");
    expect(new Set(lines.map((line) => JSON.parse(line).executionId)).size).toBe(50);
    expect(keptNames(faultbox)).toHaveLength(100);
  }, 60_000);

  test("of 50 executions at once that succeed leaves nothing, not even a directory", async () => {
    const ran = await faultbox.shell(
      `for i in $(seq 50); do $F run -- sh -c 'echo out; echo err >&2' >/dev/null 2>&1 & done; wait`,
    );
    expect([ran.code, fs.readdirSync(faultbox.directory())]).toEqual([0, []]);
  }, 60_000);

  function endsWith(name: string, text: string): boolean {
    try {
      return fs.readFileSync(path.join(failures(), name), "utf8").endsWith(text);
    } catch {
      return false;
    }
  }
});
