/**
 * The snippet that `error-log hook bash` prints: it records each failing command of a script, and changes nothing else.
 *
 * 1. An ERR trap, inherited by functions and subshells (`set -E`). Where Bash runs it again for the same failure, because
 *    a function or a subshell hands its exit code on, nothing is recorded a second time: a function is known by the line
 *    that called it, a subshell leaves its exit code in a file.
 * 2. The exit code, `$?`, `PIPESTATUS`, `$!`, the options and the script's own ERR trap stay what they are.
 * 3. The last lines: stderr that is a file is read; stderr that is a pipe goes through `hook capture`, which copies every
 *    byte on and hands the last ones over when it meets our marker. On a terminal, where somebody sees them, nothing
 *    comes between.
 */
import body from "./bash-hook.sh" with { type: "text" };
import { shellWord } from "./table.ts";

/** Whose failures are recorded, and where. */
export interface HookFacts {
  /** The words that start faultbox. */
  readonly command: readonly string[];
  readonly path: string;
  /** Null: the script's own name. */
  readonly taskKey: string | null;
  readonly phase: string;
  readonly agent: string;
  readonly agentRole: string;
  readonly model: string | null;
  /** Tells our markers from anything that a program may print. */
  readonly nonce: string;
}

/** How a marker in a stream begins and ends: an application's string (ECMA-48), which a terminal would not show. */
export function markerOf(nonce: string): { readonly start: string; readonly end: string } {
  return { start: `\u001b_faultbox:${nonce}:`, end: "\u001b\\" };
}

/** The snippet, for `eval`. */
export function bashHook(facts: HookFacts): string {
  const words = (list: readonly string[]) => list.map(shellWord).join(" ");
  const model = facts.model === null ? [] : ["--model", facts.model];
  const who = ["--phase", facts.phase, "--agent", facts.agent, "--agent-role", facts.agentRole, ...model];
  const taskKey = facts.taskKey === null ? '"${0##*/}"' : shellWord(facts.taskKey);
  return `# Records each failing command of this script in ${shellWord(facts.path)}.
if [[ -n \${BASH_VERSION:-} && -z \${__faultbox_log:-} ]]; then
__faultbox_log=${shellWord(facts.path)}
__faultbox=(${words(facts.command)})
__faultbox_append=("\${__faultbox[@]}" error-log append-observed --error-type cli-failure --out "$__faultbox_log" --task-key ${taskKey} ${words(who)})
__faultbox_nonce=${facts.nonce}
${withoutComments(body)}
fi
:`;
}

/** What is printed is read at every start of a script. */
function withoutComments(script: string): string {
  return script.replaceAll(/^ *#.*\n|^\n/gm, "").trimEnd();
}
