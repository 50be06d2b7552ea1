import { expect, test } from "bun:test";
import { eachWay, keptOutcomes, onlyLog } from "./support.ts";

eachWay("faultbox run", (faultbox) => {
  test("passes the program's exit code on and keeps its evidence", async () => {
    const ran = await faultbox.run(["run", "--", "sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([3, "out\n", "err\n"]);
    expect(onlyLog(faultbox.directory())).toContain("returncode=3");
    expect(keptOutcomes(faultbox.directory())[0]).toMatchObject({ status: "failed", exitCode: 3 });
  });

  test("leaves nothing behind after a success", async () => {
    const ran = await faultbox.run(["run", "--", "true"]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "", ""]);
    const listed = await faultbox.shell("ls -A");
    expect(listed.stdout).toBe("");
  });
});
