/** Which processes are an attempt's own. */
import type { Processes, ProcessStatus } from "../system/system.ts";
import type { ControlGroup } from "./cgroup.ts";

/** The processes of an attempt, as they are found again. */
export interface Tree {
  /** The program itself. */
  readonly pid: number;
  readonly executionId: string;
  /** Whether it leads a session of its own. Otherwise it shares the user's, and is never found or signalled by session or group. */
  readonly ownSession: boolean;
  /** Whether its orphans come to us: then none gets out of sight, whatever it does. */
  readonly adopting: boolean;
  /** A control group of its own: what is in it is its own, whatever else it left. */
  readonly group: Pick<ControlGroup, "members" | "killAll"> | null;
}

/** The variable that names the execution, by which its processes are found wherever they went. Empty, it asks to be left alone. */
export const executionVariable = "FAULTBOX_EXECUTION";

/** What is alive of the program's tree while the program itself is not reaped: its descendants, and who shares its session. */
export function livingTree(tree: Tree, processes: Processes): readonly ProcessStatus[] {
  const table = processes.all().filter(({ alive }) => alive);
  const family = descendants([tree.pid, ...processes.adopted()], table);
  return table.filter((member) => family.has(member.pid) || inSession(member, tree));
}

/**
 * What is alive of it after its end. The program's own pid is no root any more: it may be somebody else's by now. `carriers` also
 * looks into every process's environment for the execution's id: for those that others started for it.
 */
export function leftoversOf(
  tree: Tree,
  processes: Processes,
  options: { readonly carriers: boolean },
): readonly ProcessStatus[] {
  const adopted = [...processes.adopted(), ...(tree.group?.members() ?? [])];
  if (adopted.length === 0 && tree.adopting && !options.carriers) return [];
  const table = processes.all().filter(({ alive }) => alive);
  const family = descendants(adopted, table);
  const carries = ({ pid }: ProcessStatus) =>
    options.carriers && processes.variableOf(pid, executionVariable) === tree.executionId;
  // An orphan that is ours needs no session to be found by, and so no reused number can mislead.
  return table.filter(
    (member) => family.has(member.pid) || (!tree.adopting && inSession(member, tree)) || carries(member),
  );
}

/** Whether a process asked to outlive the program, by an empty `FAULTBOX_EXECUTION`. */
export function asksToStay(pid: number, processes: Processes): boolean {
  return processes.variableOf(pid, executionVariable) === "";
}

function inSession(member: ProcessStatus, tree: Tree): boolean {
  return tree.ownSession && member.session === tree.pid;
}

/** The pids of these and of everything below them. */
export function descendants(roots: readonly number[], table: readonly ProcessStatus[]): ReadonlySet<number> {
  const children = Map.groupBy(table, ({ parent }) => parent);
  const found = new Set<number>();
  const open = [...roots];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (found.has(pid)) continue;
    found.add(pid);
    open.push(...(children.get(pid) ?? []).map((child) => child.pid));
  }
  return found;
}
