import type { System } from "../system/system.ts";

/** What happens to a name: `secret` is pass and mask, `require` is pass and complain when it is missing, `deny` cannot be undone. */
export type Action = "pass" | "secret" | "require" | "drop" | "deny";

/** One line of a policy. `origin` says where it stands: `--pass`, `profile "minimal"`. */
export interface Rule {
  /** A name, or a glob as `glob.ts` reads it. */
  readonly pattern: string;
  readonly action: Action;
  readonly origin: string;
}

/** A value as it is, a directory under the root, or a locale where the machine has it (`C.UTF-8` where not). */
export type Value = string | { readonly underRoot: string } | { readonly locale: string };

/** A variable that a policy gives a value of its own. */
export interface Assignment {
  readonly name: string;
  readonly value: Value;
  readonly origin: string;
}

/** How the child's PATH comes about: the parent's, cleaned, or built from declared directories and tools. */
export type PathPolicy =
  | { readonly kind: "inherit" }
  | {
      readonly kind: "built";
      readonly base: readonly string[];
      /** For example `~/.local/bin`. */
      readonly dirs: readonly string[];
      readonly tools: readonly string[];
    };

/** A named policy as it is written down. Keyed maps, so that profiles merge key by key. */
export interface Profile {
  readonly name: string;
  readonly extends?: readonly string[];
  /** Name, glob or `{group:NAME}` to action. */
  readonly vars?: Readonly<Record<string, Action>>;
  /** Values that beat whatever the parent has. */
  readonly set?: Readonly<Record<string, Value>>;
  /** Values for names that no rule passes. */
  readonly defaults?: Readonly<Record<string, Value>>;
  readonly path?: PathPolicy;
}

/** One source of policy, groups already expanded: the command line, a profile. */
export interface Layer {
  readonly origin: string;
  readonly rules: readonly Rule[];
  readonly set: readonly Assignment[];
  readonly defaults: readonly Assignment[];
  readonly path: PathPolicy | null;
}

/** The layers in force, strongest first, and the name of the profile that was asked for. */
export interface Policy {
  readonly profile: string;
  readonly layers: readonly Layer[];
}

/** What the environment asks of the world. `root` is the absolute directory of the project. */
export interface World extends Pick<System, "files" | "host"> {
  readonly root: string;
}
