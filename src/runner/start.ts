import { describeCode } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";
import { basename, resolve } from "../system/path.ts";
import type { Child, Files, NotStarted, SpawnCommand, System } from "../system/system.ts";
import type { RunRequest } from "./request.ts";

/** Why a program did not start, in words, with the code and the category that follow from it. */
export interface StartFailure {
  readonly kind: "start-failure";
  readonly message: string;
  readonly exitCode: number;
  readonly category: "command_not_found" | "not_executable" | "environment";
}

/** What starting needs to know of a request. */
export type StartRequest = Pick<
  RunRequest,
  "argv" | "cwd" | "environment" | "stdin" | "mergeOutput" | "descriptors"
>;

/**
 * Starts the program as a shell would: looked up in the child's own PATH, and a script without a shebang is run by
 * `/bin/sh` (execvp(3)). What is wrong is told apart before or after: no directory, no program, no interpreter, no right.
 */
export function startProgram(
  request: StartRequest,
  options: {
    readonly system: System;
    readonly output?: "inherit";
    readonly launch?: (command: SpawnCommand) => SpawnCommand;
  },
): Child | StartFailure {
  const { files, processes } = options.system;
  const name = request.argv[0];
  if (files.status(request.cwd)?.kind !== "directory") {
    return cannotExecute(`Cannot start "${name}": the working directory "${request.cwd}" does not exist`);
  }
  const found = findProgram(name, request, files);
  if (found.kind === "start-failure") return found;
  const input = openStdin(request, options.system);
  const launch = options.launch ?? ((command) => command);
  const command: SpawnCommand = {
    executable: found.path,
    argv: request.argv,
    environment: request.environment,
    cwd: request.cwd,
    stdin: input.stdin,
    output: options.output ?? (request.mergeOutput ? ("merged" as const) : ("piped" as const)),
    ownSession: options.output !== "inherit" && !sharesTerminal(request, options.system),
    ...(request.descriptors === undefined ? {} : { descriptors: request.descriptors }),
  };
  // What a policy keeps from the program it could read in /proc/<our pid>/environ otherwise.
  processes.becomePrivate();
  try {
    const child = processes.spawn(launch(command));
    if (child.kind === "child" || child.code !== "ENOEXEC") return startedOr(child, name, found.path, files);
    const script = [found.path, ...request.argv.slice(1)];
    const shell = processes.spawn({ ...command, executable: "/bin/sh", argv: ["/bin/sh", ...script] });
    return startedOr(shell, name, found.path, files);
  } finally {
    input.close();
  }
}

/** Whether the child stays in our session, so that Ctrl-C, Ctrl-Z and password prompts work as without us. */
export function sharesTerminal(request: Pick<RunRequest, "stdin">, system: Pick<System, "stdin">): boolean {
  return request.stdin.kind === "inherit" && system.stdin.isTerminal();
}

/** Where a program is found for a child with this directory and environment, or why it is not. */
export function findProgram(
  name: string,
  request: Pick<StartRequest, "cwd" | "environment">,
  files: Files,
): { kind: "found"; path: string } | StartFailure {
  if (name.includes("/")) {
    const path = resolve(request.cwd, name);
    return files.status(path) === null
      ? notFound(`Cannot start "${name}": no such file`)
      : { kind: "found", path };
  }
  const path = request.environment["PATH"] ?? "";
  const best = name === "" ? null : findOnPath(name, path, { cwd: request.cwd, files });
  if (best !== null) return { kind: "found", path: best };
  return notFound(
    `Cannot start "${name}": not found on the PATH of its environment, ${JSON.stringify(path)}`,
  );
}

/** The first file of that name that may be executed, else the first at all: what is wrong with it is told then. */
function findOnPath(
  name: string,
  path: string,
  { cwd, files }: { readonly cwd: string; readonly files: Files },
): string | null {
  let present: string | null = null;
  for (const directory of path.split(":")) {
    const candidate = directory.startsWith("/") ? `${directory}/${name}` : resolve(cwd, directory, name);
    if (!isFile(candidate, files)) continue;
    if (files.executable(candidate)) return candidate;
    present ??= candidate;
  }
  return present;
}

function isFile(path: string, files: Files): boolean {
  try {
    return files.status(path)?.kind === "file";
  } catch {
    return false; // a directory on the PATH that we may not look into
  }
}

function openStdin(
  request: StartRequest,
  system: System,
): { stdin: "inherit" | "null" | number; close(): void } {
  if (request.stdin.kind !== "file") return { stdin: request.stdin.kind, close() {} };
  const file = system.files.openRead(request.stdin.path);
  return { stdin: file.descriptor, close: file.close };
}

function startedOr(
  child: Child | NotStarted,
  name: string,
  path: string,
  files: Files,
): Child | StartFailure {
  if (child.kind === "child") return child;
  if (files.status(path)?.kind === "directory")
    return cannotExecute(`Cannot execute "${name}": it is a directory`);
  if (child.code === "EILSEQ") return notPassedOn(name);
  if (child.code === "ENOENT") return noInterpreter(name, path, files);
  if (child.code === "EACCES" && !files.executable(path)) {
    return cannotExecute(
      `Cannot execute "${name}": "${path}" is not executable (chmod +x ${basename(path)})`,
    );
  }
  return cannotExecute(`Cannot execute "${name}": ${describeCode(child.code)}`);
}

function notPassedOn(name: string): StartFailure {
  const message = `Cannot start "${name}": an argument is not UTF-8, and would arrive changed`;
  return { kind: "start-failure", message, exitCode: ExitCode.runRefused, category: "not_executable" };
}

/** The file is there and the kernel says ENOENT: what is missing is what it asks to be run by. */
function noInterpreter(name: string, path: string, files: Files): StartFailure {
  const interpreter = shebangOf(path, files);
  if (interpreter === null) {
    return notFound(
      `Cannot start "${name}": the loader that "${path}" asks for does not exist on this machine`,
    );
  }
  const hint = interpreter.endsWith("\r") ? "; the file has Windows line ends" : "";
  return notFound(
    `Cannot start "${name}": its interpreter ${JSON.stringify(interpreter)} does not exist${hint}`,
  );
}

function shebangOf(path: string, files: Files): string | null {
  try {
    const file = files.openRead(path);
    const start = new TextDecoder().decode(file.readAt(0, 256));
    file.close();
    return /^#![ \t]*([^ \t\n]+)/.exec(start)?.[1] ?? null;
  } catch {
    return null;
  }
}

function notFound(message: string): StartFailure {
  return { kind: "start-failure", message, exitCode: ExitCode.notFound, category: "command_not_found" };
}

function cannotExecute(message: string): StartFailure {
  return { kind: "start-failure", message, exitCode: ExitCode.notExecutable, category: "not_executable" };
}
