/** A scope of systemd's: for who may not make control groups, but may ask the service manager of the session to. */
import type { SpawnCommand, System } from "../system/system.ts";
import type { ResourceLimits } from "./cgroup-limits.ts";

/** How long the service manager may take to answer. */
const answerMs = 5000;

/** What a user's service manager is found by. The program gets them only if its own environment has them. */
const busVariables = ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] as const;

/** How to start a program in a scope with these limits, or why that cannot be done, in words. */
export async function systemdScope(
  limits: ResourceLimits,
  system: System,
): Promise<((command: SpawnCommand) => SpawnCommand) | string> {
  const executable = findSystemdRun(system);
  if (executable === null) return "systemd-run is not installed";
  const words = ["systemd-run", ...scopeWords(limits, system)];
  const bus = busEnvironment(system);
  const problem = await tryOut(executable, words, bus, system);
  if (problem !== null) return `systemd-run: ${problem}`;
  return (command) => {
    const added = busVariables.filter((name) => name in bus && !(name in command.environment));
    const hidden = added.length === 0 ? [] : ["/usr/bin/env", ...added.flatMap((name) => ["-u", name])];
    return {
      ...command,
      executable,
      argv: [...words, "--", ...hidden, command.executable, ...command.argv.slice(1)],
      environment: { ...bus, ...command.environment },
    };
  };
}

function findSystemdRun({ files, environment }: System): string | null {
  const directories = `${environment["PATH"] ?? ""}:/usr/bin:/bin`.split(":");
  const paths = directories.filter((each) => each.startsWith("/")).map((each) => `${each}/systemd-run`);
  // In this order: into a directory that is not ours only the first may look.
  return paths.find((path) => files.executable(path) && files.status(path)?.kind === "file") ?? null;
}

function scopeWords({ memoryBytes, pids, cpuPercent }: ResourceLimits, { host }: System): readonly string[] {
  const properties = [
    ...(memoryBytes === null ? [] : [`MemoryMax=${memoryBytes}`, "MemorySwapMax=0"]),
    ...(pids === null ? [] : [`TasksMax=${pids}`]),
    ...(cpuPercent === null ? [] : [`CPUQuota=${cpuPercent}%`]),
  ];
  const manager = host.userId === 0 ? [] : ["--user"];
  return [...manager, "--scope", "--quiet", "--collect", ...properties.map((each) => `--property=${each}`)];
}

function busEnvironment({ environment }: System): Readonly<Record<string, string>> {
  const found = busVariables.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

/** Starts a program that does nothing; null when that went well. */
async function tryOut(
  executable: string,
  words: readonly string[],
  bus: Readonly<Record<string, string>>,
  { processes, clock }: System,
): Promise<string | null> {
  const child = processes.spawn({
    executable,
    argv: [...words, "--", "/bin/true"],
    environment: { PATH: "/usr/bin:/bin", ...bus },
    cwd: "/",
    stdin: "null",
    output: "piped",
    ownSession: true,
  });
  if (child.kind === "not-started") return child.code;
  const said = firstLine(child.stderr?.chunks);
  const cancel = new AbortController();
  const end = await Promise.race([child.ended, clock.sleep(answerMs, cancel.signal).then(() => null)]);
  cancel.abort();
  if (end === null) processes.kill(-child.pid, "SIGKILL");
  child.stdout?.close();
  const told = await Promise.race([said, clock.sleep(100).then(() => "")]);
  child.stderr?.close();
  if (end === null) return `no answer within ${answerMs / 1000} s`;
  if (end.kind === "exited" && end.code === 0) return null;
  return told || "it failed";
}

async function firstLine(chunks: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  for await (const chunk of chunks ?? []) return new TextDecoder().decode(chunk).trim().split("\n")[0] ?? "";
  return "";
}
