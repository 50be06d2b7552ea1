/**
 * How each agent's command line is called for one prompt: not interactively, in the project's root, with the prompt on
 * its stdin, and with leave to change files there without asking, since nobody is there to answer. Where a flag comes
 * from stands beside it.
 */

/** The workers that are programs of their own. */
export const agentNames = ["codex", "gemini", "claude"] as const;

export type AgentName = (typeof agentNames)[number];

/** One call. Paths are absolute; the agent is started in the project's root. */
export interface AgentCall {
  readonly projectRoot: string;
  readonly model: string;
  /** A directory beside the root that the agent works in. */
  readonly worktree: string | null;
}

/** The program and its arguments. */
export function agentArgv(agent: AgentName, call: AgentCall): readonly [AgentName, ...string[]] {
  switch (agent) {
    case "codex":
      return codexArgv(call);
    case "gemini":
      return geminiArgv(call);
    case "claude":
      return claudeArgv(call);
  }
}

function codexArgv({ projectRoot, model, worktree }: AgentCall): readonly [AgentName, ...string[]] {
  return [
    "codex",
    // "Non-interactive mode": https://developers.openai.com/codex/noninteractive
    "exec",
    // -C/--cd, --model, --sandbox, --add-dir: openai/codex, codex-rs/utils/cli/src/shared_options.rs.
    ...["-C", projectRoot],
    ...["--model", model],
    ...["--sandbox", "workspace-write"],
    ...(worktree === null ? [] : ["--add-dir", worktree]),
    // "If not provided as an argument (or if `-` is used), instructions are read from stdin": codex-rs/exec/src/cli.rs.
    "-",
  ];
}

function geminiArgv({ model, worktree }: AgentCall): readonly [AgentName, ...string[]] {
  return [
    "gemini",
    // --model, --approval-mode, --include-directories: google-gemini/gemini-cli, docs/cli/cli-reference.md. There is no
    // flag for the working directory. Without --prompt a stdin that is no terminal is the prompt: docs/cli/headless.md.
    ...["--model", model],
    ...["--approval-mode", "auto_edit"],
    ...(worktree === null ? [] : ["--include-directories", worktree]),
  ];
}

function claudeArgv({ model, worktree }: AgentCall): readonly [AgentName, ...string[]] {
  return [
    "claude",
    // --print, --model, --permission-mode, --add-dir: https://code.claude.com/docs/en/cli-reference.
    "--print",
    ...["--model", model],
    ...["--permission-mode", "acceptEdits"],
    // Takes every word that follows (anthropics/claude-code issue 9419): it comes last, and the prompt is on stdin.
    ...(worktree === null ? [] : ["--add-dir", worktree]),
  ];
}

/** gemini stops reading its stdin there and says so only when debugging: packages/cli/src/utils/readStdin.ts. */
const mostGeminiCharacters = 8 * 1024 * 1024;

/** Why this agent would not get what it is given, in words; null when it does. */
export function agentProblem(agent: AgentName, call: AgentCall, prompt: string): string | null {
  if (agent !== "gemini") return null;
  // packages/cli/src/config/config.ts splits the value of --include-directories there.
  if (call.worktree?.includes(","))
    return `gemini takes the commas in "${call.worktree}" for several directories`;
  return prompt.length > mostGeminiCharacters ? "gemini reads no more than 8 MiB of a prompt" : null;
}

/** The word that a lead looks for when an agent is not there. */
export function notInstalledStatus(agent: AgentName): string {
  return `${agent.toUpperCase()}_NOT_INSTALLED`;
}
