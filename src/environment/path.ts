import { basename, resolve } from "../system/path.ts";
import { systemDirectories } from "./builtin.ts";
import type { PathVerdict } from "./decision.ts";
import { type Sifted, siftDeclared, siftInherited, workTree } from "./directories.ts";
import { type Around, joined, withParity } from "./parity.ts";
import type { PathPolicy, WantedTool } from "./path-policy.ts";
import type { World } from "./policy.ts";
import { findTools, interpreterOf, type ToolSearch } from "./tools.ts";

/** The child's PATH, in words what was left out of it, and which tools are missing. */
export function buildPath(how: PathPolicy, parent: ReadonlyMap<string, string>, world: World): PathVerdict {
  if (how.base !== "inherit") return builtPath(how, how.base, { parent, world });
  const inherited = siftInherited(parent.get("PATH") ?? "", world.files);
  const verdict = inheritedPath(inherited, parent.has("PATH"));
  if (how.tools.length === 0 && how.dirs.length === 0) return verdict;
  const base = verdict.value?.split(":") ?? [];
  const declared = siftDeclared(how.dirs, parent.get("HOME") ?? "", world.files);
  const order = [...new Set([...base, ...declared.kept])];
  const reason = [verdict.reason, ...declared.removed].join("; without ");
  const search = findTools(how.tools, order, world.files);
  return { ...verdict, reason, value: order.join(":"), ...complaints(search, order, inherited) };
}

function inheritedPath(inherited: Sifted, present: boolean): PathVerdict {
  if (inherited.kept.length > 0) {
    const reason = ["inherited from the parent", ...inherited.removed].join("; without ");
    return { outcome: "passed", reason, value: inherited.kept.join(":") };
  }
  const why = present ? "nothing in the parent's can be used" : "the parent has none";
  return { outcome: "set", reason: `the system's directories: ${why}`, value: systemDirectories.join(":") };
}

/** Nothing of the parent's PATH but the directories that tools need. */
function builtPath(
  how: PathPolicy,
  base: readonly string[],
  { parent, world }: { readonly parent: ReadonlyMap<string, string>; readonly world: World },
): PathVerdict {
  const { files } = world;
  const home = parent.get("HOME") ?? "";
  const inherited = siftInherited(parent.get("PATH") ?? "", files, workTree(world, home));
  const declared = siftDeclared(how.dirs, home, files);
  const order = [...new Set([...inherited.kept, ...declared.kept, ...base])];
  const search = findTools([...how.tools, ...programTools(world)], order, files);
  const start = arrange(how, base, declared.kept, search);
  const around = withParity(start, search.found, { order, files });
  const added = { front: without(base, around.front), back: without(base, around.back) };
  const sentence = `built: ${count(added.front)} before the base, ${count(added.back)} behind it`;
  const reason = [sentence, ...declared.removed].join("; without ");
  const value = joined(around).join(":");
  return { outcome: "set", reason, value, ...complaints(search, order, inherited) };
}

/** The program is looked for too, but whether it is there is told when it is started. */
function programTools({ program, cwd, files, host }: World): readonly WantedTool[] {
  if (program === undefined || program === "") return [];
  const tool = { name: basename(program), optional: true, origin: null };
  if (!program.includes("/")) return [tool];
  return interpreterOf(resolve(cwd ?? host.workingDirectory(), program), tool, files);
}

function arrange(
  { tools, toolsFirst }: PathPolicy,
  base: readonly string[],
  declared: readonly string[],
  { found }: ToolSearch,
): Around {
  if (!toolsFirst) return { front: [], base, back: without(base, declared) };
  const wanted = tools.flatMap(({ name }) => found.filter((tool) => tool.name === name));
  const holding = wanted.map(({ directory }) => directory);
  return { front: without(base, [...new Set([...declared, ...holding])]), base, back: [] };
}

/** A required tool that is missing is told with the directories that were searched; optional ones in one sentence. */
function complaints(
  { missing }: ToolSearch,
  searched: readonly string[],
  { removed }: Sifted,
): Pick<PathVerdict, "problems" | "warnings"> {
  const left = removed.length === 0 ? "" : `, without ${removed.join(", ")}`;
  const problems = missing.flatMap(({ name, optional, origin }) => {
    if (optional || origin === null) return [];
    const message = `Cannot find "${name}", which ${origin} asks for: not in the parent's PATH either; searched ${searched.join(", ")}${left}; install it, or write "${name}?" if the program can do without`;
    return [{ name: "PATH", message }];
  });
  const optional = missing.filter((tool) => tool.optional && tool.origin !== null).map(({ name }) => name);
  return {
    problems,
    warnings: optional.length === 0 ? [] : [`optional tools are not there: ${optional.join(", ")}`],
  };
}

function without(base: readonly string[], directories: readonly string[]): readonly string[] {
  return directories.filter((directory) => !base.includes(directory));
}

function count(directories: readonly string[]): string {
  return directories.length === 1 ? "1 directory" : `${directories.length} directories`;
}
