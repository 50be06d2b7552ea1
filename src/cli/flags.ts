import { UsageError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { holdsRaw, readableText } from "../core/raw-text.ts";
import type { AnyCommand, FlagDefinition } from "./command.ts";

/** The words of a call, read: flags by name, and the words without a dash. */
export interface ReadWords {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** The words before and after the first `--`; what follows belongs to the program. */
export function splitAtDoubleDash(words: readonly string[]): {
  readonly ours: readonly string[];
  readonly program: readonly string[] | null;
} {
  const at = words.indexOf("--");
  return at < 0 ? { ours: words, program: null } : { ours: words.slice(0, at), program: words.slice(at + 1) };
}

/**
 * The words, with each text that somebody else wrote in a form that can be kept: a byte that is not UTF-8 as `\xe9`. Only the
 * program's words are passed on as bytes; others of ours would become another name, another path, and are refused.
 */
export function readableWords(words: readonly string[], command: AnyCommand): readonly string[] {
  const readable: string[] = [];
  for (const word of words) {
    const isRaw = holdsRaw(word);
    if (isRaw && !isText(word, words[readable.length - 1], command)) throw rawWord(word);
    readable.push(isRaw ? readableText(word) : word);
  }
  return readable;
}

function isText(word: string, before: string | undefined, command: AnyCommand): boolean {
  const [flag, inline] = word.split("=", 2);
  return isTextOf(before, command) || (inline !== undefined && isTextOf(flag, command));
}

/** What follows `=` may be a secret. */
function rawWord(word: string): UsageError {
  return new UsageError(`Cannot read "${readableText(word.replace(/=.*/s, "=…"))}": it is not UTF-8`);
}

/** Whether a word is a flag whose value is a text that somebody else wrote. */
export function isTextOf(word: string | undefined, { flags }: AnyCommand): boolean {
  return word?.startsWith("--") === true && flags[word.slice(2)]?.takesAnyWord === true;
}

/**
 * Refuses what the command does not know, and reads the rest. Not by citty's parser: it accepts any flag, keeps only the
 * last of a repeated one, lets `--no-NAME` win wherever it stands, and takes 3 ms to load and spell every name.
 */
export async function readWords(words: readonly string[], command: AnyCommand): Promise<ReadWords> {
  const { pairs, positionals } = pairUp(words, command);
  checkPositionals(positionals, command);
  const given = lastValues(pairs, command);
  const flags: Record<string, unknown> = {};
  for (const [name, { multiple, default: otherwise }] of Object.entries(command.flags)) {
    flags[name] = multiple ? valuesOf(name, pairs) : (given.get(name) ?? otherwise);
  }
  return { flags, positionals };
}

function valuesOf(name: string, pairs: readonly Pair[]): readonly string[] {
  const values: string[] = [];
  for (const pair of pairs) if (pair.name === name) values.push(pair.value ?? "");
  return values;
}

/** What each flag is at last: a text, or whether it or its negative stands further back. `--no-config` is a flag of its own. */
function lastValues(pairs: readonly Pair[], command: AnyCommand): ReadonlyMap<string, string | boolean> {
  const values = new Map<string, string | boolean>();
  for (const { name, value } of pairs) {
    if (Object.hasOwn(command.flags, name)) values.set(name, value ?? true);
    else values.set(name.replace(/^no-/, ""), false);
  }
  return values;
}

interface Pair {
  readonly name: string;
  readonly value: string | null;
}

function pairUp(words: readonly string[], command: AnyCommand): { pairs: Pair[]; positionals: string[] } {
  const pairs: Pair[] = [];
  const positionals: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (!word.startsWith("-") || word === "-") {
      positionals.push(word);
      continue;
    }
    const [name, inline] = splitFlag(word, command);
    if (isBoolean(name, command)) {
      if (inline !== null) throw new UsageError(`Flag --${name} takes no value, but got "${inline}"`);
      pairs.push({ name, value: null });
      continue;
    }
    const value = inline ?? words[++index];
    const isFlag = inline === null && value?.startsWith("--") && !command.flags[name]?.takesAnyWord;
    if (value === undefined || isFlag) throw missingValue(name, command);
    pairs.push({ name, value });
  }
  return { pairs, positionals };
}

function splitFlag(word: string, command: AnyCommand): readonly [string, string | null] {
  const equals = word.indexOf("=");
  const flag = equals < 0 ? word : word.slice(0, equals);
  const name = flag.replace(/^--/, "");
  if (!flag.startsWith("--") || !isKnown(name, command)) throw unknownFlag(flag, command);
  return [name, equals < 0 ? null : word.slice(equals + 1)];
}

function isKnown(name: string, { flags }: AnyCommand): boolean {
  if (Object.hasOwn(flags, name)) return true;
  const positive = name.startsWith("no-") ? name.slice(3) : "";
  return Object.hasOwn(flags, positive) && flags[positive] !== undefined && hasNegative(flags[positive]);
}

function knownFlags(command: AnyCommand): readonly string[] {
  return Object.entries(command.flags).flatMap(([name, flag]) =>
    hasNegative(flag) ? [name, `no-${name}`] : [name],
  );
}

function isBoolean(name: string, command: AnyCommand): boolean {
  const flag = command.flags[name] ?? command.flags[name.replace(/^no-/, "")];
  return flag?.type === "boolean";
}

function hasNegative(flag: FlagDefinition): boolean {
  return flag.negativeDescription !== undefined;
}

function unknownFlag(flag: string, command: AnyCommand): UsageError {
  const known = knownFlags(command);
  const close = nearest(flag.replace(/^-+/, ""), known);
  const hint = close === null ? "; --help lists the flags" : `; did you mean --${close}?`;
  return new UsageError(`Unknown flag ${JSON.stringify(flag)}${hint}`);
}

function missingValue(name: string, command: AnyCommand): UsageError {
  return new UsageError(
    `Flag --${name} needs a value: --${name} <${command.flags[name]?.valueHint ?? "value"}>`,
  );
}

function checkPositionals(words: readonly string[], command: AnyCommand): void {
  const known = command.positionals ?? [];
  const missing = known[words.length];
  if (missing?.required) throw new UsageError(`Give ${missing.name.toUpperCase()}: ${missing.description}`);
  const stray = words[known.length];
  if (stray === undefined || known.at(-1)?.multiple) return;
  const hint = command.takesProgram ? "; the program goes after --, as in: faultbox run -- npm test" : "";
  throw new UsageError(`Unexpected word ${JSON.stringify(stray)}${hint}`);
}
