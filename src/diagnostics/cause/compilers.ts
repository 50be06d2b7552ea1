import type { CauseRule } from "./rule.ts";

/** What compilers, linkers, linters and build tools print. Of many errors the first counts: the others may follow from it. */
export function compilerRules(): readonly CauseRule[] {
  const first = { rank: "fault", pick: "first" } as const;
  return [
    { name: "rust-compiler", ...first, pattern: /^error\[E\d+\]: / },
    { name: "typescript-compiler", ...first, pattern: /^\S.*\(\d+,\d+\): error TS\d+: / },
    { name: "typescript-compiler", ...first, pattern: /^\S+:\d+:\d+ - error TS\d+: / },
    { name: "typescript-compiler", ...first, pattern: /^error TS\d+: |^TS\d+ \[ERROR\]: / },
    { name: "compiler", ...first, pattern: /^\S.*\(\d+(?:,\d+)?\): (?:fatal )?error [A-Z]+\d+: / },
    { name: "compiler", ...first, pattern: /^\S[^:]*:\d+(?::\d+)?: (?:fatal )?error:/ },
    { name: "compiler", ...first, pattern: /^(?:cc1\w*|clang|gcc|g\+\+|c\+\+|cc): (?:fatal )?error: / },
    { name: "go-compiler", ...first, pattern: /^(?:vet: )?[\w./-]+\.go:\d+:\d+: / },
    { name: "maven-compiler", ...first, pattern: /^\[ERROR\] \S+:\[\d+,\d+\] / },
    { name: "kotlin-compiler", ...first, pattern: /^e: \S+:\d+:\d+:? / },
    {
      name: "linker",
      ...first,
      pattern: /: undefined reference to |: cannot find -l|: multiple definition of /,
    },
    { name: "bundler", ...first, pattern: /^✘ \[ERROR\] / },
    { name: "eslint", ...first, pattern: /^\s+\d+:\d+\s+error\s+\S/ },
    { name: "prettier", ...first, pattern: /^\[error\] \S+: \w*Error: / },
    { name: "linter", ...first, pattern: /^\S+\.\w+:\d+:\d+: [A-Z]+\d+:? |SC\d+ \(error\): / },
    {
      name: "cmake",
      ...first,
      after: /^CMake Error at /,
      between: /^$/,
      pattern: /^ {2}\S/,
    },
    { name: "cmake", ...first, pattern: /^CMake Error: / },
    { name: "make", ...first, rank: "tool", pattern: /^\S+: \*\*\* (?!\[)/ },
    { name: "ninja", ...first, rank: "tool", pattern: /^ninja: error: / },
    { name: "gradle", ...first, after: /^\* What went wrong:$/, pattern: /\S/ },
  ];
}
