import type { System } from "../system/system.ts";
import type { PolicySource } from "./policy-places.ts";

/** What happens to a name: `secret` is pass and mask, `require` is pass and complain when it is missing, `deny` cannot be undone. */
export type Action = "pass" | "secret" | "require" | "drop" | "deny";

/** What a value is held against before it is passed: `check.ts` knows how. */
export type CheckName = "dir" | "file" | "locale" | "term" | "timezone" | "url";

/** One line of a policy. `origin` says where it stands: `--pass`, `profile "minimal"`, `./faultbox.toml:7`. */
export interface Rule {
  /** A name, or a glob as `glob.ts` reads it. */
  readonly pattern: string;
  readonly action: Action;
  readonly origin: string;
  readonly check?: CheckName | undefined;
  /** What a person should do when a required variable is missing. */
  readonly hint?: string | undefined;
}

/** A value as it is, a directory under the root, or a locale where the machine has it (`C.UTF-8` where not). */
export type Value =
  | string
  | { readonly under_root?: string | undefined; readonly locale?: string | undefined };

/** A rule as it is written down: an action alone, or a table of actions that go together. */
export type WrittenRule =
  | Action
  | ({ readonly [Name in Action]?: true | undefined } & Pick<Rule, "check" | "hint">);

/** What a profile says of PATH. `base` is the parent's, or what it is made from; lists of tools and directories add up. */
export interface WrittenPath {
  readonly base?: "inherit" | readonly string[] | undefined;
  /** What must be the same program for the child as for the parent; with a `?` behind it, where there is one. */
  readonly tools?: readonly string[] | undefined;
  /** For example `~/.local/bin`. */
  readonly dirs?: readonly string[] | undefined;
  /** Directories of tools before the base, also where nothing asks for it. */
  readonly tools_first?: boolean | undefined;
}

/** A variable that a policy gives a value of its own. */
export interface Assignment {
  readonly name: string;
  readonly value: Value;
  readonly origin: string;
}

/** A named policy as it is written down: a profile in `faultbox.toml`. Keyed maps, so that profiles merge key by key. */
export interface Profile {
  readonly name: string;
  readonly extends?: readonly string[] | undefined;
  /** Name, glob or `{group:NAME}` to what happens to it. */
  readonly vars?: Readonly<Record<string, WrittenRule>> | undefined;
  /** Values that beat whatever the parent has. */
  readonly set?: Readonly<Record<string, Value>> | undefined;
  /** Values for names that no rule passes. */
  readonly defaults?: Readonly<Record<string, Value>> | undefined;
  readonly path?: WrittenPath | undefined;
  /** The file that it comes from, as messages name it. */
  readonly file?: string;
  /** Where a key of it stands, for one that comes from a file. */
  readonly originOf?: (section: "extends" | "vars" | "set" | "defaults" | "path", key?: string) => string;
}

/** What a policy file says, checked. */
export interface PolicyFile {
  readonly source: PolicySource;
  /** How messages name it. */
  readonly shown: string;
  /** The profile it chooses. */
  readonly profile: { readonly name: string; readonly origin: string } | null;
  /** What it lets a repository's file pass. */
  readonly repoMayPass: readonly { readonly pattern: string; readonly origin: string }[];
  readonly profiles: readonly Profile[];
}

/** One source of policy, groups already expanded: the command line, a profile. */
export interface Layer {
  readonly origin: string;
  /** The file that it comes from, as messages name it; null for the command line and built-in profiles. */
  readonly file: string | null;
  readonly rules: readonly Rule[];
  readonly set: readonly Assignment[];
  readonly defaults: readonly Assignment[];
  readonly path: { readonly written: WrittenPath; readonly origin: string } | null;
}

/** The layers in force, strongest first, and the name of the profile that was asked for. */
export interface Policy {
  readonly profile: string;
  readonly layers: readonly Layer[];
  /** Names that may pass although they make programs run other code. */
  readonly unsafe?: ReadonlySet<string>;
  /** There when a repository's file has a word in it. */
  readonly trust?: Trust;
  /** What was asked for and does not count, in words. */
  readonly warnings?: readonly string[];
}

/** What a repository's file may not go beyond. */
export interface Trust {
  /** The policy as it would be without that file. */
  readonly policy: Policy;
  /** What the files above it let it pass. */
  readonly mayPass: readonly string[];
  /** How messages name that file. */
  readonly shown: string;
}

/** What the environment asks of the world. `root` is the absolute directory of the project. */
export interface World extends Pick<System, "files" | "host"> {
  readonly root: string;
  /** The program that is to run: it, and what its first line asks for, is found as by the parent. */
  readonly program?: string | undefined;
  /** Where it is to run, if not here. */
  readonly cwd?: string | undefined;
}
