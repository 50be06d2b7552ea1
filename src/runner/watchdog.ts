/**
 * The watchdog ends what a program has started when faultbox itself is killed (`kill -9`) and can do nothing any more.
 *
 * 1. It is there before the program: no moment is left in which faultbox could die and the program live on.
 * 2. It is a shell that reads a pipe whose other end only faultbox holds, so its end means that faultbox is gone,
 *    however that came about. It costs about a millisecond of another core, and half a one of ours.
 * 3. It has a session of its own, ignores polite signals and holds nothing of the caller's; the word faultbox is not in
 *    its arguments, so that `pkill -9 -f faultbox` does not take it too.
 * 4. What it reads are the words of the command that it becomes then: `faultbox after-loss`, which knows how to end a tree
 *    and turns the spool into diagnostics. Where that cannot be started it ends by itself what it can.
 * 5. It is killed when nothing of the attempt is left, and reaped before faultbox leaves: a first process that does not reap,
 *    as many a container has, would collect them.
 */
import type { Witness } from "../core/witness.ts";
import type { Companion, System } from "../system/system.ts";
import type { LeftoverPolicy } from "./leftovers.ts";

/** The witness that outlives us. */
export interface Watchdog extends Witness {
  /** Resolves when none is left. */
  gone(): Promise<void>;
}

/** Has one for each attempt. `command` is what is to be done after our death; null leaves it to the shell. */
export function createWatchdog(
  execution: {
    readonly id: string;
    readonly command: readonly string[] | null;
    readonly leftovers: LeftoverPolicy;
  },
  { processes, environment, host }: Pick<System, "processes" | "environment" | "host">,
): Watchdog {
  const problems = new Set<string>();
  let shell: Companion | null = null;
  let gone = Promise.resolve();

  function start(): void {
    const started = processes.accompany(script(host.pid), {
      PATH: environment["PATH"] || "/usr/local/bin:/usr/bin:/bin",
      name: "FAULTBOX_EXECUTION",
      id: execution.id,
      leftovers: execution.leftovers,
    });
    if (started.kind === "not-started") problems.add(started.code);
    else shell = started;
    for (const word of tellable(execution.command)) shell?.tell(word);
  }

  function end(): void {
    gone = shell?.end() ?? gone;
    shell = null;
  }

  return {
    prepare: start,
    attempt({ pid, ownSession, controlGroups }) {
      const startTime = ownSession ? processes.startTimeOf(pid) : null;
      if (startTime !== null) shell?.tell(`--session=${pid}:${startTime}`);
      for (const directory of controlGroups) shell?.tell(`--control-group=${directory}`);
      return { over: end };
    },
    async gone() {
      end(); // a program that could not be started was never an attempt's
      await gone;
    },
    notes() {
      const notes: string[] = [];
      for (const code of problems)
        notes.push(`no watchdog (${code}): if faultbox were killed, the program would live on`);
      return notes;
    },
  };
}

/** A word with a line break would arrive as two. */
function tellable(command: readonly string[] | null): readonly string[] {
  return command === null || command.some((word) => word.includes("\n")) ? [] : command;
}

/**
 * For any POSIX shell. Without the command it ends the session and carriers of the execution's id for 1.5 s. The session comes
 * first, since its leader carries the id too, and is known by its start time: field 22 of its `stat` (proc(5)).
 */
const script = (faultbox: number) => `# Ends what process ${faultbox} has started, if that one is killed.
trap '' HUP INT QUIT TERM PIPE USR1 USR2 TSTP TTIN TTOU
while IFS= read -r word; do set -- "$@" "$word"; done
[ -x "$1" ] && exec "$@"
same() { read -r stat <"/proc/$1/stat" && set -- "$2" \${stat##*) } && [ "$1" = "\${21}" ]; }
round=0
while [ $round -lt 30 ]; do
  for word; do
    case $word in
      --control-group=*)
        [ $leftovers = allow ] && continue
        echo 1 >"\${word#*=}/cgroup.kill"
        rmdir "\${word#*=}" ;;
      --session=*)
        word=\${word#*=}
        same "\${word%:*}" "\${word#*:}" && kill -9 "-\${word%:*}" ;;
    esac
  done
  [ $leftovers = allow ] || for file in $(grep -lsF "$name=$id" /proc/[0-9]*/environ); do
    file=\${file#/proc/}
    kill -9 "\${file%/environ}"
  done
  sleep 0.05
  round=$((round + 1))
done`;
