import { afterAll, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  parseResult,
  readResultFile,
  resultBaseline,
  resultFields,
  withFailureReason,
} from "../../src/runner/result-file.ts";
import { bunSystem } from "../../src/system/bun.ts";

const { files } = bunSystem;
const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-result-"));
let count = 0;
const fresh = () => join(directory, `result-${++count}.json`);

afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

function written(content: string | Uint8Array): string {
  const path = fresh();
  fs.writeFileSync(path, content);
  return path;
}

const readNow = (path: string) => readResultFile(path, null, files);

test.each([
  ["empty", ""],
  ["empty", " \n\t\n"],
  ["truncated", "{"],
  ["truncated", '{"success": tr'],
  ["truncated", '{"result": {"success": false, "failure_reason": "conn'],
  ["invalid", "{oops"],
  ["invalid", "Traceback (most recent call last):"],
  ["invalid", '{"success": true}}'],
  ["not_object", "[]"],
  ["not_object", "null"],
  ["not_object", '"done"'],
  ["not_object", "3"],
  ["not_object", '{"result": null}'],
  ["not_object", '{"result": []}'],
  ["present", "{}"],
  ["present", '{"success": true}'],
  ["present", '{"result": {"success": false}}'],
  ["present", '\ufeff{"success": true}'],
])("readResultFile() says %p of %p", (state, text) => {
  expect(readNow(written(text)).state).toBe(state as never);
});

test("readResultFile() keeps the text of a file that is not a result, as evidence", () => {
  expect(readNow(written('{"success": tr'))).toEqual({
    state: "truncated",
    text: '{"success": tr',
    detail: null,
    value: null,
  });
});

test("readResultFile() says absent of a file that is not there, or below a file", () => {
  expect(readNow(join(directory, "missing.json")).state).toBe("absent");
  expect(readNow(join(written("{}"), "result.json")).state).toBe("absent");
});

test("readResultFile() says absent of a file that has not changed since before the attempt", () => {
  const path = written('{"success": true}');
  const baseline = resultBaseline(path, files);
  expect(readResultFile(path, baseline, files)).toMatchObject({
    state: "absent",
    value: null,
    detail: "it has not changed since before the attempt",
  });
});

test("readResultFile() takes a file that was written again, even with the same text", () => {
  const path = written('{"success": true}');
  const baseline = resultBaseline(path, files);
  fs.utimesSync(path, 1, 1);
  expect(readResultFile(path, baseline, files).state).toBe("present");
});

test("readResultFile() takes a file that changed within one tick of the clock", () => {
  const path = written('{"success": true}');
  const status = files.status(path);
  const baseline = { identity: status?.identity ?? "", text: '{"success": null}' };
  expect(readResultFile(path, baseline, files).state).toBe("present");
});

test("readResultFile() takes a file that came where none was", () => {
  const path = fresh();
  const baseline = resultBaseline(path, files);
  fs.writeFileSync(path, '{"success": true}');
  expect(baseline).toBeNull();
  expect(readResultFile(path, baseline, files).state).toBe("present");
});

test("readResultFile() does not wait for a fifo, nor fail at a directory or a circle of links", () => {
  const fifo = fresh();
  Bun.spawnSync(["mkfifo", fifo]);
  const circle = fresh();
  fs.symlinkSync(circle, circle);
  for (const path of [fifo, directory, circle]) {
    expect(resultBaseline(path, files)?.text ?? null).toBeNull();
    expect(readNow(path)).toMatchObject({ state: "invalid", text: null, value: null });
  }
});

test("readResultFile() does not read a file that is no result by its size", () => {
  const path = written("{");
  fs.truncateSync(path, 17 * 1024 * 1024);
  expect(readNow(path)).toMatchObject({ state: "invalid", text: null });
});

test("readResultFile() reads a result with bytes that are not UTF-8", () => {
  const bytes = Buffer.concat([
    Buffer.from('{"success": false, "failure_reason": "caf'),
    Buffer.of(0xe9, 0x22, 0x7d),
  ]);
  expect(resultFields(readNow(written(bytes)).value).failureReason).toBe("caf\ufffd");
});

test("parseResult() never throws, and has a value in state present only", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => json.slice(0, -1)),
      ),
      (text) => {
        const { state, value } = parseResult(text);
        expect(state === "present").toBe(value !== null);
      },
    ),
  );
});

test("resultFields() reads the inner object of a wrapper, and of it only fields of the right type", () => {
  const { value } = parseResult(
    '{"result": {"success": "yes", "status": 3, "failure_category": ""}, "success": true}',
  );
  expect(resultFields(value)).toEqual({
    success: null,
    status: null,
    failureCategory: null,
    failureReason: null,
  });
});

test("resultFields() gives the reason without what an earlier run added", () => {
  const value = {
    success: false,
    failure_reason: "gone [diagnostics: /x.log]\n--- executor tail ---\nHTTP 502",
  };
  expect(resultFields(value).failureReason).toBe("gone");
});

test("withFailureReason() keeps everything else, in a wrapper and without one", () => {
  expect(withText('{"success": false, "extra": [1]}')).toEqual({
    success: false,
    extra: [1],
    failure_reason: "why",
  });
  expect(withText('{"id": 7, "result": {"success": false, "failure_reason": "old"}, "meta": {}}')).toEqual({
    id: 7,
    result: { success: false, failure_reason: "why" },
    meta: {},
  });
});

test("withFailureReason() changes only the first of nested results", () => {
  expect(withText('{"result": {"success": false, "result": {"success": true}}}')).toEqual({
    result: { success: false, result: { success: true }, failure_reason: "why" },
  });
});

test.each(["", "[]", "{oops", '{"a":', "null", '{"result": null}'])(
  "withFailureReason() gives none for %p",
  (text) => {
    expect(withFailureReason(text, "why")).toBeNull();
  },
);

function withText(text: string): unknown {
  return JSON.parse(withFailureReason(text, "why") ?? "null");
}
