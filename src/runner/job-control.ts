/** Being a job of a shell: its terminal's keys, and stopping and continuing with the program as Ctrl-Z, `fg` and `bg` ask. */
import type { Processes, System } from "../system/system.ts";
import { type Interrupts, listenForInterrupts, toldByTerminal } from "./interrupts.ts";
import type { RunRequest } from "./request.ts";
import { sharesTerminal } from "./start.ts";
import { signalTree } from "./terminate.ts";
import type { Tree } from "./tree.ts";

/**
 * How often we look whether the program has stopped; after a TSTP more often, for as long as it may take to tidy up. What it
 * wrote last is then still in its pipe: two turns of the event loop pass it on before we stop too.
 */
const look = { everyMs: 250, afterStopMs: 5, forMs: 3000, turnMs: 10 } as const;

type World = Pick<System, "signals" | "processes" | "clock">;

/** What an execution is told from outside, and the terminal that it may leave in disorder there. */
export interface Surroundings {
  readonly interrupts: Interrupts;
  /** Puts the terminal back as the program found it; null when it has no terminal of ours. */
  readonly restoreTerminal: (() => void) | null;
}

/** Listens from now on, and tells the keys of a terminal that the program shares with us from what is meant for us alone. */
export function listenAround(request: Pick<RunRequest, "stdin">, system: System): Surroundings {
  const shared = sharesTerminal(request, system);
  return {
    interrupts: listenForInterrupts(system, (signal) => shared && toldByTerminal(signal, system.stdin)),
    restoreTerminal: shared ? system.stdin.noteTerminal() : null,
  };
}

/** Stops and continues with the program, whoever stops whom. The result ends it. */
export function stopWithProgram(tree: Tree, world: World): () => void {
  if (tree.ownSession) return world.signals.on(["SIGTSTP"], () => stopSession(tree, world));
  return followProgram(tree.pid, world);
}

/** A CONT to us. On a terminal a shell continues the whole job; somebody else may mean us and not know of the program. */
export function continueProgram(tree: Tree, processes: Processes): void {
  if (tree.ownSession) signalTree(tree, ["SIGCONT"], processes);
  else if (processes.stopped(tree.pid) ?? true) processes.kill(tree.pid, "SIGCONT");
}

/** A session without a terminal ignores TSTP, so it gets STOP (setpgid(2), orphaned groups). Who continues us sends CONT. */
function stopSession(tree: Tree, { processes }: World): void {
  signalTree(tree, ["SIGSTOP"], processes);
  processes.stopSelf("SIGSTOP");
}

/**
 * On a terminal Ctrl-Z has reached the program too, and the program decides: it may tidy up first, or take no notice. We stop
 * when it has stopped. One that stops itself would leave the user without a prompt; but only the shell that made a job of us
 * sees us stop, so in a group that is led by somebody else we go on, and so do the limits.
 */
function followProgram(pid: number, { signals, processes, clock }: World): () => void {
  if (processes.stopped(pid) === null) return () => {};
  const over = new AbortController();
  async function follow(everyMs: number, longestMs: number): Promise<void> {
    for (let left = longestMs; left > 0 && !over.signal.aborted; left -= everyMs) {
      await clock.sleep(everyMs, over.signal);
      if (isStopped()) await stop();
    }
  }
  async function stop(): Promise<void> {
    for (const turn of [look.turnMs, look.turnMs]) await clock.sleep(turn, over.signal);
    if (isStopped()) processes.stopSelf("SIGTSTP");
  }
  const isStopped = (): boolean => !over.signal.aborted && processes.stopped(pid) === true;
  if (processes.leadsGroup()) void follow(look.everyMs, Number.POSITIVE_INFINITY);
  const end = signals.on(["SIGTSTP"], () => void follow(look.afterStopMs, look.forMs));
  return () => {
    over.abort();
    end();
  };
}
