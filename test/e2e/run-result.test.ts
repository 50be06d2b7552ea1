import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { child, keptNames, readFile, runToOutcome, writeFile } from "./run-outcome.ts";
import { eachWay, onlyLog } from "./support.ts";

const flags = ["--result", "result.json"];

/** A program that writes this text as its result and exits with that code. */
function writes(text: string, code = 0): readonly string[] {
  return ["sh", "-c", `printf %s "$0" >result.json; exit ${code}`, text];
}

eachWay("faultbox run --result", (faultbox) => {
  test.each(['{"success": true}', '{"result": {"success": true}, "other": 1}', '\ufeff{"success": true}'])(
    "takes %s for a success",
    async (text) => {
      const { code, outcome } = await runToOutcome(faultbox, { flags, program: writes(text) });
      expect([code, outcome.success, outcome.resultState]).toEqual([0, true, "present"]);
    },
  );

  test("fails with 1 a program that exits 0 and says success: false", async () => {
    const text =
      '{"result": {"success": false, "failure_category": "no_changes", "failure_reason": "nothing to do"}}';
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: writes(text) });
    expect([code, outcome.status, outcome.failureCategory]).toEqual([1, "failed", "no_changes"]);
    expect(outcome.failureReason).toStartWith("nothing to do [diagnostics: /");
    expect(outcome.attempts[0]?.exitCode).toBe(0);
  });

  test("fails a program that exits 1, although its result says success", async () => {
    const text = '{"success": true, "status": "all good", "failure_reason": ""}';
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: writes(text, 1) });
    expect([code, outcome.success, outcome.status]).toEqual([1, false, "failed"]);
    expect(outcome.failureCategory).toBe("exit_nonzero");
    expect(outcome.failureReason).toStartWith("execution failed [diagnostics: ");
  });

  test.each([
    ["", "empty", "result_empty"],
    [" \n\t\n", "empty", "result_empty"],
    ['{"success": fal', "truncated", "result_invalid"],
    ['{"result": {"success": true', "truncated", "result_invalid"],
    ["all went well", "invalid", "result_invalid"],
    ["[]", "not_object", "result_invalid"],
    ["null", "not_object", "result_invalid"],
    ["3", "not_object", "result_invalid"],
    ['{"result": null}', "not_object", "result_invalid"],
    ['{"result": [1]}', "not_object", "result_invalid"],
    ["{}", "present", "result_invalid"],
    ['{"success": "yes"}', "present", "result_invalid"],
  ] as const)("does not crash at %j: the state is %s", async (text, state, category) => {
    const ended = await runToOutcome(faultbox, { flags, program: writes(text) });
    expect([ended.code, ended.outcome.resultState, ended.outcome.failureCategory]).toEqual([
      1,
      state,
      category,
    ]);
    expect([ended.outcome.status, ended.stderr]).toEqual(["failed", ""]);
    const failed = await runToOutcome(faultbox, { flags, program: writes(text, 5) });
    expect([failed.code, failed.outcome.resultState, failed.outcome.failureCategory]).toEqual([
      5,
      state,
      "exit_nonzero",
    ]);
    expect(keptNames(faultbox)).toHaveLength(4);
  });

  test("does not take an exit code of 124 with an empty result for a kill", async () => {
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: writes("", 124) });
    expect([code, outcome.failureCategory, outcome.resultState]).toEqual([124, "exit_nonzero", "empty"]);
    expect([outcome.signal, outcome.status]).toEqual([null, "failed"]);
  });

  test("tells a SIGKILL with an empty result for what it is", async () => {
    const program = ["sh", "-c", ": >result.json; kill -KILL $$"];
    const { code, outcome } = await runToOutcome(faultbox, { flags, program });
    expect([code, outcome.failureCategory, outcome.signal]).toEqual([137, "killed", "SIGKILL"]);
    expect(outcome.resultState).toBe("empty");
  });

  test("does not fail a success without a result file, but with --require-result it does", async () => {
    const without = await runToOutcome(faultbox, { flags, program: ["true"] });
    expect([without.code, without.outcome.resultState]).toEqual([0, "absent"]);
    const required = await runToOutcome(faultbox, {
      flags: [...flags, "--require-result"],
      program: ["true"],
    });
    expect([required.code, required.outcome.failureCategory]).toEqual([1, "result_missing"]);
  });

  test("takes a result file from before the attempt for absent", async () => {
    writeFile(
      faultbox,
      "result.json",
      '{"success": false, "failure_category": "backend_error", "status": "old"}',
    );
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: ["sh", "-c", "exit 4"] });
    expect([code, outcome.resultState, outcome.failureCategory]).toEqual([4, "absent", "exit_nonzero"]);
    expect(outcome.result).toBeNull();
    expect(onlyLog(faultbox.directory())).toContain(
      "# (absent: it has not changed since before the attempt)",
    );
  });

  test("reads a result file that is written anew with the same bytes", async () => {
    writeFile(faultbox, "result.json", '{"success": false}');
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: writes('{"success": false}') });
    expect([code, outcome.resultState]).toEqual([1, "present"]);
  });

  test("keeps a result with a lone surrogate in its reason", async () => {
    const text = '{"success": false, "failure_reason": "bad \\ud800 character"}';
    const { code, outcome } = await runToOutcome(faultbox, { flags, program: writes(text, 1) });
    expect([code, outcome.status]).toEqual([1, "failed"]);
    expect(outcome.failureReason).toStartWith("bad ");
    expect(onlyLog(faultbox.directory())).toContain("\\ud800 character");
  });

  test("keeps a result file that is a directory or not UTF-8 from crashing anything", async () => {
    const directory = await runToOutcome(faultbox, {
      flags,
      program: ["sh", "-c", "mkdir result.json; exit 3"],
    });
    expect([directory.code, directory.outcome.resultState]).toEqual([3, "invalid"]);
    const program = ["sh", "-c", 'printf \'{"success": false, "status": "caf\\351"}\' >r; exit 3'];
    const latin = await runToOutcome(faultbox, { flags: ["--result", "r"], program });
    expect([latin.code, latin.outcome.resultState]).toEqual([3, "present"]);
  });

  test("gives the status as the reason where there is no reason", async () => {
    const { outcome } = await runToOutcome(faultbox, {
      flags,
      program: writes('{"success": false, "status": "half done"}', 1),
    });
    expect(outcome.failureReason).toStartWith("half done [diagnostics: ");
  });

  test("says execution failed where there is neither reason nor status", async () => {
    const { outcome } = await runToOutcome(faultbox, { flags, program: writes('{"success": false}', 1) });
    expect(outcome.failureReason).toStartWith("execution failed [diagnostics: ");
  });

  test("does not enrich a reason twice", async () => {
    const reason = "no route [diagnostics: /old/goal-1.log]\n--- executor tail ---\nold tail";
    const program = writes(JSON.stringify({ success: false, failure_reason: reason }), 1);
    const { outcome } = await runToOutcome(faultbox, { flags, program });
    expect(outcome.failureReason?.split("[diagnostics: ")).toHaveLength(2);
    expect(outcome.failureReason).toStartWith(`no route [diagnostics: ${outcome.diagnostics.path}]`);
    expect(outcome.failureReason).not.toContain("old tail");
  });

  test("does not read a category back from the tail", async () => {
    const program = ["sh", "-c", "echo 'failure_category: backend_error, connection refused' >&2; exit 1"];
    const { outcome } = await runToOutcome(faultbox, { flags, program });
    expect(outcome.failureCategory).toBe("exit_nonzero");
    expect(outcome.attempts).toHaveLength(1);
    expect(outcome.failureReason).toContain("backend_error");
  });

  test("writes the reason back with --annotate-result, and keeps everything else", async () => {
    const before = {
      version: 7,
      result: { success: false, failure_reason: "old words", list: [1, { deep: "é" }] },
      last: null,
    };
    const program = [
      "sh",
      "-c",
      'printf %s "$0" >result.json; ls -i result.json >inode; exit 1',
      JSON.stringify(before),
    ];
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: [...flags, "--annotate-result"],
      program,
    });
    expect(code).toBe(1);
    expect(JSON.parse(readFile(faultbox, "result.json"))).toEqual({
      ...before,
      result: { ...before.result, failure_reason: outcome.failureReason },
    });
    expect(outcome.failureReason).toStartWith(`old words [diagnostics: ${outcome.diagnostics.path}]`);
    // Replaced, not rewritten in place: another inode, and nothing is left beside it.
    expect(fs.statSync(`${faultbox.directory()}/result.json`).ino).not.toBe(
      Number.parseInt(readFile(faultbox, "inode"), 10),
    );
    expect(fs.readdirSync(faultbox.directory()).sort()).toEqual([
      "inode",
      "logs",
      "outcome.json",
      "result.json",
    ]);
  });

  test("leaves the result file of a success alone with --annotate-result", async () => {
    const { code } = await runToOutcome(faultbox, {
      flags: [...flags, "--annotate-result"],
      program: writes('{"success":true}'),
    });
    expect([code, readFile(faultbox, "result.json")]).toEqual([0, '{"success":true}']);
  });

  test("says in the outcome that a result which is no object was not annotated", async () => {
    const { code, outcome } = await runToOutcome(faultbox, {
      flags: [...flags, "--annotate-result"],
      program: writes("[1", 1),
    });
    expect([code, readFile(faultbox, "result.json")]).toEqual([1, "[1"]);
    expect(outcome.notes.join()).toContain("not annotated");
  });

  test("annotates with the last attempt's reason after a retry", async () => {
    const { outcome } = await runToOutcome(faultbox, {
      flags: [...flags, "--annotate-result", "--retry-delay", "10ms"],
      program: child("fails-differently-each-time"),
    });
    const { failure_reason } = JSON.parse(readFile(faultbox, "result.json"));
    expect(failure_reason).toBe(outcome.failureReason);
    expect(failure_reason).toStartWith("two tests fail [diagnostics: ");
  });
});
