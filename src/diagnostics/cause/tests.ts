import type { CauseRule } from "./rule.ts";

/** What test runners print of a test that failed: its message where the line has one, else its name. Durations are left out. */
export function testRules(): readonly CauseRule[] {
  return [
    { name: "pytest", rank: "fault", pattern: /^(?:FAILED|ERROR) \S.* - \S/ },
    { name: "pytest", rank: "fault", pattern: /^E {2,}(?<line>[^\s+].*)/ },
    { name: "pytest", rank: "words", pattern: /^(?:FAILED|ERROR) [^\s:]+::\S+$/ },
    { name: "unittest", rank: "tool", pattern: /^(?:FAIL|ERROR): \w+ \([\w.]+\)$/ },
    {
      name: "jest",
      rank: "fault",
      after: /^\s+● \S/,
      between: /^\s*$/,
      pattern: /^ {4}(?!expect\()\S/,
    },
    { name: "jest", rank: "tool", pattern: /^ {2}● \S/ },
    { name: "vitest", rank: "tool", pattern: /^\s*FAIL\s+\S+ > \S/ },
    {
      name: "bun-test",
      rank: "tool",
      pattern: /^(?<line>\(fail\) .*?)(?: \[[\d.]+m?s\])?$/,
    },
    {
      name: "test-mark",
      rank: "tool",
      pattern:
        /^\s*(?<line>[✗✖✕×] (?!\d+ problem|Some errors were|failing tests)\S.*?)(?:\s[[(]?[\d.]+ ?m?s[\])]?)?$/,
    },
    { name: "tap", rank: "fault", pattern: /^\s+error: (?<line>["'](?!\d+ subtests? failed).+)/ },
    {
      name: "tap",
      rank: "tool",
      pattern: /^\s*not ok \d+(?! - .*\.[cm]?[jt]sx?$)(?!.*# (?:TODO|SKIP)\b)/i,
    },
    { name: "perl-test", rank: "tool", pattern: /^\s*#\s+Failed test / },
    { name: "go-test", rank: "fault", after: /^\s*--- FAIL: /, pattern: /^\s+\w+_test\.go:\d+: \S/ },
    { name: "go-test", rank: "fault", pattern: /^\s+\w+_test\.go:\d+: \S/, next: /^\s*--- FAIL: / },
    { name: "go-test", rank: "tool", pattern: /^\s*(?<line>--- FAIL: \S+)/ },
    { name: "cargo-test", rank: "tool", pattern: /^test \S.* \.\.\. FAILED$/ },
    { name: "deno-test", rank: "tool", pattern: /^(?<line>\S.* \.\.\. FAILED) \(/ },
    { name: "surefire", rank: "fault", pattern: /^\[ERROR\] +[A-Z][\w.$]*\.\w+:\d+ \S/ },
    {
      name: "surefire",
      rank: "tool",
      pattern: /^\[ERROR\] (?!Tests run)(?<line>\S+)\s.*<<< (?:FAILURE|ERROR)!/,
    },
    { name: "phpunit", rank: "fault", pattern: /^Failed asserting that / },
    { name: "rspec", rank: "fault", pattern: /^\s+Failure\/Error: \S/ },
    { name: "ctest", rank: "tool", pattern: /^\s+\d+ - \S+ \((?:Failed|Timeout|SEGFAULT|Not Run)\)/i },
  ];
}
