import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { logOf, observed, records } from "./error-log.ts";
import { eachWay } from "./support.ts";

const modeOf = (path: string) => fs.statSync(path).mode & 0o777;
const isRoot = process.getuid?.() === 0;
const otherUser =
  isRoot && Bun.which("setpriv") !== null
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    : null;
if (otherUser === null)
  console.warn("error-log-security.test.ts: cases with another user are skipped: they need root and setpriv");
const whyNoOther = otherUser === null ? " (SKIPPED: needs root and setpriv)" : "";
const noFaketime = Bun.which("faketime") === null;
if (noFaketime)
  console.warn("error-log-security.test.ts: cases with a wrong clock are skipped: they need faketime");

eachWay(
  "faultbox error-log among strangers",
  (faultbox) => {
    const shell = (line: string, env = {}) => faultbox.shell(line, { env });
    const line = (...more: string[]) =>
      observed(logOf(faultbox), ...more)
        .map((word) => `'${word}'`)
        .join(" ");

    test("makes every file for us alone, whatever the umask", async () => {
      const log = logOf(faultbox);
      fs.writeFileSync(join(faultbox.directory(), "long"), "x".repeat(30_000));
      await shell(`umask 000; $F ${line("--message-file", "long")}`);
      await shell(
        `umask 000; strace -f -o /dev/null -P ${log} -e inject=write:error=ENOSPC $F ${line("--message", "aside")}`,
      );
      await shell(`umask 000; $F sidecar append --sidecar ${log}.sidecar --message x`);
      fs.appendFileSync(log, "garbage\n");
      await shell(`umask 000; $F error-log repair ${log}`);
      const files = [
        log,
        `${log}.quarantine`,
        `${log}.sidecar`,
        ...fs.readdirSync(`${log}.d`).map((name) => `${log}.d/${name}`),
      ];
      expect(files.map(modeOf)).toEqual(files.map(() => 0o600));
      expect(modeOf(`${log}.d`)).toBe(0o700);
      if (fs.existsSync(`${log}.pending`)) {
        expect(modeOf(`${log}.pending`)).toBe(0o700);
        for (const name of fs.readdirSync(`${log}.pending`))
          expect(modeOf(`${log}.pending/${name}`)).toBe(0o600);
      }
    });

    test("warns of a log that others can read or change, and of a directory that everybody can write to, and appends all the same", async () => {
      const log = logOf(faultbox);
      const warned = async () => {
        const ran = await faultbox.run(observed(log));
        return [
          ran.code,
          ...ran.stderr
            .trim()
            .split("\n")
            .filter((text) => text !== ""),
        ];
      };
      fs.writeFileSync(log, "");
      fs.chmodSync(log, 0o644);
      expect(await warned()).toEqual([
        0,
        `faultbox: others can read "${log}" (mode 0644): chmod 600 keeps it to yourself`,
      ]);
      fs.chmodSync(log, 0o666);
      expect(await warned()).toEqual([
        0,
        `faultbox: others can change "${log}" (mode 0666): chmod 600 keeps it to yourself`,
      ]);
      fs.chmodSync(log, 0o600);
      fs.chmodSync(faultbox.directory(), 0o777);
      expect(await warned()).toEqual([0, expect.stringContaining("everybody can replace")]);
      fs.chmodSync(faultbox.directory(), 0o1777);
      expect(await warned()).toEqual([0]);
      expect(records(log)).toHaveLength(4);
    });

    test.skipIf(otherUser === null)(
      `another user can neither read the log nor make us write into hers${whyNoOther}`,
      async () => {
        const log = logOf(faultbox);
        await faultbox.run(observed(log, "--message", "ours"));
        fs.chmodSync(faultbox.directory(), 0o777);
        const asOther = (otherUser ?? []).join(" ");
        expect((await shell(`${asOther} cat ${log}`)).code).not.toBe(0);
        expect((await shell(`${asOther} $F error-log list ${log}`)).code).toBe(74);
        const theirs = await shell(`${asOther} $F ${line("--message", "theirs")}`);
        expect(theirs.code === 74 || theirs.stderr.includes("waits in")).toBe(true);
        await shell(`${asOther} touch ${log}.other; ${asOther} mkdir -m 777 ${log}.second.pending`);
        const into = await faultbox.run(observed(`${log}.other`, "--message", "x"));
        expect([into.code, into.stderr.includes("it belongs to another user (65534)")]).toEqual([74, true]);
        expect(records(log).map(({ message }) => message)).toEqual(["ours"]);
      },
    );

    test("takes names that look like flags or ways out for what they are", async () => {
      const odd = ["-rf", "../../x", "$(touch owned)", "a b'c\"d", "x".repeat(200)];
      for (const name of odd) {
        const log = join(faultbox.directory(), name.replaceAll("/", "_"));
        expect(
          (await faultbox.run(observed(log, "--task-key", name, "--agent", name, "--message", name))).code,
        ).toBe(0);
        expect(records(log)).toMatchObject([{ taskKey: name, agent: name, message: name }]);
        expect((await faultbox.run(["error-log", "list", log])).code).toBe(0);
      }
      expect(fs.existsSync(join(faultbox.directory(), "owned"))).toBe(false);
      const refused = await faultbox.run(
        observed(join(faultbox.directory(), "e.jsonl"), "--task-key", "x".repeat(100_000)),
      );
      expect(refused.code).toBe(0);
      expect(fs.statSync(join(faultbox.directory(), "e.jsonl")).size).toBeLessThanOrEqual(16_384);
    });

    test("is not moved by a .env and a bunfig.toml that lie where it is called", async () => {
      const directory = faultbox.directory();
      fs.writeFileSync(join(directory, ".env"), "FAULTBOX_ERRORS_LOG=/tmp/evil\nMY_TOKEN=it failed here\n");
      fs.writeFileSync(join(directory, "bunfig.toml"), 'preload = ["./evil.ts"]\n');
      fs.writeFileSync(join(directory, "evil.ts"), 'require("fs").writeFileSync("owned", "");');
      await faultbox.run(observed(logOf(faultbox), "--message", "it failed here"));
      expect(records(logOf(faultbox))[0]?.message).toBe("it failed here");
      expect(fs.existsSync(join(directory, "owned"))).toBe(false);
    });

    test.skipIf(noFaketime)(
      `keeps the order of the appends whatever the clock does, and finds what is still to come new${noFaketime ? " (SKIPPED: needs faketime)" : ""}`,
      async () => {
        const log = logOf(faultbox);
        const at = (time: string, message: string) =>
          shell(`faketime '${time}' $F ${line("--message", message)}`);
        await at("2016-01-01 00:00:00", "ten years ago");
        await at("2046-01-01 00:00:00", "to come");
        await at("2025-01-01 00:00:00", "stepped back");
        const listed = JSON.parse((await faultbox.run(["error-log", "list", log, "--json"])).stdout);
        expect(listed.map(({ message }: { message: string }) => message)).toEqual([
          "stepped back",
          "to come",
          "ten years ago",
        ]);
        expect(listed.map(({ recordedAt }: { recordedAt: string }) => recordedAt.slice(0, 4))).toEqual([
          "2025",
          "2046",
          "2016",
        ]);
        const pruned = await shell(
          `faketime '2025-01-02 00:00:00' $F error-log prune ${log} --max-age 30d --json`,
        );
        expect(JSON.parse(pruned.stdout)).toMatchObject([{ removed: 1, kept: 2 }]);
        expect(records(log).map(({ message }) => message)).toEqual(["to come", "stepped back"]);
      },
    );
  },
  ["compiled"],
);
