import { UsageError } from "../../core/errors.ts";
import { resolve } from "../../system/path.ts";
import type { Files } from "../../system/system.ts";
import type { AgentCall } from "../../wiring/agents.ts";
import type { PromptHeaders } from "../../wiring/prompt-headers.ts";
import { presentDirectory, presentFile, projectRoot } from "../handed-path.ts";
import { readInput } from "../input.ts";
import { fileNamePart } from "../schemas.ts";

/** The words of a worker's call, checked. */
export interface WorkerWords {
  readonly projectRoot: string;
  readonly model: string;
  readonly promptPath: string;
  /** The directory that the call names; the prompt may name one too. */
  readonly worktree: string | null;
  readonly role: string;
}

/** Checks the positions of a call. Throws before the prompt is looked at. */
export function readWorkerWords(
  [root = "", model = "", prompt = "", worktree = "", role = ""]: readonly string[],
  files: Pick<Files, "status">,
): WorkerWords {
  return {
    projectRoot: projectRoot("PROJECT-ROOT", root, files),
    model: readModel(model),
    // It is read twice, once for its headers and once by the agent: a pipe would be empty the second time.
    promptPath: presentFile("PROMPT-PATH", prompt, files),
    // Wrappers that have no worktree but a role pass an empty word.
    worktree: worktree === "" ? null : presentDirectory("WORKTREE-PATH", worktree, files),
    role: role === "" ? "worker" : readInput(fileNamePart("ROLE", 50), role),
  };
}

/** An agent would take what begins with a dash for a flag of its own. */
function readModel(word: string): string {
  if (/^[^\s\p{Cc}-][^\s\p{Cc}]{0,199}$/u.test(word)) return word;
  throw new UsageError(
    `Cannot use MODEL ${JSON.stringify(word.slice(0, 200))}: give the name of a model, without spaces and not beginning with "-"`,
  );
}

/** What the agent is called with, once the prompt has been read. */
export function agentCall(
  words: WorkerWords,
  headers: PromptHeaders,
  phase: string | undefined,
  files: Pick<Files, "status">,
): AgentCall {
  const worktree = chooseWorktree(words.worktree, headers.worktree, files);
  if (worktree === null && phase === "implementation") {
    throw new UsageError(
      'Give WORKTREE-PATH with --phase implementation, or a line "**Worktree:** <absolute path>" in the prompt',
    );
  }
  return { projectRoot: words.projectRoot, model: words.model, worktree };
}

/** Where both are there they must be the same: the agent believes the prompt, and may only write where the call says. */
function chooseWorktree(
  called: string | null,
  inPrompt: string | null,
  files: Pick<Files, "status">,
): string | null {
  if (inPrompt === null || called === resolve("/", inPrompt)) return called;
  if (called !== null) {
    throw new UsageError(`Cannot tell the worktree: the call says "${called}", the prompt "${inPrompt}"`);
  }
  return presentDirectory("the prompt's **Worktree:**", inPrompt, files);
}
