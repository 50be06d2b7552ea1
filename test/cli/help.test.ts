import { expect, test } from "bun:test";
import type { AnyCommand, Group } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands.ts";
import { helpText } from "../../src/cli/help.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { System, Variables } from "../../src/system/system.ts";

function systemWith(terminal: boolean, environment: Variables = {}): System {
  const stdout = { ...bunSystem.output.stdout, isTerminal: () => terminal };
  return { ...bunSystem, environment, output: { ...bunSystem.output, stdout } };
}

async function every(
  node: AnyCommand | Group,
  path: readonly string[],
): Promise<ReadonlyArray<readonly [string, AnyCommand]>> {
  if (!("commands" in node)) return [[path.join(" "), node]];
  const below = Object.entries(await node.commands());
  return (await Promise.all(below.map(([name, child]) => every(child, [...path, name])))).flat();
}

const all = await every(commands, ["faultbox"]);

test.each(all)("helpText() of %s names every flag, and has an example", async (name, command) => {
  const text = await helpText(name.split(" "), command, systemWith(false));
  for (const flag of Object.keys(command.flags)) expect(text).toContain(`--${flag}`);
  expect(text).toContain("EXAMPLES");
  // Some are reached by two ways, and some are called by others.
  const words = name.replace("error-log sidecar", "sidecar");
  expect(text).toContain(words.startsWith("faultbox error-log hook") ? words : `  ${words}`);
});

test.each(all)(
  "helpText() of %s has no colour where stdout is no terminal, or NO_COLOR is set",
  async (name, command) => {
    for (const system of [systemWith(false), systemWith(true, { NO_COLOR: "1" })])
      expect(await helpText(name.split(" "), command, system)).not.toContain("\u001b");
  },
);
