import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { fromWorker, observed, records, unlogged } from "./error-log.ts";
import { eachWay } from "./support.ts";

const entry = { errorType: "tool-failure", message: "no such tool" };
const sidecarOf = (...errors: unknown[]) => JSON.stringify({ schemaVersion: 1, errors });

/** What the sidecar holds, and what the message must say. */
const badSidecars: ReadonlyArray<readonly [string, string | Uint8Array, string]> = [
  [
    "a field that only the merge may write",
    sidecarOf({ ...entry, taskKey: "T" }),
    "/errors/0/taskKey: a worker must not write it",
  ],
  [
    "a cli-failure",
    sidecarOf({ ...entry, errorType: "cli-failure" }),
    '/errors/0/errorType: Give "tool-failure", not "cli-failure"',
  ],
  ["a number as text", sidecarOf({ ...entry, exitCode: "1" }), "/errors/0/exitCode: Give a whole number"],
  ["an entry that is no object", sidecarOf("text"), "/errors/0: Give an object"],
  ["half of itself", sidecarOf(entry).slice(0, -10), "it is truncated"],
  ["no JSON", "not JSON at all", "it is not JSON"],
  ["another version", '{"schemaVersion":2,"errors":[]}', "/schemaVersion: Give 1, not 2"],
  ["deep nesting", `{"schemaVersion":1,"errors":${"[".repeat(200_000)}`, "nested more than 32 levels deep"],
  [
    "deep nesting in an entry",
    sidecarOf({ ...entry, x: JSON.parse("[".repeat(100) + "]".repeat(100)) }),
    "nested more than 32 levels",
  ],
  ["bytes that are not UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d), "it is not UTF-8"],
  ["50 MB", sidecarOf({ ...entry, message: "x".repeat(50_000_000) }), "more than 16000000"],
];

const badOut: ReadonlyArray<readonly [string, (directory: string) => string, number, string]> = [
  ["relative", () => "errors.jsonl", 2, "it is relative; give the absolute path"],
  ["empty", () => "", 2, "Give --out an absolute path"],
  ["a directory", (directory) => directory, 74, "it is a directory (EISDIR)"],
  ["a symbolic link", (directory) => join(directory, "link"), 74, "it is a symbolic link (ELOOP)"],
  ["a dangling link", (directory) => join(directory, "dangling"), 74, "it is a symbolic link (ELOOP)"],
  ["a fifo", (directory) => join(directory, "fifo"), 74, "it is not a regular file"],
  ["a socket", (directory) => join(directory, "socket"), 74, "it is not a regular file"],
  ["a device", () => "/dev/null", 74, "it is not a regular file"],
  ["a full device", () => "/dev/full", 74, "it is not a regular file"],
  ["a file with two names", (directory) => join(directory, "target"), 74, "it has 2 names (hard links)"],
  [
    "in a missing directory",
    (directory) => join(directory, "missing/errors.jsonl"),
    2,
    "there is no directory",
  ],
  ["below a file", (directory) => join(directory, "sidecar.json/errors.jsonl"), 2, "there is no directory"],
  ["with a placeholder", (directory) => join(directory, "<task>.jsonl"), 2, "it still holds a placeholder"],
  ["with a template", (directory) => join(directory, "{{RUN_ID}}.jsonl"), 2, "it still holds a placeholder"],
  [
    "with a name of 300 characters",
    (directory) => join(directory, "x".repeat(300)),
    74,
    "the name is too long (ENAMETOOLONG)",
  ],
];

const badObserved: ReadonlyArray<readonly [string, readonly string[], string]> = [
  [
    "an unknown error type",
    ["--error-type", "tool-failure"],
    '/errorType: Give --error-type as cli-failure or contract-violation, not "tool-failure"',
  ],
  ["an empty task key", ["--task-key", ""], "/taskKey: Give --task-key"],
  ["an exit code that is no number", ["--exit-code", "one"], "/exitCode: Give --exit-code as a number"],
  ["a signal that nobody knows", ["--signal", "SIGNONE"], "/signal: Give a signal by its name or number"],
  ["a time that is none", ["--occurred-at", "soon"], "/occurredAt: Give a time in ISO 8601"],
  ["a junk duration", ["--duration-ms", "1s"], "/durationMs: Give --duration-ms"],
  ["an attribute with an odd name", ["--attribute", "a b=c"], "/attributes: Give at most 32 attributes"],
];

eachWay(
  "faultbox error-log, given bad input,",
  (faultbox) => {
    function prepare(): string {
      const directory = faultbox.directory();
      const at = (name: string) => join(directory, name);
      fs.writeFileSync(at("target"), "kept\n");
      fs.linkSync(at("target"), at("hard"));
      fs.symlinkSync(at("target"), at("link"));
      fs.symlinkSync(at("nowhere"), at("dangling"));
      Bun.spawnSync(["mkfifo", at("fifo")]);
      Bun.spawnSync([
        "python3",
        "-c",
        "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])",
        at("socket"),
      ]);
      fs.writeFileSync(at("sidecar.json"), sidecarOf(entry));
      return directory;
    }

    /** Names and contents, so that a change anywhere is seen. */
    const contents = (directory: string) =>
      fs
        .readdirSync(directory)
        .map(
          (name) =>
            `${name}: ${fs.statSync(join(directory, name), { throwIfNoEntry: false })?.isFile() ? fs.readFileSync(join(directory, name), "utf8") : ""}`,
        );

    test.each(badOut)(
      "refuses an --out that is %s, writes nothing and prints the record",
      async (_, out, code, words) => {
        const directory = prepare();
        const before = contents(directory);
        const begin = performance.now();
        const appended = await faultbox.run(observed(out(directory), "--message", "it failed"));
        expect(performance.now() - begin).toBeLessThan(4000);
        expect([appended.code, appended.stdout]).toEqual([code, ""]);
        expect(appended.stderr).toContain(words);
        expect(unlogged(appended.stderr)).toMatchObject([
          { message: "it failed", errorType: "cli-failure", taskKey: "T-1" },
        ]);
        const merged = await faultbox.run(fromWorker(join(directory, "sidecar.json"), out(directory)));
        expect([merged.code, merged.stderr.includes(words)]).toEqual([code, true]);
        expect(unlogged(merged.stderr)).toMatchObject([
          { message: "no such tool", errorType: "tool-failure", taskKey: "T-1" },
        ]);
        expect(contents(directory)).toEqual(before);
      },
    );

    test.each(badObserved)(
      "refuses %s with 65, names the field, writes nothing and prints what it was given",
      async (_, words, message) => {
        const out = join(faultbox.directory(), "errors.jsonl");
        const ran = await faultbox.run(observed(out, "--message", "it failed", ...words));
        expect([ran.code, ran.stdout]).toEqual([65, ""]);
        expect(ran.stderr).toContain(message);
        expect(unlogged(ran.stderr)).toMatchObject([{ message: "it failed", agent: "codex" }]);
        expect(fs.readdirSync(faultbox.directory())).toEqual([]);
      },
    );

    test("refuses a record without a task key and everything else that it needs, each by its field", async () => {
      const ran = await faultbox.run([
        "error-log",
        "append-observed",
        "--out",
        join(faultbox.directory(), "e.jsonl"),
      ]);
      expect(ran.code).toBe(65);
      for (const field of ["taskKey", "phase", "agent", "agentRole", "errorType"])
        expect(ran.stderr).toContain(`/${field}: Give --`);
    });

    test.each(badSidecars)(
      "refuses a sidecar that holds %s with 65, and writes nothing",
      async (_, content, message) => {
        const directory = faultbox.directory();
        const [sidecar, out] = [join(directory, "sidecar.json"), join(directory, "errors.jsonl")];
        fs.writeFileSync(sidecar, content);
        const ran = await faultbox.run(fromWorker(sidecar, out));
        expect([ran.code, ran.stdout]).toEqual([65, ""]);
        expect(ran.stderr).toContain(message);
        expect(ran.stderr).toContain(sidecar);
        expect(fs.readdirSync(directory)).toEqual(["sidecar.json"]);
      },
    );

    test("refuses a sidecar that is no file with 74, and one whose path cannot be meant with 2", async () => {
      const directory = prepare();
      const out = join(directory, "errors.jsonl");
      const codes = [];
      fs.symlinkSync("round", join(directory, "round"));
      const paths = [directory, join(directory, "fifo"), join(directory, "round")];
      for (const path of [...paths, "sidecar.json", "/x/<worker>.json"]) {
        codes.push((await faultbox.run(fromWorker(path, out))).code);
      }
      expect(codes).toEqual([74, 74, 74, 2, 2]);
      expect(fs.existsSync(out)).toBe(false);
    });

    test("refuses to read a log that is no file, or cannot be reached, with 74 and its path", async () => {
      const directory = prepare();
      fs.symlinkSync("round", join(directory, "round"));
      const names = ["fifo", "socket", "round", "x".repeat(300), "."];
      const commands = ["list", "query", "show", "groups", "follow", "stats", "verify", "repair", "cat"];
      for (const command of commands) {
        for (const name of names) {
          const ran = await faultbox.run(["error-log", command, join(directory, name)]);
          expect([command, name, ran.code, ran.stdout]).toEqual([command, name, 74, ""]);
          expect(ran.stderr).toMatch(/^faultbox: Cannot read ".*": [^\n]+\n$/);
        }
      }
      const pruned = await faultbox.run([
        ...["error-log", "prune", join(directory, "x".repeat(300)), "--max-records", "1"],
      ]);
      expect([pruned.code, pruned.stderr]).toEqual([74, expect.stringContaining("(ENAMETOOLONG)")]);
    });

    test("a log whose name leaves no room for a pending folder takes records all the same", async () => {
      const out = join(faultbox.directory(), "x".repeat(255));
      expect(await faultbox.run(observed(out, "--message", "first"))).toMatchObject({ code: 0, stderr: "" });
      expect((await faultbox.run(["error-log", "merge", out])).code).toBe(0);
      expect(records(out)).toHaveLength(1);
    });

    test("takes a sidecar of no bytes as one without entries", async () => {
      const directory = faultbox.directory();
      fs.writeFileSync(join(directory, "sidecar.json"), "");
      const ran = await faultbox.run(
        fromWorker(join(directory, "sidecar.json"), join(directory, "errors.jsonl")),
      );
      expect(ran.code).toBe(0);
    });

    test.each([
      [["error-log"], "Give a command: faultbox error-log append-observed|"],
      [["error-log", "lst"], 'Unknown command "lst"; did you mean "list"?'],
      [["error-log", "list"], "Give FILE"],
      [["error-log", "list", "e.jsonl", "--limit", "x"], "Give --limit as a number"],
      [["error-log", "query", "e.jsonl", "--where", "errorTyp=x"], 'did you mean "errorType"?'],
      [["error-log", "query", "e.jsonl", "--since", "soon"], "Give --since as a duration or a time"],
      [["error-log", "prune", "e.jsonl"], "Give a limit: --max-records, --max-bytes or --max-age"],
      [["error-log", "prune", "e.jsonl", "--max-bytes", "much"], "Give --max-bytes as a size"],
      [["error-log", "prune", "e.jsonl", "--max-age", "long"], "Give --max-age as a duration"],
      [["error-log", "append-observed", "--eror-type", "x"], "did you mean --error-type?"],
      [["error-log", "hook", "bash"], "Give --out (or FAULTBOX_ERRORS_LOG) an absolute path"],
      [["failures", "prune"], "Give a limit: --max-count, --max-bytes or --max-age"],
      [["sidecar", "append"], "Give --sidecar an absolute path"],
      [["schema"], "Give FORMAT"],
      [["schema", "eror-record"], 'Unknown format "eror-record"; did you mean "error-record"?'],
    ])("%j is refused with 2", async (words, message) => {
      const ran = await faultbox.run(words);
      expect([ran.code, ran.stdout]).toEqual([2, ""]);
      expect(ran.stderr).toContain(message);
    });

    test("reads what is there beside what is bad", async () => {
      const directory = faultbox.directory();
      const out = join(directory, "errors.jsonl");
      fs.writeFileSync(join(directory, "sidecar.json"), sidecarOf(entry, { ...entry, id: "x" }));
      await faultbox.run(fromWorker(join(directory, "sidecar.json"), out));
      expect(records(out)).toHaveLength(1);
    });
  },
  ["compiled"],
);
