import type { Leftover } from "../core/outcome.ts";
import type { ProcessStatus, System } from "../system/system.ts";
import { killGroupAt, wordsIn } from "./cgroup-limits.ts";
import { descendants, executionVariable } from "./tree.ts";

/** What is known of an execution whose faultbox is dead. */
export interface LostTree {
  readonly executionId: string;
  /** The sessions that its programs led, with the start time of each leader. */
  readonly sessions: readonly { readonly leader: number; readonly startTime: string }[];
  /** The directories of control groups that were made for it. */
  readonly controlGroups: readonly string[];
  /** Whether what has left those sessions may live on. */
  readonly sessionsOnly: boolean;
}

type World = Pick<System, "processes" | "clock" | "files">;

/** So long nothing more must be found: a program that was just being started shows its environment only after its exec. */
const calmMs = 300;
const roundMs = 20;
/** Nobody waits for ever for a process that cannot be killed. */
const patienceMs = 10_000;
const mostLooks = 50;

/**
 * Ends everything of a lost execution: carriers of its id, members of its sessions and of its control groups, and what is
 * below them. They are stopped until no new ones appear, then killed: a tree that forks while it is being killed does not outgrow
 * us, and a child that left the session and cleared its environment is still its parent's. Returns what was found.
 */
export async function endLostTree(lost: LostTree, world: World): Promise<readonly Leftover[]> {
  const { processes, clock } = world;
  const ended = new Map<string, Leftover>();
  const begin = clock.monotonic();
  let calmSince = begin;
  for (;;) {
    const found = freeze(lost, world);
    if (!lost.sessionsOnly) for (const directory of lost.controlGroups) killGroupAt(directory, world.files);
    for (const one of found) {
      ended.set(identity(one), { pid: one.pid, command: processes.nameOf(one.pid), action: "killed" });
      processes.killExactly(one, "SIGKILL");
    }
    const now = clock.monotonic();
    if (found.length > 0) calmSince = now;
    if (now - calmSince >= calmMs || now - begin >= patienceMs) break;
    await clock.sleep(roundMs);
  }
  for (const directory of lost.controlGroups) world.files.removeEmptyDirectory(directory);
  return [...ended.values()];
}

/** Stops the whole tree and returns it. What cannot be stopped, another user's say, may grow for as long as it likes. */
function freeze(lost: LostTree, { processes, files }: World): readonly ProcessStatus[] {
  const stopped = new Set<string>();
  for (let looks = 1; ; looks++) {
    const grouped = lost.controlGroups.flatMap((directory) => wordsIn(`${directory}/cgroup.procs`, files));
    const tree = treeOf(lost, processes, new Set(grouped.map(Number)));
    const fresh = tree.filter((one) => !stopped.has(identity(one)));
    if (fresh.length === 0 || looks === mostLooks) return tree;
    for (const one of fresh) {
      processes.killExactly(one, "SIGSTOP");
      stopped.add(identity(one));
    }
  }
}

/**
 * The living members of a tree. A faultbox in it has an execution of its own: its processes are members too. Who asks to outlive
 * the program is none, and neither is what is below.
 */
export function treeOf(
  lost: LostTree,
  processes: Pick<System["processes"], "all" | "variableOf">,
  grouped: ReadonlySet<number> = new Set(),
): readonly ProcessStatus[] {
  const table = processes.all().filter(({ alive }) => alive);
  const executions = new Set([lost.executionId]);
  const sessions = new Set(
    lost.sessions.filter((session) => isOurs(session, table)).map(({ leader }) => leader),
  );
  const carried = new Map(table.map(({ pid }) => [pid, processes.variableOf(pid, executionVariable)]));
  const staying = descendants(
    table.filter(({ pid }) => carried.get(pid) === "").map(({ pid }) => pid),
    table,
  );
  if (lost.sessionsOnly) return table.filter(({ session }) => sessions.has(session));
  const members = new Map<number, ProcessStatus>();
  for (let before = -1; before < members.size; ) {
    before = members.size;
    for (const one of table) {
      const execution = carried.get(one.pid) ?? null;
      const known = grouped.has(one.pid) || sessions.has(one.session) || members.has(one.parent);
      if (staying.has(one.pid) || !(known || (execution !== null && executions.has(execution)))) continue;
      members.set(one.pid, one);
      if (one.session === one.pid) sessions.add(one.pid);
      if (execution !== null) executions.add(execution);
    }
  }
  return [...members.values()];
}

/**
 * A session's number is its leader's, and is not given away while a member lives; so without a leader its members are ours, and a
 * leader that started at another time makes it somebody else's.
 */
function isOurs(session: LostTree["sessions"][number], table: readonly ProcessStatus[]): boolean {
  const leader = table.find(({ pid }) => pid === session.leader);
  return leader === undefined || leader.startTime === session.startTime;
}

function identity({ pid, startTime }: ProcessStatus): string {
  return `${pid}:${startTime}`;
}
