import type { Profile, Value, WrittenPath, WrittenRule } from "./policy.ts";

/** Profiles as a policy file: reading it back gives the same decisions. */
export function printPolicy(profiles: readonly Profile[]): string {
  return profiles.map(printProfile).join("\n");
}

/** One `name = "action"` as it stands under `[env.profiles.NAME.vars]`. */
export function printRule(pattern: string, rule: WrittenRule): string {
  return `${key(pattern)} = ${typeof rule === "string" ? text(rule) : inlineTable(rule)}`;
}

function printProfile({ name, extends: below, set, defaults, path, vars }: Profile): string {
  const top = `env.profiles.${key(name)}`;
  return [
    `[${top}]\n`,
    below ? `extends = ${list(below)}\n` : "",
    path ? printPath(path) : "",
    values(`${top}.set`, set),
    values(`${top}.defaults`, defaults),
    printVars(`${top}.vars`, vars),
  ].join("");
}

function printPath({ base, tools, dirs, tools_first }: WrittenPath): string {
  const lines = [
    base === undefined ? [] : [`path.base = ${typeof base === "string" ? text(base) : list(base)}`],
    tools === undefined ? [] : [`path.tools = ${list(tools)}`],
    dirs === undefined ? [] : [`path.dirs = ${list(dirs)}`],
    tools_first === undefined ? [] : [`path.tools_first = ${tools_first}`],
  ];
  const written = lines.flat().map((line) => `${line}\n`);
  return written.length === 0 ? "path = {}\n" : written.join("");
}

function values(header: string, entries: Readonly<Record<string, Value>> | undefined): string {
  if (entries === undefined) return "";
  const lines = Object.entries(entries).map(
    ([name, value]) => `${key(name)} = ${typeof value === "string" ? text(value) : inlineTable(value)}\n`,
  );
  return `[${header}]\n${lines.join("")}`;
}

function printVars(header: string, vars: Readonly<Record<string, WrittenRule>> | undefined): string {
  if (vars === undefined) return "";
  const lines = Object.entries(vars).map(([pattern, rule]) => `${printRule(pattern, rule)}\n`);
  return `[${header}]\n${lines.join("")}`;
}

function inlineTable(entries: Readonly<Record<string, string | true | undefined>>): string {
  const pairs = Object.entries(entries).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${value === true ? "true" : text(value)}`],
  );
  return `{ ${pairs.join(", ")} }`;
}

function list(entries: readonly string[]): string {
  return `[${entries.map(text).join(", ")}]`;
}

/** A name that says itself, where TOML lets it. */
function key(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : text(name);
}

/** JSON escapes all that TOML wants escaped, but for DEL. */
function text(plain: string): string {
  return JSON.stringify(plain).replaceAll("\x7f", "\\u007f");
}
