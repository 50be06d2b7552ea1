import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay, keptOutcomes } from "./support.ts";

eachWay("faultbox failures", (faultbox) => {
  const fail = (task: string, script: string, ...flags: string[]) =>
    faultbox.run(["run", "--role", "goal", "--task", task, ...flags, "--", "sh", "-c", script]);
  const failures = (...words: string[]) => faultbox.run(["failures", ...words]);
  const here = () => join(faultbox.directory(), "logs/local/failures");

  test("list of nothing is empty, and no failure", async () => {
    const table = await failures("list");
    expect([table.code, table.stdout]).toEqual([0, ""]);
    expect(table.stderr).toMatch(/^faultbox: no failures are kept in "[^"]+"\n$/);
    const json = await failures("list", "--json");
    expect([json.code, json.stdout, json.stderr]).toEqual([0, "[]\n", ""]);
    expect(fs.readdirSync(faultbox.directory())).toEqual([]);
  });

  test("show and log of nothing exit 1 with one line", async () => {
    for (const command of ["show", "log"]) {
      const ran = await failures(command);
      expect([ran.code, ran.stdout]).toEqual([1, ""]);
      expect(ran.stderr).toMatch(/^faultbox: no failure matches "latest"[^\n]*\n$/);
    }
  });

  test("list shows newest first, and at most so many", async () => {
    await fail("aaaaaaaa-1", "exit 3");
    await fail("bbbbbbbb-2", "echo no >&2; exit 4");
    const table = await failures("list");
    expect(table.code).toBe(0);
    const [header, first, second] = table.stdout.split("\n");
    expect(header).toMatch(/^ENDED +NAME +STATUS +CATEGORY +CODE +REASON$/);
    expect(first).toMatch(/Z {2}goal-bbbbbbbb {2}failed +exit_nonzero +4 +execution failed$/);
    expect(second).toContain("goal-aaaaaaaa");
    const rows = JSON.parse((await failures("list", "--json", "--limit", "1")).stdout);
    expect(rows).toMatchObject([{ name: "goal-bbbbbbbb", task: "bbbbbbbb-2", exitCode: 4 }]);
  });

  test("show finds the latest, a name, a short id, an id and a prefix of one", async () => {
    await fail("aaaaaaaa-1", "exit 3");
    await fail("bbbbbbbb-2", "exit 4");
    const id = String(keptOutcomes(faultbox.directory())[0]?.["executionId"]);
    const shown = async (...words: string[]) => {
      const ran = await failures("show", "--json", ...words);
      return ran.code === 0 ? JSON.parse(ran.stdout).exitCode : `exit ${ran.code}`;
    };
    expect(await shown()).toBe(4);
    expect(await shown("latest")).toBe(4);
    expect(await shown("goal-aaaaaaaa")).toBe(3);
    expect(await shown("aaaaaaaa")).toBe(3);
    expect(await shown(id)).toBe(3);
    expect(await shown(id.slice(0, -1))).toBe(3);
    expect(await shown("nothing-like-this")).toBe("exit 1");
    const many = await failures("show", id.slice(0, 4));
    expect([many.code, many.stdout]).toEqual([1, ""]);
    expect(many.stderr).toContain("several failures match");
  });

  test("show --json is the outcome as it was written", async () => {
    await fail("aaaaaaaa-1", "echo err >&2; exit 3");
    const written = fs.readFileSync(join(here(), "goal-aaaaaaaa.json"), "utf8");
    expect(JSON.parse((await failures("show", "--json")).stdout)).toEqual(JSON.parse(written));
  });

  test("show ends with a command on a line of its own, and that command prints the whole log", async () => {
    await fail("aaaaaaaa-1", "seq 1 100 >&2; exit 3");
    const shown = await failures("show");
    expect(shown.code).toBe(0);
    const lines = shown.stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^goal-aaaaaaaa {2}"sh" failed with exit code 3 after /);
    expect(lines.slice(-28, -3)).toEqual(Array.from({ length: 25 }, (_, index) => String(76 + index)));
    expect(lines.slice(-3)).toEqual(["", "The whole log:", "faultbox failures log goal-aaaaaaaa"]);
    const log = await faultbox.shell(String(lines.at(-1)).replace(/^faultbox/, "$F"));
    expect(log.code).toBe(0);
    expect(log.stdout).toBe(fs.readFileSync(join(here(), "goal-aaaaaaaa.log"), "utf8"));
  });

  test("show gives a command that works with a root whose name needs quotes", async () => {
    const root = join(faultbox.directory(), "it's here; $HOME");
    fs.mkdirSync(root);
    await fail("aaaaaaaa-1", "exit 3", "--root", root);
    const shown = await failures("show", "--root", root);
    const command = String(shown.stdout.trimEnd().split("\n").at(-1));
    const log = await faultbox.shell(command.replace(/^faultbox/, "$F"));
    expect([log.code, log.stderr]).toEqual([0, ""]);
    expect(log.stdout).toStartWith("# role=goal task=aaaaaaaa returncode=3\n");
  });

  test("show fills with stdout what stderr leaves", async () => {
    await fail("aaaaaaaa-1", "echo the cause; echo a warning >&2; exit 3");
    const lines = (await failures("show")).stdout.split("\n");
    expect(lines).toContain("the cause");
    expect(lines).toContain("a warning");
  });

  test("show is not misled by a program that prints the lines between the sections", async () => {
    await fail(
      "aaaaaaaa-1",
      "printf 'the cause\\n# === stdout ===\\n# === stderr ===\\nmore\\n' >&2; exit 3",
    );
    const lines = (await failures("show")).stdout.split("\n");
    expect(lines).toContain("the cause");
    expect(lines).toContain("more");
  });

  test("show lets no control character through to a terminal", async () => {
    await fail("aaaaaaaa-1", "printf '\\033]0;owned\\007\\033[2Jtext\\r' >&2; exit 3");
    const { stdout } = await failures("show");
    expect(stdout).toContain("text");
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });

  test("log --json is path and text", async () => {
    await fail("aaaaaaaa-1", "exit 3");
    const { path, text } = JSON.parse((await failures("log", "--json")).stdout);
    expect(path).toBe(join(here(), "goal-aaaaaaaa.log"));
    expect(text).toBe(fs.readFileSync(path, "utf8"));
  });

  test("list finds everything again when the index is lost, and tells of bad lines in it", async () => {
    await fail("aaaaaaaa-1", "exit 3");
    await fail("bbbbbbbb-2", "exit 4");
    const before = (await failures("list", "--json")).stdout;
    const index = join(here(), "index.jsonl");
    fs.unlinkSync(index);
    expect((await failures("list", "--json")).stdout).toBe(before);
    fs.writeFileSync(index, "garbage\n");
    const ran = await failures("list", "--json");
    expect([ran.code, ran.stdout]).toEqual([0, before]);
    expect(ran.stderr).toBe(`faultbox: skipped 1 bad line in "${index}"\n`);
  });

  test("the failures of a second run of the same task stand beside the first", async () => {
    await fail("aaaaaaaa-1", "exit 3");
    await fail("aaaaaaaa-1", "exit 4");
    const rows = JSON.parse((await failures("list", "--json")).stdout);
    expect(rows).toMatchObject([
      { name: "goal-aaaaaaaa.2", exitCode: 4 },
      { name: "goal-aaaaaaaa", exitCode: 3 },
    ]);
  });

  test("FAULTBOX_ROOT says where, from any directory", async () => {
    await fail("aaaaaaaa-1", "exit 3");
    const ran = await faultbox.run(["failures", "list", "--json"], {
      cwd: "/",
      env: { FAULTBOX_ROOT: faultbox.directory() },
    });
    expect(JSON.parse(ran.stdout)).toHaveLength(1);
  });
});
