import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  carriersOf,
  listedFailures,
  startVictim,
  untilNothingIsAtWork,
  untilTreeIsGone,
} from "./run-lost-support.ts";
import { keptNames, readFile, until, writeFile } from "./run-outcome.ts";
import { eachWay, keptOutcomes, onlyLog } from "./support.ts";

/** Every way to get away that a session, an id and a parent reach. */
const runaways =
  "setsid sleep 300 & (setsid sleep 301 &) & bash -c 'set -m; sleep 302 & sleep 303' & env -i VICTIM=$VICTIM sleep 304 &";

eachWay("faultbox run, killed by SIGKILL,", (faultbox) => {
  test("takes its whole tree with it within 2 s, and is listed as lost with what was said", async () => {
    const victim = startVictim(faultbox, ["sh", "-c", `${runaways} echo err >&2; echo out; wait`]);
    await until("the tree is there", () => victim.said() === "out\n" && victim.tree().length >= 7);
    await victim.kill();
    await untilTreeIsGone(victim);
    const [failure] = await listedFailures(faultbox);
    expect(failure).toMatchObject({ status: "lost", failureCategory: "killed", attempts: 1, program: "sh" });
    expect(onlyLog(faultbox.directory())).toContain("# === stderr ===\nerr\n# === stdout ===\nout\n");
    await untilNothingIsAtWork(faultbox);
    expect([...keptNames(faultbox)].sort()).toEqual([
      `${failure?.["name"]}.json`,
      `${failure?.["name"]}.log`,
    ]);
    expect(readFile(faultbox, "logs/local/failures/index.jsonl").trim().split("\n")).toHaveLength(1);
  });

  test("has on disk what its caller has seen, however soon it is killed then", async () => {
    for (let round = 0; round < 5; round++) {
      const victim = startVictim(faultbox, ["sh", "-c", `echo word ${round}; exec sleep 300`]);
      await until("the word is out", () => victim.said() !== "");
      await victim.kill();
      await untilTreeIsGone(victim);
    }
    await listedFailures(faultbox);
    const tails = keptOutcomes(faultbox.directory()).map((outcome) => outcome["tail"]);
    expect(tails).toEqual([0, 1, 2, 3, 4].map((round) => `word ${round}`));
  });

  test("is recorded as lost also when the program never said a word", async () => {
    const victim = startVictim(faultbox, ["sleep", "300"]);
    await until("the spool is there", () => hasSpool());
    await victim.kill();
    await untilTreeIsGone(victim);
    expect(await listedFailures(faultbox)).toMatchObject([{ status: "lost", program: "sleep" }]);
  });

  test("keeps the last words of a program that killed it", async () => {
    const victim = startVictim(faultbox, [
      "sh",
      "-c",
      "echo the last words; sleep 0.3; kill -KILL $PPID; sleep 300",
    ]);
    await victim.ended;
    await untilTreeIsGone(victim);
    await listedFailures(faultbox);
    expect(onlyLog(faultbox.directory())).toContain("\nthe last words\n");
  });

  test("while it saves a failure leaves that failure, once, with its real ending", async () => {
    await faultbox.run(["run", "--", "false"]); // makes the index, whose lock is then held
    const ran = await faultbox.shell(
      `flock logs/local/failures/index.jsonl sleep 1 & sleep 0.2
      $F run --task t2 -- sh -c 'echo words; exit 6' & p=$!
      until [ -e logs/local/failures/exec-t2.json ]; do sleep 0.02; done; kill -KILL $p; wait $p; echo $?`,
    );
    expect(ran.stdout).toBe("words\n137\n");
    const failures = await listedFailures(faultbox);
    expect(failures.filter(({ task }) => task === "t2")).toMatchObject([{ status: "failed", exitCode: 6 }]);
    expect(fs.readdirSync(failuresDirectory()).filter((name) => /spool|std/.test(name))).toEqual([]);
  });

  test("keeps the evidence of the attempts before the one that was lost", async () => {
    const program =
      'echo "attempt $FAULTBOX_ATTEMPT"; [ "$FAULTBOX_ATTEMPT" = 2 ] && exec sleep 300; exit 75';
    const victim = startVictim(faultbox, ["sh", "-c", program], {
      flags: ["--retries", "2", "--retry-on", "75", "--retry-delay", "10ms"],
    });
    await until("the second attempt speaks", () => victim.said().includes("attempt 2"));
    await victim.kill();
    await untilTreeIsGone(victim);
    await listedFailures(faultbox);
    const log = onlyLog(faultbox.directory());
    expect(log).toContain(
      "# === attempt 1 of 2: exited 75 ===\n# === stderr ===\n# === stdout ===\nattempt 1\n",
    );
    expect(log).toContain("# === attempt 2 of 2: lost with the faultbox that ran it ===");
  });

  test("leaves no secret on disk, neither before nor after", async () => {
    const token = "tok-3f9a8b7c6d5e";
    const script = `printf 'it is tok-3f9a'; sleep 0.1; echo "8b7c6d5e, $1, so it is"; exec sleep 300`;
    const program = ["sh", writeFile(faultbox, "program", script), token];
    const victim = startVictim(faultbox, program, { env: { X_TOKEN: token } });
    await until("it is out", () => victim.said().endsWith("so it is\n"));
    const onDisk = () =>
      fs
        .readdirSync(failuresDirectory())
        .map((name) => fs.readFileSync(path.join(failuresDirectory(), name), "utf8"));
    const before = onDisk();
    await victim.kill();
    await untilTreeIsGone(victim);
    await listedFailures(faultbox);
    expect([...before, ...onDisk()].filter((text) => /tok-|3f9a|6d5e/.test(text))).toEqual([]);
    expect(onlyLog(faultbox.directory())).toContain(
      "it is [REDACTED:X_TOKEN], [REDACTED:X_TOKEN], so it is\n",
    );
  });

  test("is not found by name or by a polite signal in its watchdog, which goes when it goes", async () => {
    const victim = startVictim(faultbox, ["sh", "-c", "echo ready; read -r line <go; exec true"]);
    Bun.spawnSync(["mkfifo", path.join(faultbox.directory(), "go")]);
    await until("it runs", () => victim.said() === "ready\n");
    const watchdog = victim.watchdog() ?? 0;
    const command = fs.readFileSync(`/proc/${watchdog}/cmdline`, "latin1");
    expect(command).toContain(`process ${victim.pid} `);
    expect(command).not.toContain("faultbox");
    for (const signal of ["SIGHUP", "SIGINT", "SIGTERM", "SIGUSR1"] as const) process.kill(watchdog, signal);
    expect(fs.readlinkSync(`/proc/${watchdog}/cwd`)).toBe("/");
    await Bun.sleep(50);
    expect(victim.watchdog()).toBe(watchdog);
    writeFile(faultbox, "go", "\n");
    expect(await victim.ended).toBe(0);
    expect(fs.existsSync(`/proc/${watchdog}`)).toBe(false);
  });

  test("leaves alone what asks for it, and with --leftovers allow what has left the session", async () => {
    const program = "FAULTBOX_EXECUTION= setsid sleep 300 & setsid sleep 301 & echo out; sleep 302";
    for (const [flags, staying] of [
      [[], 1],
      [["--leftovers", "allow"], 2],
    ] as const) {
      const victim = startVictim(faultbox, ["sh", "-c", program], { flags });
      await until("the tree is there", () => victim.said() === "out\n" && victim.tree().length >= 4);
      await victim.kill();
      await until("the rest is gone", () => victim.tree().length === staying, 2000);
      await untilNothingIsAtWork(faultbox);
      expect(victim.tree().map(({ name }) => name)).toEqual(Array(staying).fill("sleep"));
      for (const { pid } of victim.tree()) process.kill(pid, "SIGKILL");
    }
  });

  test("reaches with a control group also an orphan that left the session and cleared its environment", async () => {
    const flags = ["--pids", "100"];
    const possible = await faultbox.run(["run", ...flags, "--", "true"]);
    if (possible.code !== 0)
      return console.log(`SKIPPED: no control group can be made here: ${possible.stderr}`);
    const program = [
      "sh",
      "-c",
      "(setsid env -i VICTIM=$VICTIM sleep 300 &); sleep 0.1; echo out; sleep 301",
    ];
    const victim = startVictim(faultbox, program, { flags });
    await until("the tree is there", () => victim.said() === "out\n" && victim.tree().length >= 3);
    const [orphan] = victim.tree().filter(({ name }) => name === "sleep");
    const groups = fs.readFileSync(`/proc/${orphan?.pid}/cgroup`, "utf8");
    await victim.kill();
    await untilTreeIsGone(victim);
    const name = /faultbox-[0-9a-f-]+-1/.exec(groups)?.[0] ?? "none";
    await until("the group is gone", () => groupsNamed(name).length === 0);
  });

  if (faultbox.way === "compiled") {
    test("takes its tree with it although its own binary is gone by then", async () => {
      const binary = path.join(faultbox.directory(), "faultbox-of-yesterday");
      fs.copyFileSync(faultbox.command[0] ?? "", binary);
      const program = ["sh", "-c", "setsid sleep 300 & echo out; sleep 301"];
      const victim = startVictim({ ...faultbox, command: [binary] }, program);
      await until("the tree is there", () => victim.said() === "out\n" && victim.tree().length >= 3);
      fs.unlinkSync(binary);
      await victim.kill();
      await untilTreeIsGone(victim);
      expect(await listedFailures(faultbox)).toMatchObject([{ status: "lost" }]);
    });
  }

  test("leaves the user's shell alone when it shares its terminal", async () => {
    if (Bun.which("tmux") === null) return console.log("SKIPPED: tmux is missing");
    const socket = path.join(faultbox.directory(), "tmux");
    const tmux = (...words: string[]) => Bun.spawnSync(["tmux", "-S", socket, ...words]).stdout.toString();
    try {
      tmux("-f", "/dev/null", "new-session", "-d", "-x", "200", "-c", faultbox.directory(), "bash --norc");
      const program = "sleep 305 & setsid sleep 306 & echo \\$\\$ >pid; wait";
      tmux(
        "send-keys",
        `export DENO_NO_UPDATE_CHECK=1; ${faultbox.command.join(" ")} run --set VICTIM=${socket} -- sh -c "${program}"`,
        "Enter",
      );
      const tree = () => carriersOf(`VICTIM=${socket}`);
      await until(
        "it runs",
        () => fs.existsSync(path.join(faultbox.directory(), "pid")) && tree().length === 3,
      );
      const program_ = Number(readFile(faultbox, "pid"));
      const stat = fs.readFileSync(`/proc/${program_}/stat`, "latin1");
      process.kill(Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]), "SIGKILL");
      await until("the tree is gone", () => tree().length === 0, 2000);
      tmux("send-keys", "echo alive >alive", "Enter");
      await until("the shell answers", () => fs.existsSync(path.join(faultbox.directory(), "alive")));
    } finally {
      tmux("kill-server");
    }
  });

  const groupsNamed = (name: string) =>
    Bun.spawnSync(["find", "/sys/fs/cgroup", "-type", "d", "-name", name])
      .stdout.toString()
      .split("\n")
      .filter(Boolean);
  const failuresDirectory = () => path.join(faultbox.directory(), "logs/local/failures");
  const hasSpool = () =>
    fs.existsSync(failuresDirectory()) &&
    fs
      .readdirSync(failuresDirectory())
      .some((name) => name.endsWith(".spool") && fs.statSync(path.join(failuresDirectory(), name)).size > 0);
});
