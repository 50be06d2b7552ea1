import type { ArgsDef } from "citty";
import type { System } from "../system/system.ts";
import type { Log } from "./log.ts";

/** A flag as help shows it. `multiple` keeps every value of a repeated flag; otherwise the last one stands. */
export interface FlagDefinition {
  readonly type: "string" | "boolean";
  readonly description: string;
  readonly valueHint?: string;
  readonly default?: string;
  readonly multiple?: true;
  /** The next word is its value, whatever it begins with: text that somebody else wrote may begin with dashes. */
  readonly takesAnyWord?: true;
  /** What `--no-NAME` means; without it there is no such flag. */
  readonly negativeDescription?: string;
}

export type FlagDefinitions = Readonly<Record<string, FlagDefinition>>;

/** What the flags of a definition are once they are read. An absent boolean is undefined, so that a default can be told from a choice. */
export type FlagValues<Flags extends FlagDefinitions> = {
  readonly [Name in keyof Flags]: Flags[Name] extends { readonly multiple: true }
    ? readonly string[]
    : Flags[Name] extends { readonly type: "boolean" }
      ? boolean | undefined
      : Flags[Name] extends { readonly default: string }
        ? string
        : string | undefined;
};

/** A word without a dash. */
export interface PositionalDefinition {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Takes all the words that are left; only the last one may. */
  readonly multiple?: true;
}

/** What a handler gets: strings only, known and complete; nothing is judged yet. */
export interface Call<Flags> {
  readonly flags: Flags;
  readonly positionals: readonly string[];
  /** Everything after the first `--`: never read as ours. */
  readonly program: readonly string[];
  readonly system: System;
  readonly log: Log;
}

/** How faultbox leaves: with a code, and by a signal where the program ended by one. */
export interface Leave {
  readonly code: number;
  readonly signal?: string;
}

export interface Handler<Flags> {
  handle(call: Call<Flags>): Promise<Leave>;
}

/** A command as data: what help shows, and where the work lives. */
export interface Command<Flags extends FlagDefinitions = FlagDefinitions> {
  readonly summary: string;
  /** Called by faultbox itself: neither listed nor proposed. */
  readonly hidden?: true;
  /** Whether a program and its arguments follow after `--`. */
  readonly takesProgram?: true;
  readonly flags: Flags;
  readonly positionals?: readonly PositionalDefinition[];
  /** Lines of an example: a command, or a comment on the next one. */
  readonly examples: readonly string[];
  /** What a wrong call exits with; 2 unless said. */
  readonly usageExitCode?: number;
  readonly load: () => Promise<Handler<FlagValues<Flags>>>;
}

/** Commands under one word. They are read when that word is given, or to be shown: most starts run a program. */
export interface Group {
  readonly summary: string;
  readonly commands: () => Promise<Commands>;
}

/** What a word may name. */
export type Commands = Readonly<Record<string, AnyCommand | Group>>;

/** A command whose flags are not looked at: as the front door sees it. */
export interface AnyCommand extends Omit<Command, "load"> {
  readonly load: () => Promise<Handler<never>>;
}

/** The commands and groups of a group that people are told of. */
export async function shownCommands(
  group: Group,
): Promise<readonly (readonly [string, AnyCommand | Group])[]> {
  return Object.entries(await group.commands()).filter(([, node]) => "commands" in node || !node.hidden);
}

/** Ties a definition to its handler: TypeScript compares the flags of both. */
export function command<const Flags extends FlagDefinitions>(definition: Command<Flags>): Command<Flags> {
  return definition;
}

/** The same flags as citty defines them, for its usage text. */
export function cittyArguments(command: Pick<AnyCommand, "flags" | "positionals">): ArgsDef {
  const flags = Object.entries(command.flags).map(([name, flag]) => [name, cittyFlag(flag)] as const);
  const positionals = (command.positionals ?? []).map(
    ({ name, multiple, ...rest }) =>
      [multiple ? `${name}…` : name, { type: "positional" as const, ...rest }] as const,
  );
  return Object.fromEntries([...positionals, ...flags]);
}

function cittyFlag({ multiple, takesAnyWord, type, ...rest }: FlagDefinition): ArgsDef[string] {
  const description = multiple ? `${rest.description} (repeatable)` : rest.description;
  return type === "boolean" ? { type, description, ...negative(rest) } : { type, ...rest, description };
}

function negative({ negativeDescription }: Pick<FlagDefinition, "negativeDescription">) {
  return negativeDescription === undefined ? {} : { negativeDescription };
}
