import { UsageError } from "../core/errors.ts";
import { isNever } from "./classes.ts";
import { isGlob } from "./glob.ts";
import { expandGroup } from "./groups.ts";
import type { Action, Assignment, Layer, Rule } from "./policy.ts";

/** What a person asked for on the command line. Each list holds one name or pattern per flag, `set` holds `NAME=VALUE`. */
export interface EnvironmentFlags {
  /** Undefined leaves the choice to the policy files. */
  readonly profile: string | undefined;
  readonly pass: readonly string[];
  readonly secret: readonly string[];
  readonly set: readonly string[];
  readonly drop: readonly string[];
  readonly require: readonly string[];
  /** Names that pass although they make programs run other code. */
  readonly "unsafe-allow": readonly string[];
}

type PatternFlag = Exclude<Action, "deny">;

/** The strongest layer. Throws a `UsageError` for words that cannot be meant. */
export function commandLineLayer(flags: EnvironmentFlags): Layer {
  const set = flags.set.map(readAssignment);
  const rules = asksForNothing(flags) ? [] : readRules(flags, set);
  return { origin: "command line", file: null, rules, set, defaults: [], path: null };
}

function asksForNothing(flags: EnvironmentFlags): boolean {
  const { pass, secret, set, drop, require, "unsafe-allow": unsafe } = flags;
  return pass.length + secret.length + set.length + drop.length + require.length + unsafe.length === 0;
}

function readRules(flags: EnvironmentFlags, set: readonly Assignment[]): readonly Rule[] {
  checkContradictions(flags, set);
  const rules = (["drop", "pass", "secret", "require"] as const).flatMap((flag) =>
    flags[flag].flatMap((pattern) => readPattern(flag, pattern)),
  );
  return [...rules, ...flags["unsafe-allow"].map(readUnsafe)];
}

function readPattern(flag: PatternFlag, pattern: string) {
  checkName(flag, pattern);
  if (pattern.startsWith("!")) {
    const wayOut = `use --drop ${pattern.slice(1)}`;
    throw new UsageError(`Cannot ${verbOf(flag)} "${pattern}": "!" does not negate, ${wayOut}`);
  }
  const names = expandGroup(pattern);
  if (flag === "require" && (isGlob(pattern) || names.length > 1)) {
    throw new UsageError(`Cannot require "${pattern}": it is a pattern, give --require one name at a time`);
  }
  return names.map((name) => ({ pattern: name, action: flag, origin: `--${flag}` }));
}

function readUnsafe(name: string) {
  checkName("pass", name);
  if (!isNever(name)) {
    throw new UsageError(
      `Cannot allow "${name}" as unsafe: it is not one of the names that never pass, give --pass`,
    );
  }
  return { pattern: name, action: "pass" as const, origin: "--unsafe-allow" };
}

function readAssignment(text: string): Assignment & { readonly value: string } {
  const equals = text.indexOf("=");
  if (equals < 0) {
    throw new UsageError(
      `Cannot set "${text}": give --set NAME=VALUE, or --pass NAME for the parent's value`,
    );
  }
  const name = text.slice(0, equals);
  const value = text.slice(equals + 1);
  checkName("set", name);
  if (value.includes("\0")) throw new UsageError(`Cannot set "${name}": the value holds a NUL byte`);
  if (value.includes("\uFFFD")) {
    throw new UsageError(`Cannot set "${name}": the value is not UTF-8, and would arrive changed`);
  }
  return { name, value, origin: "--set" };
}

/** What follows a `=` may be a secret, so it is never shown. */
function checkName(flag: string, name: string): void {
  const fault = faultIn(name);
  if (fault === null) return;
  const shown = name.replace(/=.*/s, "=…").replaceAll("\0", "\\0");
  throw new UsageError(`Cannot ${verbOf(flag)} "${shown}": ${fault}`);
}

function verbOf(flag: string): string {
  return flag === "secret" ? "pass" : flag;
}

function faultIn(name: string): string | null {
  if (name === "") return "the name is empty";
  if (name.includes("=")) return 'a name cannot hold "=", give --set NAME=VALUE to set a value';
  if (name.includes("\0")) return "a name cannot hold a NUL byte";
  if (/\s/.test(name)) return "a name cannot hold a space, repeat the flag for each name";
  return null;
}

/** To pass, to mask and to require go together; to drop or to set a name stands alone. */
function checkContradictions(flags: EnvironmentFlags, set: readonly Assignment[]): void {
  const passed = (["pass", "secret", "require"] as const).flatMap((flag) =>
    flags[flag].map((name) => ({ name, flag: `--${flag} ${name}` })),
  );
  const dropped = flags.drop.map((name) => ({ name, flag: `--drop ${name}` }));
  const given = set.map(({ name }) => ({ name, flag: `--set ${name}=…` }));
  refuseBoth(dropped, [...passed, ...given]);
  refuseBoth(given, passed);
  for (const { name, value } of set) {
    if (set.some((other) => other.name === name && other.value !== value)) {
      throw new UsageError(`Cannot set "${name}" to two values: give one --set ${name}=…`);
    }
  }
}

interface Asked {
  readonly name: string;
  readonly flag: string;
}

function refuseBoth(some: readonly Asked[], others: readonly Asked[]): void {
  for (const { name, flag } of some) {
    const other = others.find((candidate) => candidate.name === name);
    if (other !== undefined) {
      throw new UsageError(`Cannot do both for "${name}": give either ${flag} or ${other.flag}`);
    }
  }
}
