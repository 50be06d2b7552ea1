import type { ChildEnvironment } from "./build.ts";
import type { EnvironmentFlags } from "./command-line.ts";
import { siftInherited } from "./directories.ts";
import { ruleLine } from "./explain.ts";
import type { World } from "./policy.ts";

/** Something that a policy keeps from a program, and could let it have. */
export type Candidate =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "directory"; readonly path: string };

/** Rules that a person can overrule with `--pass`; what is denied, or cannot be passed as it is, is not offered. */
const overruled = ["default", "drop", "glob", "untrusted"];

/** What a policy dropped and could have passed: variables, and directories of the parent's PATH. */
export function candidatesOf(
  environment: ChildEnvironment,
  parentPath: string,
  files: World["files"],
): readonly Candidate[] {
  const dropped = environment.decisions.filter(
    ({ name, outcome, rule }) => outcome === "dropped" && overruled.includes(rule) && /^\w+$/.test(name),
  );
  const present = (environment.variables["PATH"] ?? "").split(":");
  const lost = siftInherited(parentPath, files).kept.filter((directory) => !present.includes(directory));
  return [
    ...lost.map((path) => ({ kind: "directory" as const, path })),
    ...dropped.map(({ name }) => ({ kind: "variable" as const, name })),
  ];
}

/** The same flags, and these candidates let through. `path` is the child's PATH without them. */
export function letThrough<Flags extends EnvironmentFlags>(
  flags: Flags,
  candidates: readonly Candidate[],
  path: string,
): Flags {
  const names = namesOf(candidates);
  const directories = directoriesOf(candidates);
  const set = directories.length === 0 ? [] : [`PATH=${[path, ...directories].join(":")}`];
  return {
    ...flags,
    pass: [...flags.pass, ...names],
    drop: flags.drop.filter((name) => !names.includes(name)),
    set: [...flags.set.filter((text) => set.length === 0 || !text.startsWith("PATH=")), ...set],
  };
}

/** The lines of a policy file that let these candidates through. */
export function linesFor(candidates: readonly Candidate[], profile: string): readonly string[] {
  const names = namesOf(candidates);
  const directories = directoriesOf(candidates);
  return [
    ...(directories.length > 0
      ? [
          `[env.profiles.${profile}]`,
          `path.dirs = [${directories.map((each) => JSON.stringify(each)).join(", ")}]`,
        ]
      : []),
    ...(names.length > 0 ? [`[env.profiles.${profile}.vars]`, ...names.map(ruleLine)] : []),
  ];
}

/** The variables among them. */
export function namesOf(candidates: readonly Candidate[]): readonly string[] {
  return candidates.flatMap((candidate) => (candidate.kind === "variable" ? [candidate.name] : [])).sort();
}

/** The directories among them, in the order of the parent's PATH. */
export function directoriesOf(candidates: readonly Candidate[]): readonly string[] {
  return candidates.flatMap((candidate) => (candidate.kind === "directory" ? [candidate.path] : []));
}
