import { join } from "../system/path.ts";
import type { World } from "./policy.ts";
import { directoryOf, type FoundTool, realPathOf } from "./tools.ts";

/** The directories of a PATH, around its base. */
export interface Around {
  readonly front: readonly string[];
  readonly base: readonly string[];
  readonly back: readonly string[];
}

/**
 * Adds only the directories that tools need, so that each is the same file for the child as for the parent: behind the
 * base, and before it where something there stands in the way. `order` is the parent's. Such an order always exists: in
 * the worst case everything comes before the base, as the parent has it, and there every tool is the parent's.
 */
export function withParity(
  start: Around,
  tools: readonly FoundTool[],
  { order, files }: { readonly order: readonly string[]; readonly files: World["files"] },
): Around {
  let around = start;
  for (;;) {
    const wrong = tools.find((tool) => fault(tool, around, files) !== null);
    if (wrong === undefined) return around;
    const { directory } = wrong;
    if (fault(wrong, around, files) === "missing" && !around.back.includes(directory)) {
      around = { ...around, back: [...around.back, directory] };
      continue;
    }
    const front = new Set([...around.front, directory]);
    if (front.size === around.front.length && isInOrder(around.front, order)) return around;
    around = {
      ...around,
      front: order.filter((each) => front.has(each)),
      back: around.back.filter((each) => each !== directory),
    };
  }
}

/** The whole PATH, each directory once, where it counts. */
export function joined({ front, base, back }: Around): readonly string[] {
  return [...new Set([...front, ...base, ...back])];
}

function fault(tool: FoundTool, around: Around, files: World["files"]): "missing" | "shadowed" | null {
  const directory = directoryOf(tool.name, joined(around), files);
  if (directory === null) return "missing";
  return realPathOf(join(directory, tool.name), files) === tool.realPath ? null : "shadowed";
}

function isInOrder(directories: readonly string[], order: readonly string[]): boolean {
  const places = directories.map((directory) => order.indexOf(directory));
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
}
