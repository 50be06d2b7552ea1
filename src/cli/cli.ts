import { describeError, Refusal, UsageError } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { nearest } from "../core/nearest.ts";
import type { System } from "../system/system.ts";
import { type AnyCommand, type Commands, type Group, type Leave, shownCommands } from "./command.ts";
import { commands } from "./commands.ts";
import { isTextOf, readableWords, readWords, splitAtDoubleDash } from "./flags.ts";
import { helpText } from "./help.ts";
import { createLog, type Log } from "./log.ts";

/** The front door: words in, exit code out. Whatever goes wrong is told here, once. */
export async function main(system: System): Promise<Leave> {
  const { ours, program } = splitAtDoubleDash(system.words);
  const found = await findCommand(ours);
  const log = createLog(system.output);
  try {
    if (system.host.platform === "win32")
      throw new UsageError("Cannot run on Windows: faultbox is for Linux and macOS");
    if (asksForHelp(found) || (ours.length === 0 && program === null)) return await showHelp(found, system);
    if ("commands" in found.node) throw await noCommand(found, found.node);
    return await call(found.node, readableWords(found.words, found.node), { program, system, log });
  } catch (error) {
    return { code: report(error, found, { system, log }) };
  }
}

/** The command or group that the first words name, and the words left for it. */
interface Found {
  readonly path: readonly string[];
  readonly node: AnyCommand | Group;
  readonly words: readonly string[];
}

async function findCommand(words: readonly string[]): Promise<Found> {
  let node: AnyCommand | Group = commands;
  const path = ["faultbox"];
  let rest = words;
  while ("commands" in node && rest[0] !== undefined) {
    const known: Commands = await node.commands();
    const next = Object.hasOwn(known, rest[0]) ? known[rest[0]] : undefined;
    if (next === undefined) break;
    path.push(rest[0]);
    rest = rest.slice(1);
    node = next;
  }
  return { path, node, words: rest };
}

async function call(
  command: AnyCommand,
  words: readonly string[],
  {
    program,
    ...world
  }: { readonly program: readonly string[] | null; readonly system: System; readonly log: Log },
): Promise<Leave> {
  const { flags, positionals } = await readWords(words, command);
  if (program !== null && !command.takesProgram)
    throw new UsageError("Unexpected --: this command runs no program");
  const handler = await command.load();
  // The definition that these flags were checked against is the one that `command()` tied to this handler.
  return handler.handle({ flags: flags as never, positionals, program: program ?? [], ...world });
}

/** A text that somebody else wrote may be `--help`. */
function asksForHelp({ path, node, words }: Found): boolean {
  let before: string | undefined;
  for (const word of words) {
    const isText = !("commands" in node) && isTextOf(before, node);
    if ((word === "--help" || word === "-h") && !isText) return true;
    before = word;
  }
  return path.length === 1 && words[0] === "help";
}

async function showHelp(found: Found, system: System): Promise<Leave> {
  const asked = found.words[0] === "help" ? await findCommand(found.words.slice(1)) : found;
  system.output.line(await helpText(asked.path, asked.node, system));
  return { code: ExitCode.ok };
}

async function noCommand({ path, words }: Found, group: Group): Promise<UsageError> {
  const known = (await shownCommands(group)).map(([name]) => name);
  const asked = words[0];
  if (asked === undefined || asked.startsWith("-")) {
    return new UsageError(`Give a command: ${path.join(" ")} ${known.join("|")}`);
  }
  const close = nearest(asked, known);
  const hint = close === null ? `known are ${known.join(", ")}` : `did you mean "${close}"?`;
  return new UsageError(`Unknown command ${JSON.stringify(asked)}; ${hint}`);
}

/** One line for what a person can put right; everything else is a bug and keeps its stack. */
function report(
  error: unknown,
  found: Found,
  { system, log }: { readonly system: System; readonly log: Log },
): number {
  const usageExitCode =
    "commands" in found.node ? ExitCode.usage : (found.node.usageExitCode ?? ExitCode.usage);
  if (error instanceof UsageError) {
    log.error(error.message);
    return usageExitCode;
  }
  if (error instanceof Refusal) {
    log.error(error.message);
    return error.exitCode;
  }
  log.error(`internal fault: ${describeError(error)}`);
  system.output.note(error instanceof Error ? (error.stack ?? "") : "");
  return ExitCode.internal;
}
