import { withoutEscapes } from "../core/neutralize.ts";
import type { System } from "../system/system.ts";
import { loadCitty } from "./citty.ts";
import { type AnyCommand, cittyArguments, type Group, shownCommands } from "./command.ts";

/** The help of a command or a group: citty's usage, then examples. Colour only on a terminal. */
export async function helpText(
  path: readonly string[],
  node: AnyCommand | Group,
  system: System,
): Promise<string> {
  const usage = "commands" in node ? await groupUsage(path, node) : await commandUsage(path, node);
  const text = [usage, ...examples(node)].join("\n");
  const plain = !system.output.stdout.isTerminal() || Boolean(system.environment["NO_COLOR"]);
  return plain ? withoutEscapes(text) : text;
}

async function groupUsage(path: readonly string[], group: Group): Promise<string> {
  const { renderUsage } = await loadCitty();
  const shown = await shownCommands(group);
  const entries = shown.map(([name, { summary }]) => [name, { meta: { description: summary } }] as const);
  return renderUsage({
    meta: { name: path.join(" "), description: group.summary },
    subCommands: Object.fromEntries(entries),
  });
}

async function commandUsage(path: readonly string[], command: AnyCommand): Promise<string> {
  const { renderUsage } = await loadCitty();
  const usage = await renderUsage({
    meta: { name: path.join(" "), description: command.summary },
    args: cittyArguments(command),
  });
  if (!command.takesProgram) return usage;
  return usage.replace(`${path.join(" ")} [OPTIONS] `, `${path.join(" ")} [OPTIONS] -- program [arguments…]`);
}

function examples(node: AnyCommand | Group): readonly string[] {
  if ("commands" in node) return [];
  return ["EXAMPLES", "", ...node.examples.map((line) => `  ${line}`)];
}
