import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import type { ErrorRecord } from "../../src/error-log/record.ts";
import { recordOf, writeLog } from "../error-log/sample.ts";
import { fromWorker, logOf, observed } from "./error-log.ts";
import { eachWay } from "./support.ts";

const fault = (hash: string, key = `fault ${hash}`) => ({ version: "v1", hash: hash.repeat(16), key });
const at = (minute: number) => `2026-01-06T10:${String(minute).padStart(2, "0")}:00.000Z`;

eachWay("faultbox error-log, asked,", (faultbox) => {
  const ask = (command: string, ...words: string[]) =>
    faultbox.run(["error-log", command, "errors.jsonl", ...words]);
  const write = (...lines: (ErrorRecord | object | string)[]) => writeLog(logOf(faultbox), lines);

  test("list shows newest first, at most so many, and says what it skipped", async () => {
    const records = [1, 2, 3].map((minute) =>
      recordOf({ occurredAt: at(minute), message: `number ${minute}` }),
    );
    write(...records.slice(0, 2), "garbage", ...records.slice(2));
    const table = await ask("list", "--limit", "2");
    expect(table.code).toBe(0);
    const [header, first, second, ...rest] = table.stdout.split("\n");
    expect(header).toMatch(/^OCCURRED +ID +TYPE +AGENT +PHASE +CODE +MESSAGE$/);
    expect([first, second, rest]).toEqual([
      expect.stringContaining("number 3"),
      expect.stringContaining("number 2"),
      [""],
    ]);
    expect(table.stderr).toBe(
      `faultbox: skipped 1 bad line (faultbox error-log verify "${logOf(faultbox)}")\n`,
    );
    const json = JSON.parse((await ask("list", "--json")).stdout);
    expect(json).toEqual(records.toReversed());
  });

  test("list and query of a log that is not there yet are empty", async () => {
    const [list, query] = [await ask("list", "--json"), await ask("query", "--json")];
    expect([list.code, list.stdout, query.code, query.stdout]).toEqual([0, "[]\n", 1, "[]\n"]);
    expect(list.stderr).toContain("nothing was recorded in it yet");
  });

  test("list of several logs is by time, of one by the order of its lines, whatever the clocks said", async () => {
    const [old, future, now] = ["2016", "2036", "2026"].map((year) =>
      recordOf({ message: year, recordedAt: `${year}-01-01T00:00:00.000Z` }),
    );
    write(future ?? "", old ?? "", now ?? "");
    const one = JSON.parse((await ask("list", "--json")).stdout);
    expect(one.map(({ message }: ErrorRecord) => message)).toEqual(["2026", "2016", "2036"]);
    writeLog(join(faultbox.directory(), "other.jsonl"), [
      recordOf({ message: "2030", recordedAt: "2030-01-01T00:00:00.000Z" }),
    ]);
    const both = JSON.parse((await ask("list", "other.jsonl", "--json")).stdout);
    expect(both[0].message).toBe("2030");
  });

  test("show finds the latest, an id and the beginning of one, and tells when several begin like it", async () => {
    const records = ["1111", "1222"].map((end, index) =>
      recordOf({ id: `0198c000-0000-7000-8000-00000000${end}`, message: ["first", "second"][index] ?? "" }),
    );
    write(...records);
    const shown = async (...words: string[]) => {
      const ran = await ask("show", ...words, "--json");
      return ran.code === 0 ? JSON.parse(ran.stdout).message : `${ran.code} ${ran.stderr.trim()}`;
    };
    expect(await shown()).toBe("second");
    expect(await shown("latest")).toBe("second");
    expect(await shown(records[0]?.id ?? "")).toBe("first");
    expect(await shown((records[0]?.id ?? "").slice(0, -1))).toBe("first");
    expect(await shown("0198c")).toContain("1 faultbox: several records match");
    expect(await shown("nothing")).toContain('1 faultbox: no record matches "nothing"');
    const id = (await ask("list")).stdout.split("\n")[1]?.split(/ +/)[1] ?? "";
    expect(await shown(id)).toBe("second");
  });

  test("show ends with the command for the whole log on a line of its own, and tells when that changed or is gone", async () => {
    const log = join(faultbox.directory(), "it's the log");
    fs.writeFileSync(log, "all of it\n");
    fs.writeFileSync(
      join(faultbox.directory(), "err.txt"),
      `${Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join("\n")}\n`,
    );
    await faultbox.run(observed(logOf(faultbox), "--diagnostics", log, "--stderr-excerpt-file", "err.txt"));
    const lines = (await ask("show")).stdout.trimEnd().split("\n");
    expect(lines.slice(-28, -3)).toEqual(Array.from({ length: 25 }, (_, index) => `line ${76 + index}`));
    expect(lines.slice(-3, -1)).toEqual(["", "The whole log:"]);
    const command = String(lines.at(-1)).replace("less", "cat");
    expect((await faultbox.shell(command)).stdout).toBe("all of it\n");
    expect(lines.join("\n")).toContain("(10 bytes, as recorded)");
    fs.writeFileSync(log, "ALL OF IT\n");
    expect((await ask("show")).stdout).toContain(
      "CHANGED since it was recorded: it had 10 bytes and sha256 ",
    );
    expect(JSON.parse((await ask("show", "--json")).stdout).diagnosticsState).toBe("changed");
    fs.rmSync(log);
    const gone = (await ask("show")).stdout;
    expect([gone.includes("(MISSING)"), gone.includes("The whole log:")]).toEqual([true, false]);
  });

  test("show names the file with the whole text of a record that was cut", async () => {
    await faultbox.run(observed(logOf(faultbox), "--message-file", "-"), { stdin: "x".repeat(40_000) });
    const lines = (await ask("show")).stdout.trimEnd().split("\n");
    expect(lines.at(-2)).toBe("The whole text:");
    expect((await faultbox.shell(String(lines.at(-1)).replace("less", "wc -c <"))).stdout.trim()).toBe(
      "40019",
    );
  });

  test("query finds by field, time and text, newest first, and exits 1 when nothing matches", async () => {
    const records = [
      recordOf({ occurredAt: at(1), exitCode: 1, message: "cannot open a.txt" }),
      recordOf({ occurredAt: at(2), exitCode: 137, errorType: "contract-violation", message: 'said "no"\n' }),
      recordOf({ occurredAt: at(3), exitCode: 2, message: "cannot open b.txt" }),
    ];
    write(...records);
    const found = async (...words: string[]) => {
      const ran = await ask("query", ...words, "--json");
      return [ran.code, ...JSON.parse(ran.stdout).map(({ exitCode }: ErrorRecord) => exitCode)];
    };
    expect(await found("--where", "errorType=cli-failure")).toEqual([0, 2, 1]);
    expect(await found("--where", "errorType=cli-failure", "--where", "exitCode>1")).toEqual([0, 2]);
    expect(await found("--match", 'said "no"')).toEqual([0, 137]);
    expect(await found("--match", "cannot open", "--limit", "1")).toEqual([0, 2]);
    expect(await found("--since", at(2), "--until", at(3))).toEqual([0, 137]);
    expect(await found("--since", "1h")).toEqual([1]);
    expect(await found("--where", "agent=nobody")).toEqual([1]);
    expect(await found()).toEqual([0, 2, 137, 1]);
    expect((await ask("query", "--match", "b.txt")).stdout).toContain("cannot open b.txt");
  });

  test("groups shows at a glance how often, since when, by whom and how to see the evidence", async () => {
    const now = Date.now();
    const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
    const fourteen = Array.from({ length: 14 }, (_, index) =>
      recordOf({
        fingerprint: fault("a", "cannot open <path>"),
        occurredAt: ago(14 * 60 - index * 60),
        agent: index % 2 ? "codex" : "claude",
      }),
    );
    const withLog = recordOf({
      fingerprint: fault("b"),
      occurredAt: ago(1),
      diagnostics: { path: "/x/y.log", bytes: 1, sha256: null },
    });
    write(...fourteen, withLog);
    const lines = (await ask("groups")).stdout.split("\n");
    expect(lines[0]).toMatch(
      /^14 times since (Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\dZ, last \w{3} .*Z \(60 min ago\) {2}v1:a{16}$/,
    );
    expect(lines.slice(1, 4)).toEqual([
      "  cannot open <path>",
      "  by claude, codex; for example: it failed",
      `faultbox error-log show ${logOf(faultbox)} ${fourteen.at(-1)?.id}`,
    ]);
    expect(lines[5]).toMatch(/^once, .* \(1 min ago\|60 s ago\)|^once, /);
    expect(lines).toContain("less /x/y.log");
    const json = JSON.parse((await ask("groups", "--json", "--limit", "1")).stdout);
    expect(json).toMatchObject([
      {
        fingerprint: `v1:${"a".repeat(16)}`,
        count: 14,
        agents: ["claude", "codex"],
        example: { id: fourteen.at(-1)?.id },
        command: lines[3],
      },
    ]);
    expect(JSON.parse((await ask("groups", "--json", "--since", "90m")).stdout)).toMatchObject([
      { count: 1 },
      { count: 1 },
    ]);
  });

  test("groups --why says what puts a record into its group", async () => {
    await faultbox.run(
      observed(logOf(faultbox), "--exit-code", "3", "--message", "cannot open /a/b/x.txt: 12 bytes"),
    );
    const why = await ask("groups", "--why", "latest");
    expect(why.stdout).toContain(
      "  type       cli-failure\n  ending     exit 3\n  message    cannot open <path>/x.txt: <size>\n",
    );
    await faultbox.run(observed(logOf(faultbox), "--fingerprint", "disk full"));
    expect((await ask("groups", "--why", "latest")).stdout).toContain("given      disk full");
    expect((await ask("groups", "--why", "nothing")).code).toBe(1);
  });

  test("a record that an agent made lets no control, ANSI, OSC or bidirectional character through to a terminal", async () => {
    const evil = "\u001b]0;owned\u0007\u001b[2J\u009b31m red \u202egnp.exe \u2066 \r\n next \u0000";
    fs.writeFileSync(join(faultbox.directory(), "evil"), evil);
    const words = [
      "--agent",
      evil.replaceAll("\0", ""),
      "--command",
      evil.replaceAll("\0", ""),
      "--attribute",
      `a=${evil.replaceAll("\0", "")}`,
    ];
    await faultbox.run(
      observed(logOf(faultbox), "--message-file", "evil", "--stderr-excerpt-file", "evil", ...words),
    );
    expect(fs.readFileSync(logOf(faultbox), "utf8")).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/,
    );
    for (const command of ["list", "show", "query", "groups", "stats"]) {
      const { stdout } = await ask(command);
      expect(stdout).toContain("red");
      expect(stdout).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
      );
    }
    const [raw] = JSON.parse((await ask("list", "--json")).stdout);
    expect([raw.message, raw.stderrExcerpt]).toEqual([
      evil.replace("\0", "\\x00"),
      evil.replace("\0", "\\x00"),
    ]);
  });

  test("a log or a sidecar that somebody else wrote, with such characters in every text of it, lets none through either", async () => {
    const evil = "\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egnp\u2066\u007f\u2028\r\n\u0000";
    const marked = (value: unknown): unknown =>
      typeof value === "string"
        ? `red${evil}`
        : value !== null && typeof value === "object"
          ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item)]))
          : value;
    const record = recordOf({
      ...{ signal: "x", tool: "x", command: "x", model: "x", stderrExcerpt: "x" },
      diagnostics: { path: "/x", bytes: 1, sha256: "x" },
    });
    const hostile = { ...(marked(record) as object), attributes: { [`red${evil}`]: evil } };
    const rows = [hostile, { ...hostile, schemaVersion: 2 }];
    fs.writeFileSync(logOf(faultbox), `${rows.map((row) => JSON.stringify(row)).join("\n")}\nred${evil}\n`);
    const sidecar = join(faultbox.directory(), "sidecar.json");
    fs.writeFileSync(
      sidecar,
      JSON.stringify({ schemaVersion: 1, errors: [{ [`red${evil}`]: 1, errorType: `red${evil}` }] }),
    );
    const commands = [
      ...["list", "show", "query", "groups", "stats", "verify"].map((name) => [name, logOf(faultbox)]),
      ["groups", logOf(faultbox), "--why", "latest"],
      ["follow", logOf(faultbox), "--all", "--limit", "1"],
      fromWorker(sidecar, logOf(faultbox)).slice(1),
    ].map((words) => ["error-log", ...words]);
    for (const words of [...commands, ["sidecar", "validate", "--sidecar", sidecar]]) {
      const { stdout, stderr } = await faultbox.run(words);
      expect([words[1], stdout + stderr]).toEqual([words[1], expect.stringContaining("red")]);
      expect(stdout + stderr).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/,
      );
    }
  });

  test("a record of a later version is listed, shown and counted as far as it is known", async () => {
    const newer = {
      id: "0199-newer",
      schemaVersion: 2,
      recordedAt: at(1),
      message: "from the future",
      agent: "codex",
      extra: [1],
    };
    write(newer, recordOf());
    expect((await ask("list")).stdout).toContain("from the future");
    expect((await ask("show", "0199-newer")).stdout).toContain("of a newer version");
    expect(JSON.parse((await ask("show", "0199-newer", "--json")).stdout)).toMatchObject(newer);
    expect(JSON.parse((await ask("stats", "--json")).stdout)).toMatchObject({ records: 2, newer: 1 });
    const before = fs.readFileSync(logOf(faultbox), "utf8").split("\n")[0];
    await ask("prune", "--max-records", "0");
    expect(fs.readFileSync(logOf(faultbox), "utf8").split("\n")[0]).toBe(before);
  });

  test("stats, verify, cat and prune say what there is", async () => {
    write(recordOf(), "garbage", recordOf({ agent: "claude" }));
    expect((await ask("stats")).stdout).toMatch(
      /^2 records, from .*\nby type\n +2 {2}cli-failure\nby agent\n/,
    );
    const verified = await ask("verify", "--json");
    expect([verified.code, JSON.parse(verified.stdout)]).toMatchObject([
      1,
      [{ records: 2, badLines: 1, problems: [{ line: 2 }] }],
    ]);
    expect((await ask("cat")).stdout).toBe(fs.readFileSync(logOf(faultbox), "utf8"));
    expect((await ask("cat", "--valid")).stdout).toBe(
      fs.readFileSync(logOf(faultbox), "utf8").replace("garbage\n", ""),
    );
    expect(JSON.parse((await ask("cat", "--json")).stdout)).toHaveLength(2);
    const dry = await ask("prune", "--max-records", "1", "--dry-run", "--json");
    expect(JSON.parse(dry.stdout)).toMatchObject([{ removed: 1, kept: 1 }]);
    expect((await ask("prune", "--max-records", "1")).stdout).toMatch(/^removed 1 record \(/);
    const repaired = await ask("repair", "--json");
    expect(JSON.parse(repaired.stdout)).toMatchObject([{ changed: true, quarantinedLines: 1 }]);
    expect((await faultbox.shell("jq -e . errors.jsonl")).code).toBe(0);
    expect((await ask("verify")).code).toBe(0);
    expect((await ask("repair")).stdout).toContain("nothing to repair");
  });

  test("what waits is told by those who ask, and merge takes it in", async () => {
    write(recordOf());
    fs.mkdirSync(`${logOf(faultbox)}.pending`, { mode: 0o700 });
    fs.writeFileSync(
      `${logOf(faultbox)}.pending/019b92ca0000-0000-x.json`,
      `${JSON.stringify(recordOf())}\n`,
    );
    expect((await ask("list")).stderr).toContain("1 more wait to be taken in (faultbox error-log merge");
    const merged = await ask("merge", "--json");
    expect(JSON.parse(merged.stdout)).toEqual([{ path: logOf(faultbox), taken: 1, refused: [] }]);
    expect(JSON.parse((await ask("list", "--json")).stdout)).toHaveLength(2);
  });

  test("follow prints a line for each new record, and ends after so many", async () => {
    write(recordOf({ message: "old" }));
    const append = observed(logOf(faultbox), "--message", "new")
      .map((word) => `'${word}'`)
      .join(" ");
    const ran = await faultbox.shell(
      `$F error-log follow errors.jsonl --all --limit 3 --json >out & p=$!; until [ -s out ]; do sleep 0.05; done; $F ${append}; $F ${append}; wait $p; jq -r .message out`,
    );
    expect(ran.stdout).toBe("old\nnew\nnew\n");
    expect((await ask("follow", "--all", "--limit", "1")).stdout).toMatch(
      /Z {2}cli-failure {2}codex {2}exit 1 {2}old\n$/,
    );
  });
});
