import type { Cause } from "../../core/cause.ts";
import { join, resolve } from "../../system/path.ts";
import { type CauseContext, shownDecision } from "./context.ts";
import { type MissingProgram, missingPrograms } from "./missing-programs.ts";
import type { Verdict } from "./named-cause.ts";

/** What is to be said of each program that some line says was not found: whose PATH has it, if anybody's. */
export function programCauses(lines: readonly string[], context: CauseContext): readonly Verdict[] {
  return missingPrograms(lines).flatMap((missing) => {
    const cause = missing.program.startsWith("/")
      ? ofInterpreter(missing, context)
      : ofProgram(missing, context);
    return cause === null ? [] : [{ cause, at: missing.at, yields: cause.kind !== "path_dropped" }];
  });
}

function ofInterpreter(missing: MissingProgram, { files }: CauseContext): Cause | null {
  if (isThere(missing.program, files)) return null;
  return verdict("tool_missing", missing, `${JSON.stringify(missing.program)} is missing on this machine`);
}

function ofProgram(missing: MissingProgram, context: CauseContext): Cause | null {
  const given = context.environment.variables["PATH"] ?? "";
  const kept = directoryOf(missing.program, given, context);
  const directory = kept ?? directoryOf(missing.program, context.parent["PATH"] ?? "", context);
  // What could not be opened may have been any file: only a program that the parent would have found is one.
  if (missing.unsure && (directory === null || kept !== null)) return null;
  const name = JSON.stringify(missing.program);
  if (directory === null) {
    return verdict(
      "tool_missing",
      missing,
      `${name} is missing on this machine: no directory of the PATH has it`,
    );
  }
  const decision = context.environment.decisions.find((candidate) => candidate.name === "PATH");
  const where = { directory, decision: decision ? shownDecision(decision) : null };
  if (kept !== null) {
    const text = `${name} is in ${kept}, which was on the PATH that the program got; something below faultbox lost it, such as a login shell`;
    return { ...verdict("env_lost", missing, text), ...where };
  }
  const fix = `--set ${shellWord(`PATH=${[directory, given].filter((part) => part !== "").join(":")}`)}`;
  const why = decision === undefined ? "" : `: ${reasonFor(directory, decision.reason)}`;
  const text = `${name} is in ${directory}, which is on the PATH here but not on the program's${why}; add ${shortened(fix)}`;
  return { ...verdict("path_dropped", missing, text), ...where, fix };
}

/** A flag as a person is told it: a PATH can be longer than a screen. */
function shortened(fix: string): string {
  return fix.length <= 300 ? fix : `${fix.slice(0, 300)}… (whole in the outcome)`;
}

/** Why this directory is not there; of what else was left out a person need not hear. */
function reasonFor(directory: string, reason: string): string {
  const parts = reason.split("; without ");
  const own = parts.find(
    (part) => part.startsWith(`"${directory}" (`) || part.startsWith(`"${directory}/" (`),
  );
  return own === undefined ? (parts[0] ?? reason) : `left out, ${own.slice(own.lastIndexOf("(") + 1, -1)}`;
}

/** The first directory of a PATH that holds an executable of that name, absolute. */
function directoryOf(program: string, path: string, { files, host }: CauseContext): string | null {
  for (const entry of path.split(":")) {
    if (entry === "") continue;
    const directory = resolve(host.workingDirectory(), entry);
    const file = join(directory, program);
    if (isThere(file, files) && files.executable(file)) return directory;
  }
  return null;
}

function isThere(path: string, files: CauseContext["files"]): boolean {
  try {
    return files.status(path)?.kind === "file";
  } catch {
    return false; // a directory that we may not look into
  }
}

function verdict(kind: Cause["kind"], { program, rule, words, unsure }: MissingProgram, text: string): Cause {
  return {
    kind,
    rule,
    confidence: unsure ? "medium" : "high",
    line: words,
    text,
    name: program,
    directory: null,
    decision: null,
    fix: null,
  };
}

function shellWord(word: string): string {
  return /^[\w./:@%+=~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
