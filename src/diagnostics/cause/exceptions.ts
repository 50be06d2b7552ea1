import type { CauseRule } from "./rule.ts";

const stack = /^\s+at /;

/** What languages print when nobody catches: the exception, the panic, the failed assertion, the lack of memory. */
export function exceptionRules(): readonly CauseRule[] {
  return [
    {
      name: "out-of-memory",
      rank: "fault",
      pattern:
        /heap out of memory|^(?:fatal error: )?(?:runtime: )?out of memory\b|\bOutOfMemoryError\b|^MemoryError\b|\bstd::bad_alloc\b|^memory allocation of \d+ bytes failed|\boom-kill|\bOut of memory: Killed process|virtual memory exhausted/,
    },
    {
      name: "python-exception",
      rank: "fault",
      after: /^\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):$/,
      between: /^\s|^$/,
      pattern: /^(?!During handling|The above)[A-Za-z_][\w.]*(?:: .*)?$/,
    },
    {
      name: "rust-panic",
      rank: "fault",
      after: /^thread '[^']*' (?:\(\d+\) )?panicked at \S[^:]*:\d+:\d+:$/,
      pattern: /\S/,
    },
    { name: "rust-panic", rank: "fault", pattern: /^thread '[^']*' panicked at '/ },
    { name: "go-panic", rank: "fault", pattern: /^\s*(?:panic|fatal error): \S/ },
    { name: "java-exception", rank: "fault", pattern: /^Exception in thread "[^"]*" \S/ },
    { name: "java-cause", rank: "fault", pattern: /^\s*Caused by: \S/ },
    { name: "node-cause", rank: "fault", pattern: /^\s+\[cause\]: (?<line>\S.*)/ },
    { name: "deno-exception", rank: "fault", pattern: /^error: Uncaught \S/ },
    { name: "error-with-stack", rank: "fault", pattern: /^error: (?!expect\()\S/, next: stack },
    {
      name: "exception",
      rank: "fault",
      pattern:
        /^[\s|│]*(?<line>(?:error: |=> )?(?:Uncaught )?(?:[\w$]+[.:]{1,2})*[A-Z][\w$]*(?:Error|Exception|Interrupt|Timeout|Panic)(?: \[\w+\])?(?:: \S.*|$))/,
    },
    { name: "exception", rank: "fault", pattern: /^[\s|│]*(?<line>(?:error: )?Error: \S.*)/ },
    {
      name: "exception",
      rank: "fault",
      pattern: /^(?:Uncaught )?[A-Z][\w$.]*(?: \[\w+\])?: \S/,
      next: stack,
    },
    { name: "node-thrown-value", rank: "fault", pattern: /\S/, next: /^\(Use `node --trace-uncaught/ },
    { name: "ruby-exception", rank: "fault", pattern: /^\S+:\d+:in [`'][^']*': .* \([A-Z][\w:]*\)$/ },
    { name: "php-error", rank: "fault", pattern: /^(?:PHP )?(?:Fatal|Parse) error: / },
    { name: "lua-error", rank: "fault", pattern: /^lua[\d.]*: \S.*:\d+: / },
    { name: "elixir-exception", rank: "fault", pattern: /^\*\* \([A-Z][\w.]*\) \S/ },
    { name: "cpp-exception", rank: "fault", pattern: /^\s+what\(\): / },
    { name: "cpp-exception", rank: "tool", pattern: /^terminate called / },
    { name: "c-assertion", rank: "fault", pattern: /^[^`']*: Assertion [`'].*' failed\.?$/ },
    { name: "sanitizer", rank: "fault", pattern: /^SUMMARY: \w+Sanitizer: / },
    { name: "sanitizer", rank: "fault", pattern: /^\S+:\d+:\d+: runtime error: / },
    {
      name: "killed-by-signal",
      rank: "tool",
      pattern:
        /^(?:\S+: (?:line )?\d+:\s+)?(?:\d+\s+)?(?<line>(?:Segmentation fault|Killed|Aborted|Bus error|Illegal instruction|Floating point exception)(?: \(core dumped\))?(?:\s{2,}.*)?$)/,
    },
    {
      name: "perl-die",
      rank: "tool",
      pattern: /^(?!Use of uninitialized|#|BEGIN failed|\s).* at \S+ line \d+\.$/,
    },
  ];
}
