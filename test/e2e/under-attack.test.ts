import { expect, test } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { eachWay, keptOutcomes } from "./support.ts";

eachWay("faultbox, attacked,", (faultbox) => {
  // SIGUSR1 opens Deno's inspector.
  for (const signal of faultbox.way === "deno" ? ["USR2", "WINCH"] : ["USR1", "USR2", "WINCH"]) {
    test(`passes SIG${signal} on to the program and lives on`, async () => {
      const program = `trap "echo got; exit 9" ${signal}; echo ready >ready; while :; do sleep 0.05; done`;
      const ran = await faultbox.shell(
        `$F run --timeout 20 -- sh -c '${program}' & p=$!; until [ -e ready ]; do sleep 0.02; done; kill -${signal} $p; wait $p; echo $?`,
      );
      expect(ran.stdout).toBe("got\n9\n");
    });
  }

  test("lists failures from their pairs when the index is a fifo that nobody writes to", async () => {
    await faultbox.run(["run", "--task", "t1", "--", "false"]);
    const index = path.join(faultbox.directory(), "logs/local/failures/index.jsonl");
    fs.rmSync(index);
    Bun.spawnSync(["mkfifo", index]);
    const listed = await faultbox.run(["failures", "list"]);
    expect([listed.code, listed.stdout.includes("exec-t1")]).toEqual([0, true]);
    expect(listed.stderr).toContain("it is not a regular file");
  });

  test("names an outcome that cannot be read, and still shows the log", async () => {
    await faultbox.run(["run", "--task", "t1", "--", "sh", "-c", "echo the last words; exit 1"]);
    fs.writeFileSync(path.join(faultbox.directory(), "logs/local/failures/exec-t1.json"), "{");
    const shown = await faultbox.run(["failures", "show"]);
    expect([shown.code, shown.stdout.includes("the last words")]).toEqual([0, true]);
    expect(shown.stderr).toContain("is missing or not an outcome");
  });

  test("calls an execution that a signal ended in the pause before a retry cancelled, in every field", async () => {
    await faultbox.shell(
      `$F run --retry-on any --retry-delay 10s -- sh -c 'echo >ready; exit 1' </dev/null & p=$!; until [ -e ready ]; do sleep 0.02; done; sleep 0.3; kill -TERM $p; wait $p`,
    );
    expect(keptOutcomes(faultbox.directory())[0]).toMatchObject({
      status: "cancelled",
      failureCategory: "cancelled",
    });
  });

  test("says that evidence was lost although the outcome could not be written either", async () => {
    const ran = await faultbox.shell(
      `mkdir out; $F run --failures-dir /proc/self/nothing --outcome out/o.json -- sh -c 'rm -r out; exit 4'; echo $?`,
    );
    expect(ran.stdout).toBe("4\n");
    expect(ran.stderr).toContain("the diagnostics could not be written");
    expect(ran.stderr).toContain("out/o.json");
  });

  for (const signal of faultbox.way === "deno" ? ["TERM", "USR2"] : ["TERM", "USR1", "USR2"]) {
    test(`keeps the evidence when SIG${signal} comes while it is being saved`, async () => {
      await faultbox.run(["run", "--", "false"]); // makes the index, whose lock is then held
      const ran = await faultbox.shell(
        `flock logs/local/failures/index.jsonl sleep 2 & sleep 0.2; $F run --task t2 --outcome o.json -- sh -c 'exit 6' & p=$!; until [ -e logs/local/failures/exec-t2.json ]; do sleep 0.02; done; sleep 0.1; kill -${signal} $p; wait $p; echo $?; ls o.json`,
      );
      expect(ran.stdout).toBe("6\no.json\n");
      const listed = await faultbox.run(["failures", "list", "--json"]);
      expect(JSON.parse(listed.stdout).map(({ shortId }: { shortId: string }) => shortId)).toContain("t2");
    });
  }

  test("refuses a value for --set that would arrive changed", async () => {
    const ran = await faultbox.shell("$F run --set FOO=$'\\xff' -- touch started; echo $?; ls");
    expect(ran.stdout).toBe("125\n");
    expect(ran.stderr).toContain("not UTF-8");
  });
});
