import { isAbsolute, join } from "../system/path.ts";
import type { WantedTool } from "./path-policy.ts";
import type { World } from "./policy.ts";

/** A tool where the parent finds it. */
export interface FoundTool {
  readonly name: string;
  readonly directory: string;
  /** The file that it is in the end, links followed. */
  readonly realPath: string;
}

/** The tools that are there, and those that are not. */
export interface ToolSearch {
  readonly found: readonly FoundTool[];
  readonly missing: readonly WantedTool[];
}

/**
 * Looks for tools in these directories, in order, and for the interpreters that their first lines name: without `node`,
 * a script that begins with `#!/usr/bin/env node` is there and cannot run.
 */
export function findTools(
  wanted: readonly WantedTool[],
  directories: readonly string[],
  files: World["files"],
): ToolSearch {
  const found = new Map<string, FoundTool>();
  const missing = new Map<string, WantedTool>();
  const queue = [...wanted];
  for (let tool = queue.shift(); tool !== undefined; tool = queue.shift()) {
    if (found.has(tool.name) || missing.has(tool.name)) continue;
    const directory = directoryOf(tool.name, directories, files);
    if (directory === null) missing.set(tool.name, tool);
    else {
      const path = join(directory, tool.name);
      found.set(tool.name, { name: tool.name, directory, realPath: realPathOf(path, files) });
      queue.push(...interpreterOf(path, tool, files));
    }
  }
  return { found: [...found.values()], missing: [...missing.values()] };
}

/** The first of these directories with an executable of that name. */
export function directoryOf(
  name: string,
  directories: readonly string[],
  files: World["files"],
): string | null {
  return directories.find((directory) => isProgram(join(directory, name), files)) ?? null;
}

/** The file that a path leads to in the end; the path itself where that cannot be told. */
export function realPathOf(path: string, files: World["files"]): string {
  try {
    return files.realPath(path);
  } catch {
    return path;
  }
}

/** What `env` in a program's first line looks up on PATH; an interpreter named by its path needs no PATH. */
export function interpreterOf(path: string, tool: WantedTool, files: World["files"]): readonly WantedTool[] {
  const words = /^#![ \t]*(\S+)[ \t]+([^\r\n]*)/.exec(headOf(path, files));
  if (words === null || !/\/env$/.test(words[1] ?? "")) return [];
  const name = (words[2] ?? "").split(/[ \t]+/).find((word) => !word.startsWith("-") && !word.includes("="));
  if (name === undefined || name === "" || isAbsolute(name)) return [];
  return [{ ...tool, name, origin: tool.origin && `the first line of "${path}"` }];
}

/** The kernel reads no more of a first line (BINPRM_BUF_SIZE, execve(2)). */
const headBytes = 256;

function headOf(path: string, files: World["files"]): string {
  try {
    const file = files.openRead(path);
    try {
      return new TextDecoder().decode(file.readAt(0, headBytes));
    } finally {
      file.close();
    }
  } catch {
    return "";
  }
}

function isProgram(path: string, files: World["files"]): boolean {
  try {
    return files.status(path)?.kind === "file" && files.executable(path);
  } catch {
    return false;
  }
}
