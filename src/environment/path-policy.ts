import type { Policy } from "./policy.ts";

/** How the child's PATH comes about: the word of every layer, put together. */
export interface PathPolicy {
  /** The parent's, cleaned, or the directories that it is made from. */
  readonly base: "inherit" | readonly string[];
  readonly toolsFirst: boolean;
  readonly tools: readonly WantedTool[];
  /** Directories that are added, for example `~/.local/bin`. */
  readonly dirs: readonly string[];
  /** Who says what the base is. */
  readonly origin: string;
}

/** A program that must be the same for the child as for the parent. */
export interface WantedTool {
  readonly name: string;
  /** Whether the child may be started without it. */
  readonly optional: boolean;
  /** Who asks for it; null for the program itself. */
  readonly origin: string | null;
}

/** The base and the order are the strongest layer's; tools and directories add up, and of one tool the strongest word counts. */
export function pathPolicyOf({ layers }: Policy): PathPolicy {
  const tools = new Map<string, WantedTool>();
  const dirs = new Set<string>();
  let base: PathPolicy["base"] | undefined;
  let toolsFirst: boolean | undefined;
  let baseOrigin = "built-in";
  for (const { path } of layers) {
    if (path === null) continue;
    const { written, origin } = path;
    if (base === undefined && written.base !== undefined) {
      base = written.base;
      baseOrigin = origin;
    }
    toolsFirst ??= written.tools_first;
    for (const dir of written.dirs ?? []) dirs.add(dir);
    for (const tool of written.tools ?? []) {
      const name = tool.replace(/\?$/, "");
      if (!tools.has(name)) tools.set(name, { name, optional: tool.endsWith("?"), origin });
    }
  }
  return {
    base: base ?? "inherit",
    toolsFirst: toolsFirst ?? false,
    tools: [...tools.values()],
    dirs: [...dirs],
    origin: baseOrigin,
  };
}
