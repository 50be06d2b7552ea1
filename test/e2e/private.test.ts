import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay } from "./support.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** Root may read everything: as root these cases need a way to become somebody else. */
const canBeSomebodyElse = !isRoot || Bun.which("setpriv") !== null;
const whenPossible = test.skipIf(process.platform !== "linux" || !canBeSomebodyElse);
const why = "(skipped without Linux, or as root without setpriv)";

eachWay("faultbox as a user without rights", (faultbox) => {
  /** Runs a line of bash as that user, in a directory that is theirs. */
  async function shell(line: string, env: Record<string, string> = {}) {
    const directory = faultbox.directory();
    if (isRoot) fs.chownSync(directory, nobody, nobody);
    fs.writeFileSync(join(directory, "line.sh"), line);
    const become = isRoot ? `setpriv --reuid=${nobody} --regid=${nobody} --clear-groups ` : "";
    const home = { HOME: directory, DENO_DIR: join(directory, ".deno") };
    return faultbox.shell(`export F; ${become}bash ./line.sh`, { env: { ...home, ...env } });
  }

  whenPossible(`keeps its own variables from the program ${why}`, async () => {
    const secret = { PLANE_API_TOKEN: "hunter2pass99" };
    for (const command of ["run", "env exec"]) {
      const ran = await shell(
        `$F ${command} -- sh -c 'id -u; cat /proc/$PPID/environ; ls /proc/$PPID/fd'`,
        secret,
      );
      expect(ran.stdout).toBe(`${isRoot ? nobody : process.getuid?.()}\n`);
      expect(ran.stderr.match(/Permission denied/g)).toHaveLength(2);
      expect(ran.stderr).not.toContain("hunter2");
    }
    // The program is not touched: it can read its own, as can whatever it starts.
    const own = await shell(
      "$F run -- sh -c 'sh -c \"tr \\\\\\\\0 \\\\\\\\n </proc/\\$PPID/environ\" | grep ^HOME='",
    );
    expect(own.stdout).toBe(`HOME=${faultbox.directory()}\n`);
  });

  whenPossible(`still passes everything on, and still writes evidence ${why}`, async () => {
    const passed = await shell(
      "$F run -- head -c 30000019 /dev/zero | wc -c; $F run -- head -c 5000019 /dev/zero >out; wc -c <out",
    );
    expect(passed.stdout).toBe("30000019\n5000019\n");
    const failed = await shell(
      "printf '%s\\n' one two >in; $F run --retries 1 --retry-on any --retry-delay 0 -- sh -c 'read x; echo $x; exit 3' <in",
    );
    expect([failed.code, failed.stdout]).toEqual([3, "one\none\n"]);
    expect(fs.readdirSync(join(faultbox.directory(), "logs/local/failures"))).toContain("index.jsonl");
  });

  whenPossible(`refuses a policy file that it may not read ${why}`, async () => {
    const ran = await shell("echo '[env]' >faultbox.toml; chmod 0 faultbox.toml; $F run -- true");
    expect([ran.code, ran.stderr]).toEqual([
      125,
      'faultbox: Cannot read policy "./faultbox.toml": permission denied (EACCES); put it right, or give --no-config to do without\n',
    ]);
    const unseen = await shell(
      "rm -f faultbox.toml; mkdir -p c/faultbox; chmod 0 c; XDG_CONFIG_HOME=$PWD/c $F run --no-config -- true && XDG_CONFIG_HOME=$PWD/c $F env show; chmod 700 c",
    );
    expect(unseen.stderr).toContain('/c/faultbox/faultbox.toml": ');
  });
});

eachWay("faultbox and what others see of it", (faultbox) => {
  test.skipIf(process.platform !== "linux")(
    "puts no secret into the arguments of any process (skipped without Linux)",
    async () => {
      const directory = faultbox.directory();
      fs.mkdirSync(join(directory, ".config/faultbox"), { recursive: true });
      fs.writeFileSync(
        join(directory, ".config/faultbox/faultbox.toml"),
        '[env.profiles.minimal]\nset = { OWN_TOKEN = "planted-in-the-policy" }\n[env.profiles.minimal.vars]\nMY_TOKEN = "secret"\n',
      );
      const look =
        "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' >seen; echo $MY_TOKEN $OWN_TOKEN; exit 3";
      const env = {
        HOME: directory,
        MY_TOKEN: "planted-in-the-parent",
        PLANE_API_TOKEN: "planted-and-denied",
      };
      for (const words of [
        ["run", "--retries", "1", "--retry-on", "any", "--retry-delay", "0"],
        ["env", "exec"],
      ]) {
        const ran = await faultbox.run([...words, "--", "sh", "-c", look], { env });
        expect(ran.stdout).toStartWith("planted-in-the-parent planted-in-the-policy\n");
        const seen = fs.readFileSync(join(directory, "seen"), "utf8");
        expect(seen).toContain(words[0] ?? "");
        expect(seen).not.toContain("planted");
      }
    },
  );

  describe("env check", () => {
    test.skipIf(process.platform !== "linux")(
      "names a process above us that holds what is denied (skipped without Linux)",
      async () => {
        const line = "PLANE_API_TOKEN=x exec bash -c 'unset PLANE_API_TOKEN; $F env check --json; echo $$'";
        const ran = await faultbox.shell(line);
        const pid = ran.stdout.trimEnd().split("\n").at(-1);
        expect(ran.stdout).toContain(`process ${pid} (bash) above us holds PLANE_API_TOKEN`);
      },
    );
  });
});
