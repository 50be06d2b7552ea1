import type { CauseRule } from "./rule.ts";

/** What shells and everyday programs print. */
export function toolRules(): readonly CauseRule[] {
  return [
    {
      name: "shell-not-found",
      rank: "fault",
      pattern: /: [Cc]ommand not found\.?$|^\S+: command not found: /,
    },
    {
      name: "shell-not-found",
      rank: "fault",
      pattern: /^(?:-?(?:\S*\/)?(?:ba|da|a|k|mk|z)?sh|\S+: (?:line )?\d+): [^\s:]+: not found$/,
    },
    {
      name: "shell-not-found",
      rank: "fault",
      pattern: /^(?:E: )?\S+: \S+: inaccessible or not found$|Unknown command: \S/,
    },
    {
      name: "shell-unset",
      rank: "fault",
      pattern: /\b\w+: (?:unbound variable|parameter (?:null or )?not set|Undefined variable)/,
    },
    {
      name: "shell-syntax",
      rank: "fault",
      pick: "first",
      pattern:
        /^\S+: .*\bsyntax error\b|: Syntax error: |^\S+: (?:line )?\d+: unexpected EOF |^\S+: parse error near /,
    },
    {
      name: "cannot-execute",
      rank: "fault",
      pattern:
        /: bad interpreter: |: cannot execute: |: can't execute: |permission denied: \S+$|exists but is not an executable file|: cannot execute binary file/,
    },
    {
      name: "program-missing",
      rank: "fault",
      pattern:
        /executable file not found in \$PATH|Executable not found in \$PATH|\bspawn(?:Sync)? \S+ ENOENT\b/,
    },
    { name: "git", rank: "tool", pattern: /^fatal: (?!Could not read from remote)\S/ },
    { name: "git", rank: "tool", pattern: /^CONFLICT \(|^ ! \[(?:remote )?rejected\] / },
    {
      name: "git",
      rank: "tool",
      pattern: /^remote: (?:error|fatal|ERROR|Permission|Invalid|Repository not found)/,
    },
    {
      name: "npm",
      rank: "tool",
      pick: "first",
      pattern:
        /^npm (?:error|ERR!) (?!(?:code|errno|syscall|path|dest|command|signal|workspace|location|cwd|notsup) |Lifecycle script|A complete log|Exit handler|\s|$)\S/,
    },
    { name: "pnpm", rank: "tool", pattern: /^\s*(?:\[?ERR_PNPM_\w+\]?)\s+\S/ },
    { name: "yarn", rank: "tool", pattern: /^➤ YN\d+: .*\bError: / },
    { name: "curl", rank: "tool", pattern: /^curl: \(\d+\) / },
    {
      name: "docker",
      rank: "tool",
      pattern: /^docker: \S|^(?:\w+: )?Error response from daemon: |failed to solve: /,
    },
    {
      name: "kubectl",
      rank: "tool",
      pattern: /^The connection to the server \S+ was refused|^Error from server /,
    },
    {
      name: "aws",
      rank: "tool",
      pattern: /^(?:\w+: )?An error occurred \(\w+\) when calling |^Unable to locate credentials/,
    },
    {
      name: "ssh",
      rank: "tool",
      pattern:
        /^ssh: \S|Permission denied \(publickey|^Host key verification failed|^Could not open a connection to your authentication agent/,
    },
    {
      name: "certificate",
      rank: "tool",
      pattern: /unable to get local issuer certificate|self[- ]signed certificate|certificate verify failed/i,
    },
    {
      name: "system-error",
      rank: "tool",
      pattern:
        /^\S.*: (?:No such file or directory|Permission denied|Is a directory|Not a directory|No space left on device|Connection refused|Connection reset by peer|Connection timed out|Operation timed out|Address already in use|Broken pipe|Read-only file system|Too many open files|Cannot allocate memory|Operation not permitted|Disk quota exceeded|File exists|Input\/output error|Name or service not known|Temporary failure in name resolution|Exec format error|Text file busy|Resource temporarily unavailable|Argument list too long|Device or resource busy|Network is unreachable|No route to host|Invalid argument|Directory not empty|File name too long)\.?$/,
    },
  ];
}
