import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { listedFailures, startVictim, untilTreeIsGone } from "./run-lost-support.ts";
import { readFile, runToOutcome, unlessDeno, until } from "./run-outcome.ts";
import { eachWay, onlyLog } from "./support.ts";

const secret = "hunter2pass99";

eachWay("faultbox run --mask-fd", (faultbox) => {
  const on = unlessDeno(faultbox, "exact start");
  const failures = () => path.join(faultbox.directory(), "logs/local/failures");
  const sh = (script: string, ...words: string[]) => ["sh", "-c", script, "sh", ...words];
  const flags = (...more: string[]) => ["--mask-fd", "3", ...more];

  on("masks what the program registers in everything that is kept, also what was said before", async () => {
    const script = 'echo "before $1"; echo "$1" >&3; echo "after $1" >&2; exit 3';
    const ran = await runToOutcome(faultbox, { flags: flags(), program: sh(script, secret) });
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([3, `before ${secret}\n`, `after ${secret}\n`]);
    expect(onlyLog(faultbox.directory())).toContain(
      "# === stderr ===\nafter [REDACTED:secret]\n# === stdout ===\nbefore [REDACTED:secret]\n",
    );
    expect(ran.outcome.argv.at(-1)).toBe("[REDACTED:secret]");
    const kept = fs
      .readdirSync(failures())
      .map((name) => fs.readFileSync(path.join(failures(), name), "utf8"));
    expect([...kept, readFile(faultbox, "outcome.json")].join("")).not.toContain("hunter2");
  });

  on(
    "knows a secret before the output that comes right behind it, by the name that it is given",
    async () => {
      const script =
        'for i in 1 2 3 4 5; do echo "export K$i=\'key-of-number-$i\'" >&"$FAULTBOX_MASK_FD"; echo "key-of-number-$i"; done';
      const ran = await faultbox.run([
        "run",
        ...flags("--redact-output", "--mirror", "live.log"),
        "--",
        ...sh(script),
      ]);
      const masked = [1, 2, 3, 4, 5].map((number) => `[REDACTED:K${number}]\n`).join("");
      expect([ran.stdout, readFile(faultbox, "live.log")]).toEqual([masked, masked]);
    },
  );

  on("takes a line without an end once output follows it, and one in several writes", async () => {
    const script = `printf '%s' hunter2 >&3; sleep 0.1; printf '%s' pass99 >&3; echo ${secret}`;
    const ran = await faultbox.run(["run", ...flags("--redact-output"), "--", ...sh(script)]);
    expect(ran.stdout).toBe("[REDACTED:secret]\n");
  });

  on("does not keep a program waiting that writes much and says nothing", async () => {
    const script = "seq -f '%0150.0f' 1 1000 >&3; printf '%0150.0f\\n' 777; exit 0";
    const ran = await faultbox.run([
      "run",
      ...flags("--timeout", "20s", "--redact-output"),
      "--",
      ...sh(script),
    ]);
    expect([ran.code, ran.stdout]).toEqual([0, "[REDACTED:secret]\n"]);
  });

  on("says what it does not mask", async () => {
    const script = "echo PIN=12 >&3; head -c 600000 /dev/zero | tr '\\0' 'x' >&3; exit 1";
    const { outcome } = await runToOutcome(faultbox, {
      flags: flags("--timeout", "20s"),
      program: sh(script),
    });
    expect(outcome.notes).toContain(
      "a secret that came by --mask-fd is not masked: value too short to mask (2)",
    );
    expect(outcome.notes).toContain("more than 256 KiB came by --mask-fd: what came last is not masked");
    expect(outcome.failureCategory).toBe("exit_nonzero");
  });

  on(
    "reads from the caller's descriptor of that number where there is one, and keeps it from the program",
    async () => {
      const line = `$F run --mask-fd 9 --redact-output -- sh -c 'echo ${secret} \${FAULTBOX_MASK_FD-unset}; cat <&9' 9<secrets`;
      fs.writeFileSync(path.join(faultbox.directory(), "secrets"), `A_KEY=${secret}\n`);
      const ran = await faultbox.shell(line);
      expect(ran.stdout).toBe("[REDACTED:A_KEY] unset\n");
      expect(ran.stderr).toMatch(/9/);
      const refused = await faultbox.shell("$F run --mask-fd 9 -- touch started 9>out; echo $?; ls started");
      expect(refused.stdout).toBe("125\n");
      expect(refused.stderr).toContain(
        "faultbox: Cannot use --mask-fd 9: descriptor 9 is open for writing already: give another number\n",
      );
    },
  );

  on("masks anew what is on disk while the program runs, so that a killed faultbox leaves none", async () => {
    const script = `echo "before $1"; echo "K=$1" >&3; sleep 0.1; echo "after $1, so it is"; exec sleep 300`;
    const victim = startVictim(faultbox, sh(script, secret), { flags: flags() });
    await until("it is out", () => victim.said() === `before ${secret}\nafter ${secret}, so it is\n`);
    const onDisk = () =>
      fs.readdirSync(failures()).map((name) => fs.readFileSync(path.join(failures(), name), "utf8"));
    await until("what is on disk is masked", () => !onDisk().join("").includes("hunter2"));
    await victim.kill();
    await untilTreeIsGone(victim);
    await listedFailures(faultbox);
    expect(onDisk().join("")).not.toContain("hunter2");
    expect(onlyLog(faultbox.directory())).toContain("\nbefore [REDACTED:K]\nafter [REDACTED:K], so it is\n");
    expect(fs.readdirSync(failures()).filter((name) => /spool|std/.test(name))).toEqual([]);
  });

  on("masks what an earlier attempt said, too", async () => {
    const script = `echo "$1"; [ "$FAULTBOX_ATTEMPT" = 1 ] && exit 75; echo "$1" >&3; exit 1`;
    const retry = ["--retries", "1", "--retry-on", "75", "--retry-delay", "0"];
    await runToOutcome(faultbox, { flags: flags(...retry), program: sh(script, secret) });
    expect(onlyLog(faultbox.directory()).split("[REDACTED:secret]")).toHaveLength(4);
    expect(onlyLog(faultbox.directory())).not.toContain("hunter2");
  });

  describe("refuses", () => {
    test.each(["2", "0", "256", "x", "-1", "3.5", ""])("%j with 125, and starts nothing", async (word) => {
      const ran = await faultbox.run(["run", `--mask-fd=${word}`, "--", "touch", "started"]);
      expect([ran.code, ran.stderr]).toEqual([125, "faultbox: Give --mask-fd a descriptor from 3 to 255\n"]);
      expect(fs.readdirSync(faultbox.directory())).toEqual([]);
    });

    if (faultbox.way !== "deno") return;
    test("to run where a program can be given no descriptor", async () => {
      const ran = await faultbox.run(["run", "--mask-fd", "3", "--", "true"]);
      expect([ran.code, ran.stderr]).toEqual([
        125,
        "faultbox: Cannot use --mask-fd 3: Deno gives a program no descriptors above 2\n",
      ]);
    });
  });
});
