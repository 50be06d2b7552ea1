import { expect, test } from "bun:test";
import fc from "fast-check";
import { enrichReason } from "../../src/core/reason.ts";
import { resultFields } from "../../src/runner/result-file.ts";
import { classifyTransient } from "../../src/runner/transient.ts";

function classify(reason: string, category = "backend_error") {
  return classifyTransient(
    resultFields({ success: false, failure_category: category, failure_reason: reason }),
  );
}

const words = [
  ...["connection refused", "connection reset", "timed out", "timeout", "bad gateway", "gateway timeout"],
  ...["service unavailable", "remote disconnected", "network is unreachable", "temporary failure"],
  ...["bad owner or permissions", "could not read from remote repository"],
];

test.each(words)("classifyTransient() knows %p, in any case and in a sentence", (word) => {
  const asWritten = classify(`fetch failed: ${word}.`);
  expect(asWritten.transient).toBe(true);
  expect(asWritten.because).toStartWith('"');
  expect(classify(word.toUpperCase()).transient).toBe(true);
  expect(classify(word.replaceAll(" ", "\n  ")).transient).toBe(true);
  expect(classify(`x${word}x`).transient).toBe(false);
});

test.each([
  ["502"],
  ["503"],
  [" 504 "],
  ["HTTP 502"],
  ["HTTP/1.1 503 Service Unavailable"],
  ["HTTP/2 504"],
  ["status code: 504"],
  ["status code 502"],
  ["status=503"],
  ['{"status": 503}'],
  ["statusCode=502"],
  ["upstream returned 502"],
  ["the API returned an error: (503)"],
  ["server said [504]"],
  ["Error: Request failed with status code 502"],
  ["error 503"],
  ["API Error: 502"],
  ["got 503 from the model"],
  ["503 Server Error: for url: https://api.example/v1"],
  ["502 Bad Gateway"],
  ["Read timed out. (read timeout=30)"],
  ["curl: (7) Failed to connect to api port 443: Connection refused"],
  ["fatal: Could not read from remote repository."],
  ["ssh: Temporary failure in name resolution"],
  ["('Connection aborted.', RemoteDisconnected('Remote disconnected without response'))"],
])("classifyTransient() calls %p transient", (reason) => {
  expect(classify(reason)).toMatchObject({ transient: true });
});

test.each([
  ["line 502 of parser.py"],
  ["expected 503 rows"],
  ["test_timeout_handling"],
  ["test_timeout_handling failed: expected 503 rows at line 502 of parser.py"],
  ["port 5023"],
  ["took 504 ms"],
  ["id=502"],
  ["returned 504 items"],
  ["got 503 rows"],
  ["error 5030"],
  ["error 1503"],
  ["code 502.5"],
  ["parser.py:502: SyntaxError"],
  ["error in line 502"],
  ["commit 502abc"],
  ["tests/timeout/test_a.py failed"],
  ["timeout.py: NameError"],
  ["unknown option --timeout"],
  ["set_timeout() takes 1 argument"],
  ["setTimeout is not defined"],
  ["no timeouts were configured"],
  ["3 failed, 502 passed"],
  ["version 5.0.3"],
  ["exit status 1"],
  [""],
])("classifyTransient() does not call %p transient", (reason) => {
  expect(classify(reason)).toEqual({ transient: false, because: "the reason names no passing fault" });
});

test("classifyTransient() reads only backend_error and timeout, whatever the reason says", () => {
  const others = [
    "validation_failed",
    "no_changes",
    "policy_blocked",
    "scope_too_wide",
    "killed",
    "BACKEND_ERROR",
  ];
  fc.assert(
    fc.property(fc.constantFrom(...others), fc.constantFrom(...words, "HTTP 502"), (category, reason) => {
      expect(classify(reason, category).transient).toBe(false);
    }),
  );
  expect(classify("HTTP 502", "timeout").transient).toBe(true);
  expect(classifyTransient(resultFields({ success: false, failure_reason: "HTTP 502" })).because).toBe(
    "category none is never transient",
  );
});

test("classifyTransient() never calls a success transient", () => {
  const success = { success: true, failure_category: "backend_error", failure_reason: "HTTP 502" };
  expect(classifyTransient(resultFields(success)).transient).toBe(false);
});

test("classifyTransient() ignores what enriching added to a reason", () => {
  const enriched = enrichReason("wrong answer", "/tmp/timeout/503.log", "HTTP 502 connection refused");
  expect(classify(enriched).transient).toBe(false);
  expect(classify(enrichReason("HTTP 502", "/x.log", "all good")).transient).toBe(true);
});

test("classifyTransient() says which word or shape decided", () => {
  expect(classify("upstream: Bad Gateway").because).toBe('"bad gateway"');
  expect(classify("HTTP 504").because).toBe("HTTP status 504");
});
