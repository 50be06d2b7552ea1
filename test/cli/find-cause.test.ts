import { expect, test } from "bun:test";
import { causeFinder, findOutputCause } from "../../src/cli/find-cause.ts";
import { keptText } from "../../src/diagnostics/kept-text.ts";
import type { KeptAttempt } from "../../src/diagnostics/report.ts";
import { bunSystem } from "../../src/system/bun.ts";
import { captureOf, evidenceOf, failedOutcome, redactorOf } from "../diagnostics/sample.ts";
import { build } from "../environment/world.ts";

const parent = { PATH: "/usr/bin:/bin", CL_ANCHOR: "hunter2pass99", PYTHONPATH: "/p" };
const redactor = redactorOf("hunter2pass99");

function kept(stderr: string, stdout = ""): KeptAttempt {
  const { result, ...streams } = evidenceOf(stdout, stderr);
  return { result, stdout: keptText(streams.stdout, redactor), stderr: keptText(streams.stderr, redactor) };
}

function causeOf(attempt: KeptAttempt, outcome = failedOutcome()) {
  const system = { ...bunSystem, environment: parent };
  return causeFinder(build(parent), { redactor, system })(attempt, outcome);
}

test("causeFinder() prefers a verdict on a dropped name to any line of the output", () => {
  const words =
    "CL_ANCHOR is not set\nTraceback (most recent call last):\n  File\nRuntimeError: no session\n";
  expect(causeOf(kept(words))).toMatchObject({ kind: "env_dropped", name: "CL_ANCHOR" });
});

test("causeFinder() prefers a line that names the fault to words before it that only may have to do with a variable", () => {
  const handled = "ModuleNotFoundError: No module named 'uvloop'\nusing asyncio\n";
  expect(causeOf(kept(handled))).toMatchObject({ kind: "env_dropped", name: "PYTHONPATH" });
  expect(
    causeOf(kept(`${handled}Traceback (most recent call last):\n  File\nValueError: bad row\n`)),
  ).toMatchObject({
    kind: "output",
    line: "ValueError: bad row",
  });
  expect(causeOf(kept("fatal: no such branch\n", handled))).toMatchObject({ line: "fatal: no such branch" });
});

test("causeFinder() reads the executor's own reason, and ours when nothing was started", () => {
  const reason = (failureReason: string) => causeOf(kept(""), failedOutcome({ failureReason }));
  expect(reason("CL_ANCHOR is not set")).toMatchObject({ kind: "env_dropped", name: "CL_ANCHOR" });
  expect(reason('Cannot start "claude-x": not found on the PATH of its environment, "/bin"')).toMatchObject({
    kind: "tool_missing",
    name: "claude-x",
  });
  const enriched = "failed [diagnostics: /x.log]\n--- executor tail ---\nCL_ANCHOR is not set";
  expect(reason(enriched)).toBeNull();
});

test("causeFinder() shows no secret, neither of the output nor of the environment", () => {
  const cause = causeOf(kept("CL_ANCHOR=hunter2pass99 is not set properly: hunter2pass99\n"));
  expect(cause).not.toBeNull();
  expect(JSON.stringify(cause)).not.toContain("hunter2pass99");
  const shown = causeOf(kept("error: cannot log in with hunter2pass99\n"));
  expect(shown?.line).toBe("error: cannot log in with [REDACTED:KEY]");
});

test("causeFinder() finds a cause at the beginning of what is kept of a long output", () => {
  const bytes = new TextEncoder().encode(`fatal: no such branch\n${"noise\n".repeat(200_000)}`);
  const attempt = { ...kept(""), stderr: keptText(captureOf(bytes), redactor) };
  expect(attempt.stderr.missingBytes).toBeGreaterThan(0);
  expect(causeOf(attempt)?.line).toBe("fatal: no such branch");
});

test("findOutputCause() says nothing of variables: the program's environment is not known", () => {
  expect(findOutputCause(kept("CL_ANCHOR is not set\n"), failedOutcome())).toMatchObject({
    kind: "output",
    rule: "failure-words",
    name: null,
  });
});
