import type { CauseRule } from "./rule.ts";

/** Asked before all others: lines that sound like a fault and are none, and those that only say that something below failed. */
export function wrapperRules(): readonly CauseRule[] {
  return [
    {
      name: "harmless",
      rank: "skip",
      pattern:
        /^\s*(?:ok \d|[✓✔√] |\(pass\) |PASS(?:ED)?:?\s|--- PASS|=== RUN|test \S.* \.\.\. ok\b)|\S PASSED\s*(?:\[|$)|\b0 (?:errors?|failures?|failed)\b(?!.*\b[1-9]\d* (?:errors?|failures?|failed)\b)|^\s*[Nn]o (?:errors|failures)\b/,
    },
    {
      name: "harmless",
      rank: "skip",
      pattern: /^\S*:?\s*(?:npm )?\[?warn(?:ing)?\b|: warning: |\[warn(?:ing)?\]/i,
    },
    {
      name: "harmless",
      rank: "skip",
      pattern:
        /^npm (?:error|ERR!) (?:A complete log|(?:errno|syscall|path|dest|location|cwd) )|^For more information about this error|^note: |^hint: |^\[ERROR\] (?:\[Help \d|For more information|To see the full stack|Re-run Maven|Please refer|-> \[Help \d)|^\[ERROR\] *$/,
    },
    {
      name: "wrapper",
      rank: "wrapper",
      pattern:
        /^\S*make(?:\[\d+\])?: \*\*\* \[|^npm (?:error|ERR!) (?:code|command|Lifecycle script|workspace|Exit)|\bELIFECYCLE\b|^error Command failed|^ninja: build stopped|^FAILED: |^collect2: error: |^compilation terminated|^BEGIN failed--|^Execution of \S+ aborted|^exit status \d+$|^FAIL(?:ED)?(?:\s|$)(?!.* (?:- |> )\S)(?!: \w+ \()|^test result: FAILED|^Result: FAIL|^tar: Error is not recoverable/,
    },
    {
      name: "wrapper",
      rank: "wrapper",
      pattern:
        /^error: (?:could not compile|aborting due to|test failed, to rerun|Test failed$|Type checking failed|failed to push some refs|build failed|script ".*" exited with code)|^fatal: Could not read from remote|^Automatic merge failed|BUILD FAILURE|^FAILURE: Build failed|^Error occurred when checking code style|^ERROR \S+$|^!+ Interrupted: |^\d+ errors? generated|^Found \d+ errors?|^[✖×] \d+ problem|^\s*[✖×] (?:Some errors were|failing tests)|^# Looks like you failed|exited? with (?:exit )?(?:code|status) \d+\.?$|non-zero exit (?:code|status)|exiting with (?:error )?code \d/i,
    },
  ];
}

/** Asked last: what sounds like a fault in any program. */
export function genericRules(): readonly CauseRule[] {
  return [
    {
      name: "error-prefix",
      rank: "prefix",
      pattern:
        /^(?:[\w.+/()-]+: )?(?:fatal |internal |parse |syntax )?(?:error|fatal)(?: \([^)]*\)|\[[\w-]+\])?: \S/i,
    },
    {
      name: "log-level",
      rank: "prefix",
      pattern:
        /^(?:[[(]?[\d:.,TZ+/ -]{8,40}[\])]?\s*)?[[(<]?(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG(?:ENCY)?|ALERT|error|fatal|critical)[\])>]?[:\s]\s*\S/,
    },
    {
      name: "log-level",
      rank: "prefix",
      pattern: /^\{.{0,300}"(?:level|severity|levelname)": ?"(?:error|fatal|critical|panic)"/i,
    },
    { name: "log-level", rank: "prefix", pattern: /\blevel=(?:error|fatal|panic)\b/ },
    {
      name: "go-log",
      rank: "prefix",
      pattern: /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?<line>\S.*)/,
      next: /^exit status \d+$|^$/,
    },
    {
      name: "failure-words",
      rank: "words",
      pattern:
        /\b(?:errors?|exception|fatal|panic(?:ked)?|fail(?:s|ed|ure|ures)?|cannot|can't|could not|couldn't|unable to|denied|refused|forbidden|unauthorized|not found|no such|not set|invalid|missing|abort(?:ed|ing)?|timed out|unexpected|unknown|unrecogni[sz]ed|unsupported|undefined|expired|exceeded|rejected|exhausted|unavailable|unreachable|corrupt(?:ed)?|crash(?:ed)?|overflow|unterminated|no value for|bad option)\b/i,
    },
  ];
}
