import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { logOf, observed, records } from "./error-log.ts";
import { eachWay } from "./support.ts";

eachWay(
  "faultbox error-log beside another writer",
  (faultbox) => {
    const append = (log: string, message: string) => faultbox.run(observed(log, "--message", message));

    /** A process that has the lock, until it is killed. */
    async function holder(log: string) {
      fs.closeSync(fs.openSync(log, "a", 0o600));
      const child = Bun.spawn(["flock", log, "sh", "-c", "echo held; exec sleep 60"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      for await (const _ of child.stdout) break;
      // flock keeps the lock open in its child too: both must go for it to be free.
      const children = fs
        .readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")
        .trim()
        .split(" ")
        .map(Number);
      const signal = (name: NodeJS.Signals) => {
        for (const pid of [child.pid, ...children]) process.kill(pid, name);
      };
      return {
        signal,
        async end() {
          signal("SIGKILL");
          await child.exited;
        },
      };
    }

    test("waits 5 s for a writer that holds the lock, or was stopped with it, then puts the record aside; merge takes it in", async () => {
      const [held, stopped] = [logOf(faultbox), `${logOf(faultbox)}.stopped`];
      const holders = [await holder(held), await holder(stopped)];
      holders[1]?.signal("SIGSTOP");
      const appended = await Promise.all([append(held, "one"), append(stopped, "two")]);
      for (const ran of appended) {
        expect(ran.code).toBe(0);
        expect(ran.stderr).toContain("another writer held the lock for 5 s; it waits in ");
        expect(ran.durationMs).toBeWithin(4900, 9000);
      }
      // Nobody got in: what waits is beside the log, and merge does not get in either.
      expect(
        [held, stopped].map((log) => [fs.readFileSync(log, "utf8"), fs.readdirSync(`${log}.pending`).length]),
      ).toEqual([
        ["", 1],
        ["", 1],
      ]);
      holders[1]?.signal("SIGCONT");
      for (const each of holders) await each.end();
      const merged = await faultbox.run(["error-log", "merge", held, stopped, "--json"]);
      expect(JSON.parse(merged.stdout)).toMatchObject([{ taken: 1 }, { taken: 1 }]);
      expect([...records(held), ...records(stopped)].map(({ message }) => message)).toEqual(["one", "two"]);
    }, 60_000);

    test("repair, merge and prune exit 75 when they have something to do and the lock is not to be had", async () => {
      const log = logOf(faultbox);
      await append(log, "one");
      await append(log, "two");
      fs.appendFileSync(log, "garbage\n");
      fs.mkdirSync(`${log}.pending`, { mode: 0o700 });
      fs.writeFileSync(`${log}.pending/019b92ca0000-0000-x.json`, '{"id":"x"}\n');
      const before = fs.readFileSync(log, "utf8");
      const other = await holder(log);
      const commands = [
        ["repair", log],
        ["merge", log],
        ["prune", log, "--max-records", "0"],
      ];
      const codes = await Promise.all(
        commands.map(async (words) => (await faultbox.run(["error-log", ...words])).code),
      );
      await other.end();
      expect([codes, fs.readFileSync(log, "utf8")]).toEqual([[75, 75, 75], before]);
      expect(fs.readdirSync(`${log}.pending`)).toHaveLength(1);
    }, 60_000);

    test("goes on at once when the holder of the lock is killed", async () => {
      const log = logOf(faultbox);
      const other = await holder(log);
      const waiting = append(log, "waited");
      await Bun.sleep(200);
      await other.end();
      const ran = await waiting;
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      const next = await append(log, "next");
      // The promise is 0.1 s; a busy machine takes longer to start a process. Waiting in vain takes 5.
      expect(next.durationMs).toBeLessThan(2500);
      expect(records(log).map(({ message }) => message)).toEqual(["waited", "next"]);
    });
  },
  ["compiled"],
);
