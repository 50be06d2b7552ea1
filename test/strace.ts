/** Whether system calls can be traced here: for tests that make one fail, or the last one. */

/** Why they cannot; the empty text when they can. For `skipIf` and the title. */
export const noStrace = Bun.spawnSync(["strace", "-o", "/dev/null", "true"], { stderr: "ignore" }).success
  ? ""
  : " (SKIPPED: needs strace, and the right to trace)";
if (noStrace) console.warn(`cases with injected faults are skipped${noStrace}`);
