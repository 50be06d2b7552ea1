import type { Variables } from "../system/system.ts";
import type { ChildEnvironment } from "./build.ts";
import { isInstalled, knowsLocales } from "./locale.ts";
import { denyingRule } from "./lookup.ts";
import { exposedAncestors, repeatedNames } from "./parent-variables.ts";
import { pathPolicyOf } from "./path-policy.ts";
import type { Policy, World } from "./policy.ts";
import { directoryOf, realPathOf } from "./tools.ts";

/** One thing that is wrong with an environment, found before anything is started. */
export interface Finding {
  readonly kind: "required" | "value" | "policy" | "tool" | "locale" | "repeated" | "ancestor" | "secret";
  /** The variable it is about; null for what is about none, or several. */
  readonly name: string | null;
  readonly message: string;
}

/** What is wrong: first what stops a start, then what a program would miss, then what others could read. */
export function findingsIn(
  environment: ChildEnvironment,
  policy: Policy,
  { parent, ...world }: World & { readonly parent: Variables },
): readonly Finding[] {
  const values = droppedValues(environment);
  const known = new Set(values.map(({ message }) => message));
  const others = environment.warnings.filter((warning) => !known.has(warning));
  return [
    ...missing(environment),
    ...values,
    ...otherTools(environment, policy, { ...world, parent }),
    ...others.map((message) => ({ kind: "policy" as const, name: null, message })),
    ...locales(environment, world),
    ...repeated(world),
    ...ancestors(policy, world),
  ];
}

function missing({ problems }: ChildEnvironment): readonly Finding[] {
  return problems.map(({ name, message }) => ({
    kind: name === "PATH" ? "tool" : "required",
    name,
    message,
  }));
}

/** Tools, and the program, that the child finds elsewhere than we do: a value that is set, or an entry left out, can do that. */
function otherTools(
  { variables, problems }: ChildEnvironment,
  policy: Policy,
  { parent, program, files }: World & { readonly parent: Variables },
): readonly Finding[] {
  const names = pathPolicyOf(policy).tools.map(({ name }) => name);
  if (program !== undefined && !program.includes("/")) names.push(program);
  return [...new Set(names)].flatMap((name): readonly Finding[] => {
    const ours = programOn(parent["PATH"], name, files);
    const theirs = programOn(variables["PATH"], name, files);
    if (ours === null || problems.some(({ message }) => message.includes(`"${name}"`))) return [];
    if (theirs !== null && realPathOf(ours, files) === realPathOf(theirs, files)) return [];
    const message = `${name} is "${ours}" here, and ${theirs === null ? "is not found" : `"${theirs}"`} by the program`;
    return [{ kind: "tool", name: "PATH", message }];
  });
}

function programOn(path: string | undefined, name: string, files: World["files"]): string | null {
  const directories = (path ?? "").split(":").filter((directory) => directory.startsWith("/"));
  const directory = directoryOf(name, directories, files);
  return directory === null ? null : `${directory}/${name}`;
}

/** What a rule would pass, but for its value. */
function droppedValues({ decisions }: ChildEnvironment): readonly Finding[] {
  const dropped = decisions.filter(({ rule }) => ["check", "size", "malformed"].includes(rule));
  return dropped.map(({ name, reason }) => ({
    kind: "value",
    name,
    message: `${name} is dropped: ${reason}`,
  }));
}

function locales({ variables }: ChildEnvironment, world: World): readonly Finding[] {
  if (!knowsLocales(world)) return [];
  return Object.entries(variables).flatMap(([name, value]): readonly Finding[] => {
    if (!/^(LANG|LC_[A-Z]+)$/.test(name) || value === "" || isInstalled(value, world)) return [];
    const message = `${name} is "${value}", which is not installed: programs fall back to C`;
    return [{ kind: "locale", name, message }];
  });
}

function repeated(world: World): readonly Finding[] {
  return repeatedNames(world).map((name) => ({
    kind: "repeated",
    name,
    message: `${name} is given to faultbox twice: C programs take the first value, faultbox the last`,
  }));
}

function ancestors(policy: Policy, world: World): readonly Finding[] {
  const exposed = exposedAncestors((name) => denyingRule(policy, name) !== null, world);
  return exposed.map(({ pid, command, names }) => ({
    kind: "ancestor",
    name: names.length === 1 ? (names[0] ?? null) : null,
    message: `process ${pid} (${command}) above us holds ${names.join(", ")}: a program of the same user can read it in /proc/${pid}/environ`,
  }));
}
