import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { eachWay } from "./support.ts";

eachWay("faultbox classify", (faultbox) => {
  async function classify(text: string, ...flags: string[]) {
    fs.writeFileSync(join(faultbox.directory(), "result.json"), text);
    const ran = await faultbox.run(["classify", "--result", "result.json", ...flags]);
    expect(ran.stderr).toBe("");
    return [ran.code, ran.stdout.trimEnd()];
  }

  const failure = (category: string, reason: string) =>
    JSON.stringify({ result: { success: false, failure_category: category, failure_reason: reason } });

  test("exits 0 for a transient failure, with the word or shape that decided", async () => {
    expect(await classify(failure("backend_error", "upstream returned 502"))).toEqual([
      0,
      "transient: HTTP status 502",
    ]);
    expect(await classify(failure("timeout", "Connection refused"))).toEqual([
      0,
      'transient: "connection refused"',
    ]);
  });

  test("exits 1 for any other failure, and says why", async () => {
    expect(await classify(failure("backend_error", "line 502 of parser.py"))).toEqual([
      1,
      "not transient: the reason names no passing fault",
    ]);
    expect(await classify(failure("validation_failed", "HTTP 502"))).toEqual([
      1,
      "not transient: category validation_failed is never transient",
    ]);
  });

  test("ignores what enriching added to a reason", async () => {
    const reason = "wrong answer [diagnostics: /x.log]\n--- executor tail ---\nHTTP 502 timeout";
    expect((await classify(failure("backend_error", reason)))[0]).toBe(1);
  });

  test.each([
    ["empty", ""],
    ["truncated", '{"result": {"success": false, "fail'],
    ["invalid", "{oops"],
    ["not_object", '{"result": null}'],
  ])("exits 1 for a result file that is %s", async (state, text) => {
    expect(await classify(text)).toEqual([1, `not transient: the result file is ${state}`]);
  });

  test("exits 1 for a result file that is absent", async () => {
    const ran = await faultbox.run(["classify", "--result", "missing.json"]);
    expect([ran.code, ran.stdout]).toEqual([1, "not transient: the result file is absent\n"]);
  });

  test("--json is the verdict with the state", async () => {
    const [code, text] = await classify(failure("backend_error", "HTTP 503"), "--json");
    expect(code).toBe(0);
    expect(JSON.parse(String(text))).toEqual({
      transient: true,
      because: "HTTP status 503",
      resultState: "present",
    });
  });
});
