import { shownLine } from "../../core/said.ts";

/** A program that some line says was not found. */
export interface MissingProgram {
  /** A name to be looked up, or the absolute path of an interpreter. */
  readonly program: string;
  readonly rule: string;
  /** Whether it may have been a file to be read rather than a program to be run. */
  readonly unsure: boolean;
  readonly words: string;
  readonly at: number;
}

/** Every program that some line says was not found. */
export function missingPrograms(lines: readonly string[]): readonly MissingProgram[] {
  const ways = waysToSay();
  return lines.flatMap((line, at) => {
    if (!mayTell.test(line)) return [];
    for (const { rule, pattern, unsure } of ways) {
      const match = pattern.exec(line);
      const program = match?.groups?.["program"];
      if (match === null || program === undefined || !isProgramName(program, rule)) continue;
      return [{ program, rule, unsure: unsure ?? false, words: wordsOf(match[0], program, rule), at }];
    }
    return [];
  });
}

/** A shell, or a script with the number of its line, before what it looked for. */
const shell = "(?:-?(?:\\S*/)?(?:ba|da|a|k|mk|z|fi)?sh|\\S+: (?:line )?\\d+)";

const mayTell = /not found|no such file|unknown command|ENOENT|interpreter|Cannot start|Failed to spawn/i;

interface Way {
  readonly rule: string;
  /** The group `program` is the name. */
  readonly pattern: RegExp;
  readonly unsure?: true;
}

function waysToSay(): readonly Way[] {
  const name = "(?<program>[\\w.+@/-]+)";
  const quoted = `["'‘\`]?${name}["'’\`]?`;
  return [
    { rule: "command-not-found", pattern: new RegExp(`(?:^|: )${name}: command not found\\.?$`, "i") },
    { rule: "command-not-found", pattern: new RegExp(`command not found: ${name}$`) },
    { rule: "command-not-found", pattern: new RegExp(`Unknown command: ${name}$`) },
    {
      rule: "command-not-found",
      pattern: new RegExp(`^${shell}: ${name}: (?:inaccessible or )?not found$`),
    },
    { rule: "command-not-found", pattern: new RegExp(`^E: \\S+: ${name}: inaccessible or not found$`) },
    { rule: "program-not-started", pattern: new RegExp(`Cannot start "${name}": not found on the PATH`) },
    { rule: "interpreter-missing", pattern: new RegExp(`its interpreter "${name}" does not exist`) },
    {
      rule: "interpreter-missing",
      pattern: new RegExp(`: ${name}: bad interpreter: No such file or directory`),
    },
    {
      rule: "program-not-found",
      pattern: new RegExp(
        `^(?:\\S*/)?(?:env|timeout|nice|nohup|setsid|stdbuf|ionice|sudo|xargs|time|strace|exec|watch): (?:failed to run command |cannot run |failed to execute )?${quoted}: No such file or directory$`,
      ),
    },
    {
      rule: "program-not-found",
      pattern: new RegExp(`^make(?:\\[\\d+\\])?: ${name}: No such file or directory$`),
    },
    {
      rule: "program-not-found",
      pattern: new RegExp(`exec: "${name}": executable file not found in \\$PATH`),
    },
    { rule: "program-not-found", pattern: new RegExp(`Executable not found in \\$PATH: "${name}"`) },
    { rule: "program-not-found", pattern: new RegExp(`\\bspawn(?:Sync)? ${name} ENOENT\\b`) },
    { rule: "program-not-found", pattern: new RegExp(`Failed to spawn '${name}'`) },
    { rule: "program-not-found", pattern: new RegExp(`Can't exec "${name}": No such file or directory`) },
    {
      rule: "program-not-found",
      pattern: new RegExp(`Cannot run program "${name}".*(?:error=2|No such file)`),
    },
    { rule: "program-not-found", pattern: new RegExp(`\\bno ${name} in \\(/`) },
    {
      rule: "program-not-found",
      unsure: true,
      pattern: new RegExp(`No such file or directory: b?'${name}'$`),
    },
    {
      rule: "program-not-found",
      unsure: true,
      pattern: new RegExp(`No such file or directory - ${name}\\b`),
    },
  ];
}

/** Something that is looked up on the PATH, or an interpreter named in full; a path to a script is neither. */
function isProgramName(program: string, rule: string): boolean {
  if (program.includes("/")) return rule === "interpreter-missing" && program.startsWith("/");
  return /[A-Za-z]/.test(program);
}

/** What is said of the program. What a shell puts before it may differ from run to run. */
function wordsOf(said: string, program: string, rule: string): string {
  const at = said.indexOf(program);
  const endsWithIt = at + program.length === said.length;
  return shownLine(rule === "command-not-found" && !endsWithIt ? said.slice(at) : said);
}
