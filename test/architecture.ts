/**
 * The rules of the rooms, as a function over source texts, so that its own test can hand it made-up houses.
 *
 * Type-only imports count: they too tie a file to another room. Bun's scanner leaves those out, so a scan of our own finds the
 * statements, and Bun's is asked as well in case ours misses one.
 */
import { dirname, join } from "node:path";

/** Texts by their path under `src/`, for example `cli/cli.ts`. */
export type Sources = Readonly<Record<string, string>>;

interface Import {
  readonly specifier: string;
  readonly kind: "value" | "type" | "dynamic";
}

const middle = ["runner", "environment", "redaction", "diagnostics", "error-log", "wiring", "job"];

/** Which rooms a room may import, itself left out. `main` is `main.ts`. From `system` there are finer rules. */
const allowedRooms: Readonly<Record<string, readonly string[]>> = {
  main: ["cli", "core", "system"],
  cli: [...middle, "core", "system"],
  ...Object.fromEntries(middle.map((room) => [room, ["core", "system"]])),
  job: ["runner", "core", "system"],
  core: ["system"],
  system: ["core"],
};

/** What is wrong in this house, a sentence each; `[]` when nothing is. */
export function problems(sources: Sources): readonly string[] {
  const files = Object.keys(sources).sort();
  return [
    ...files.flatMap((file) => importProblems(file, sources[file] ?? "", sources)),
    ...files.flatMap((file) => runtimeProblems(file, sources[file] ?? "")),
    ...circles(sources),
  ];
}

function importProblems(file: string, text: string, sources: Sources): readonly string[] {
  return importsOf(text).flatMap((found) => {
    const complaints = [dynamicProblem(file, found)];
    if (found.specifier.startsWith(".")) complaints.push(roomProblem(file, found, sources));
    return complaints.filter((complaint) => complaint !== null);
  });
}

/**
 * The only files beside command definitions that load something when it is needed: an adapter, citty, the reader of policy
 * files with its TOML parser (where there is a file), what settles lost jobs (where there is one), the commands of a group that
 * was named, what follows an execution that is no plain success, and all but the version.
 */
const lazyLoaders: readonly string[] = [
  ...["main.ts", "system/detect.ts"],
  ...["cli/citty.ts", "cli/policy-files.ts", "cli/commands.ts", "cli/conclusion.ts", "cli/load-lost-jobs.ts"],
];

function dynamicProblem(file: string, found: Import): string | null {
  if (found.kind !== "dynamic" || lazyLoaders.includes(file) || isCommandDefinition(file)) return null;
  return `${file} imports "${found.specifier}" lazily: only command definitions and system/detect.ts may`;
}

function isCommandDefinition(file: string): boolean {
  return file.startsWith("cli/commands/") && !file.endsWith(".handler.ts");
}

function roomProblem(file: string, found: Import, sources: Sources): string | null {
  const target = targetOf(file, found);
  if (target === "../package.json" && file === "core/version.ts") return null;
  // The text of a script, from the same room.
  if (target.endsWith(".sh") && roomOf(file) === roomOf(target)) return null;
  if (sources[target] === undefined)
    return `${file} imports "${found.specifier}", which is not a file of src/`;
  const from = roomOf(file);
  const to = roomOf(target);
  if (from === to) return null;
  if (!(allowedRooms[from] ?? []).includes(to)) return `${file} (${from}) may not import ${target} (${to})`;
  if (to === "system" && from !== "main") return systemProblem(file, found, target);
  return null;
}

/** Everybody may know what is asked of the world; only `main` may fetch the answer. */
function systemProblem(file: string, found: Import, target: string): string | null {
  if (target === "system/path.ts") return null;
  if (target !== "system/system.ts")
    return `${file} may import only system.ts and path.ts of system, not ${target}`;
  return found.kind === "type" ? null : `${file} must import system/system.ts by "import type"`;
}

const runtimeName =
  /(?<![.\w$])(?:globalThis\s*\.\s*)?(?:Bun|Deno|process)\s*\??\.\s*\w+|["'](?:node|bun):[\w/]+["']|from\s+["']bun["']/g;

/** Only `system` names a runtime; `main.ts` may also set the exit code. */
function runtimeProblems(file: string, text: string): readonly string[] {
  if (roomOf(file) === "system") return [];
  const names = withoutComments(text).match(runtimeName) ?? [];
  return names
    .filter((name) => !(file === "main.ts" && name === "process.exitCode"))
    .map((name) => `${file} names ${name}: only system/ may`);
}

function circles(sources: Sources): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file);
    if (start >= 0) found.push(`Import circle: ${[...trail.slice(start), file].join(" → ")}`);
    if (start >= 0 || done.has(file)) return;
    for (const next of localTargets(file, sources)) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of Object.keys(sources).sort()) visit(file, []);
  return found;
}

/** A lazy import is left out: a definition and the handler that reads its types may know each other. */
function localTargets(file: string, sources: Sources): readonly string[] {
  return importsOf(sources[file] ?? "")
    .filter((found) => found.kind !== "dynamic" && found.specifier.startsWith("."))
    .map((found) => targetOf(file, found))
    .filter((target) => sources[target] !== undefined);
}

function targetOf(file: string, found: Import): string {
  return join(dirname(file), found.specifier);
}

function roomOf(file: string): string {
  return file.includes("/") ? (file.split("/")[0] ?? "") : file.replace(/\.ts$/, "");
}

const fromStatement =
  /^[ \t]*(?:import|export)\b(\s+type\b(?!\s+from\b))?[^;"'`()=]*?\bfrom\s*["']([^"'\n]+)["']/gm;
const bareStatement = /^[ \t]*import\s*["']([^"'\n]+)["']/gm;
const importCall = /\bimport\s*\(\s*["'`]([^"'`\n]+)["'`]/g;

/** Every import and re-export of a file. */
export function importsOf(source: string): readonly Import[] {
  const text = withoutComments(source);
  const ours: readonly Import[] = [
    ...matches(text, fromStatement, (match) => ({
      specifier: match[2] ?? "",
      kind: match[1] === undefined ? "value" : "type",
    })),
    ...matches(text, bareStatement, (match) => ({ specifier: match[1] ?? "", kind: "value" })),
    ...matches(text, importCall, (match) => ({ specifier: match[1] ?? "", kind: "dynamic" })),
  ];
  const missed = bunImports(source).filter((theirs) => !ours.some((found) => same(found, theirs)));
  return [...ours, ...missed];
}

function bunImports(source: string): readonly Import[] {
  const scanned = new Bun.Transpiler({ loader: "ts" }).scanImports(source);
  return scanned.map(({ path, kind }) => ({
    specifier: path,
    kind: kind === "dynamic-import" ? "dynamic" : "value",
  }));
}

function same(left: Import, right: Import): boolean {
  return left.specifier === right.specifier && left.kind === right.kind;
}

function matches(
  text: string,
  pattern: RegExp,
  read: (match: RegExpMatchArray) => Import,
): readonly Import[] {
  return Array.from(text.matchAll(pattern), read);
}

/** Strings stay, whatever they hold: a `//` in one is no comment. */
function withoutComments(text: string): string {
  const stringsAndComments =
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(stringsAndComments, (_, string: string | undefined) => string ?? " ");
}
