import { afterAll, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unjudged } from "../../src/core/redactor.ts";
import { saveDiagnostics } from "../../src/diagnostics/save.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { evidenceOf, failedOutcome, outputCause, redactorOf } from "./sample.ts";

const made: string[] = [];

afterAll(() => {
  for (const directory of made) fs.rmSync(directory, { recursive: true, force: true });
});

function freshDirectory(): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-save-"));
  made.push(directory);
  return directory;
}

const evidence = [evidenceOf("out\n", "err\n")];

function save(directory: string, draft = failedOutcome(), system = bunSystem) {
  return saveDiagnostics(draft, evidence, { directory, redactor: redactorOf(), system });
}

const indexOf = (directory: string) => fs.readFileSync(join(directory, "index.jsonl"), "utf8").split("\n");
const modeOf = (path: string) => fs.statSync(path).mode & 0o777;

test("saveDiagnostics() writes the log, the outcome beside it and a line of the index", async () => {
  const directory = join(freshDirectory(), "logs/local/failures");
  const saved = await save(directory);
  expect(fs.readdirSync(directory).sort()).toEqual([
    ".gitignore",
    "goal-1234abcd.json",
    "goal-1234abcd.log",
    "index.jsonl",
  ]);
  const log = fs.readFileSync(join(directory, "goal-1234abcd.log"));
  expect(log.toString()).toStartWith("# role=goal task=1234abcd returncode=1\n");
  expect(log.toString()).toContain(
    "# === stderr ===\nerr\n# === stdout ===\nout\n# === result.json ===\n# (absent",
  );
  expect(saved.diagnostics).toEqual({
    path: join(directory, "goal-1234abcd.log"),
    bytes: log.length,
    sha256: new Bun.CryptoHasher("sha256").update(log).digest("hex"),
    state: "written",
  });
  expect(JSON.parse(fs.readFileSync(join(directory, "goal-1234abcd.json"), "utf8"))).toEqual(saved);
  expect(indexOf(directory)[0]).toStartWith(`{"executionId":"${saved.executionId}","name":"goal-1234abcd"`);
});

test("saveDiagnostics() enriches the reason with the path and the tail", async () => {
  const directory = freshDirectory();
  const { failureReason, tail } = await save(directory);
  expect(tail).toBe("err\nout");
  expect(failureReason).toBe(
    `execution failed [diagnostics: ${directory}/goal-1234abcd.log]\n--- executor tail ---\nerr\nout`,
  );
});

test("saveDiagnostics() makes files 0600 and directories 0700", async () => {
  const root = freshDirectory();
  const directory = join(root, "logs/local/failures");
  await save(directory);
  const directories = ["logs", "logs/local", "logs/local/failures"].map((name) => modeOf(join(root, name)));
  expect(directories).toEqual([0o700, 0o700, 0o700]);
  for (const name of ["goal-1234abcd.log", "goal-1234abcd.json", "index.jsonl"])
    expect(modeOf(join(directory, name))).toBe(0o600);
});

test("saveDiagnostics() puts a .gitignore only into a directory that it made", async () => {
  const given = freshDirectory();
  await save(given);
  expect(fs.existsSync(join(given, ".gitignore"))).toBe(false);
  const own = join(given, "failures");
  await save(own);
  expect(fs.readFileSync(join(own, ".gitignore"), "utf8")).toBe("*\n");
});

test("saveDiagnostics() never overwrites an earlier failure of the same name", async () => {
  const directory = freshDirectory();
  const paths: Array<string | null> = [];
  for (let number = 0; number < 3; number++) paths.push((await save(directory)).diagnostics.path);
  expect(paths).toEqual(["", ".2", ".3"].map((suffix) => join(directory, `goal-1234abcd${suffix}.log`)));
  expect(indexOf(directory).filter((line) => line !== "")).toHaveLength(3);
});

test("saveDiagnostics() leaves a name alone whose log is gone but whose outcome is there", async () => {
  const directory = freshDirectory();
  await save(directory);
  fs.unlinkSync(join(directory, "goal-1234abcd.log"));
  expect((await save(directory)).diagnostics.path).toEndWith("goal-1234abcd.2.log");
});

test("saveDiagnostics() twice at once gives two names", async () => {
  const directory = join(freshDirectory(), "failures");
  const saved = await Promise.all([save(directory), save(directory), save(directory)]);
  expect(new Set(saved.map(({ diagnostics }) => diagnostics.path)).size).toBe(3);
  for (const { diagnostics } of saved) {
    const beside = diagnostics.path?.replace(/log$/, "json") ?? "";
    expect(JSON.parse(fs.readFileSync(beside, "utf8")).diagnostics.path).toBe(diagnostics.path);
  }
  expect(indexOf(directory).filter((line) => line !== "")).toHaveLength(3);
});

test("saveDiagnostics() takes its directories away again when nothing was kept, and says why", async () => {
  const root = freshDirectory();
  const directory = join(root, "logs/local/failures");
  const createNew: typeof bunSystem.files.createNew = (path, mode) => {
    if (path.endsWith(".log")) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    return bunSystem.files.createNew(path, mode);
  };
  const full = { ...bunSystem, files: { ...bunSystem.files, createNew } };
  const saved = await save(directory, failedOutcome({ notes: ["earlier"] }), full);
  expect(fs.readdirSync(root)).toEqual([]);
  expect(saved.diagnostics).toEqual({ path: null, bytes: 0, sha256: null, state: "failed" });
  expect(saved.failureReason).toBe("execution failed");
  expect(saved.notes).toEqual([
    "earlier",
    `the diagnostics could not be written to "${directory}": no space left on device (ENOSPC)`,
  ]);
});

test("saveDiagnostics() leaves a directory that was there, and what is in it", async () => {
  const directory = freshDirectory();
  fs.writeFileSync(join(directory, "mine"), "");
  const createNew = () => {
    throw Object.assign(new Error("read-only"), { code: "EROFS" });
  };
  await save(directory, failedOutcome(), { ...bunSystem, files: { ...bunSystem.files, createNew } });
  expect(fs.readdirSync(directory)).toEqual(["mine"]);
});

test("saveDiagnostics() where a file stands in the way keeps the reason and never throws", async () => {
  const file = join(freshDirectory(), "file");
  fs.writeFileSync(file, "");
  const saved = await save(join(file, "failures"));
  expect(saved.diagnostics.state).toBe("failed");
  expect(saved.notes[0]).toContain(`"${file}/failures"`);
});

test("saveDiagnostics() keeps the log when the index cannot be written, with a note", async () => {
  const directory = freshDirectory();
  fs.mkdirSync(join(directory, "index.jsonl"));
  const saved = await save(directory);
  expect(saved.diagnostics.state).toBe("written");
  expect(saved.notes).toEqual([`Cannot append to "${directory}/index.jsonl": it is a directory (EISDIR)`]);
});

test("saveDiagnostics() masks a secret in both files, and counts it by name and stream", async () => {
  const directory = freshDirectory();
  const options = { directory, redactor: redactorOf("s3cret-value"), system: bunSystem };
  const saved = await saveDiagnostics(
    failedOutcome(),
    [evidenceOf("s3cret-value\n", "a s3cret-value and s3cret-value\n")],
    options,
  );
  expect(saved.redactions).toEqual([
    { name: "KEY", stream: "stdout", count: 1 },
    { name: "KEY", stream: "stderr", count: 2 },
  ]);
  expect(fs.readFileSync(join(directory, "goal-1234abcd.log"), "utf8")).toContain(
    "# redacted: KEY once on stdout, KEY twice on stderr\n",
  );
  for (const name of fs.readdirSync(directory))
    expect(fs.readFileSync(join(directory, name), "utf8")).not.toContain("s3cret");
});

test("saveDiagnostics() neutralises the tail, which is copied into comments, and not the log", async () => {
  const directory = freshDirectory();
  const saved = await saveDiagnostics(failedOutcome(), [evidenceOf("", "\u001b[31mred\u202e\n")], {
    directory,
    redactor: redactorOf(),
    system: bunSystem,
  });
  expect(saved.tail).toBe("red\\u202e");
  expect(fs.readFileSync(join(directory, "goal-1234abcd.log"), "utf8")).toContain("\u001b[31mred\u202e");
});

test("saveDiagnostics() puts the cause of a failure into the outcome, the header and the index", async () => {
  const directory = freshDirectory();
  const findCause = () => outputCause;
  const options = { directory, redactor: redactorOf(), system: bunSystem, findCause };
  const saved = await saveDiagnostics(failedOutcome(), evidence, options);
  expect(saved.cause).toEqual(outputCause);
  expect(fs.readFileSync(join(directory, "goal-1234abcd.log"), "utf8")).toContain(
    '# cause: "error: no credits left" (output, error-prefix, medium)\n',
  );
  expect(JSON.parse(indexOf(directory)[0] ?? "").cause).toBe("error: no credits left");
});

test("saveDiagnostics() leaves a cause of low confidence out of the index", async () => {
  const directory = freshDirectory();
  const findCause = () => ({ ...outputCause, confidence: "low" as const });
  const options = { directory, redactor: redactorOf(), system: bunSystem, findCause };
  expect((await saveDiagnostics(failedOutcome(), evidence, options)).cause?.confidence).toBe("low");
  expect(JSON.parse(indexOf(directory)[0] ?? "").cause).toBeNull();
});

test("saveDiagnostics() looks for no cause of a success", async () => {
  const success = failedOutcome({ success: true, status: "succeeded", exitCode: 0 });
  const findCause = () => outputCause;
  const options = { directory: freshDirectory(), redactor: redactorOf(), system: bunSystem, findCause };
  expect((await saveDiagnostics(success, evidence, options)).cause).toBeNull();
});

test("saveDiagnostics() notes a search for the cause that breaks down, and keeps the evidence", async () => {
  const findCause = () => {
    throw new Error("lost my way");
  };
  const options = { directory: freshDirectory(), redactor: redactorOf(), system: bunSystem, findCause };
  const saved = await saveDiagnostics(failedOutcome(), evidence, options);
  expect([saved.diagnostics.state, saved.cause]).toEqual(["written", null]);
  expect(saved.notes).toEqual(["the search for the cause broke down: lost my way"]);
});

test("saveDiagnostics() withholds what the redactor cannot judge, and says so", async () => {
  const redactor = {
    ...redactorOf(),
    find: (bytes: Uint8Array) => [{ start: 0, end: bytes.length, name: unjudged }],
  };
  const saved = await saveDiagnostics(failedOutcome(), evidence, {
    directory: freshDirectory(),
    redactor,
    system: bunSystem,
  });
  expect(saved.tail).toBe("[redaction failed: 4 bytes withheld]\n[redaction failed: 4 bytes withheld]");
  expect([saved.redactions, saved.notes]).toEqual([
    [],
    [
      "what was kept of stdout could not be redacted, and is withheld",
      "what was kept of stderr could not be redacted, and is withheld",
    ],
  ]);
});
