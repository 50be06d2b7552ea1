/** A real terminal (a pty) with an interactive bash in it, in which faultbox is called as a person would call it. */
import { afterEach } from "bun:test";
import * as fs from "node:fs";
import * as path from "node:path";
import { until } from "./run-outcome.ts";
import { type Faultbox, shellEnvironment } from "./support.ts";

/** The keys that the kernel makes signals of. */
export const keys = {
  interrupt: "\x03",
  quit: "\x1c",
  stop: "\x1a",
  enter: "\r",
  endOfInput: "\x04",
} as const;

const prompt = "ready> ";

/** What the Deno tool says to a terminal before it runs a program. */
const denoClearsProgress = "\x1b[0G\x1b[2K\x1b[J";

export interface Terminal {
  readonly shellPid: number;
  /** What the terminal has shown since the last key or line. */
  shown(): string;
  /** Presses keys. What is shown from then on is new. */
  press(keys: string): void;
  /** Types a line, without waiting for anything. */
  type(line: string): void;
  /** Types a line and returns what was shown, without the line itself, until the shell asks for the next one. */
  command(line: string): Promise<string>;
  /** Waits until this was shown since the last key or line, and returns all that was. */
  sees(text: string | RegExp): Promise<string>;
  /** Waits until the shell asks for the next line. */
  seesPrompt(): Promise<string>;
  /** Takes the job to the front, and waits until the keys are its own: the shell shows the job's line before that. */
  foreground(): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Hangs up, as a closed window or a lost connection does, and waits for the shell to end. */
  hangUp(): Promise<void>;
}

/** Opens terminals for the cases of one `describe`, and hangs them up after each. */
export function terminals(faultbox: Faultbox): () => Promise<Terminal> {
  const open: Terminal[] = [];
  afterEach(async () => {
    for (const terminal of open.splice(0)) await terminal.hangUp();
  });
  return async () => {
    const terminal = await openTerminal(faultbox);
    open.push(terminal);
    return terminal;
  };
}

/** The words that run a program which counts every signal it gets, and ends with that code 0.4 s after the one named. */
export function counting(signal: string, code: number): string {
  const script = path.resolve(import.meta.dir, "../fixtures/children/counts-signals.py");
  return `python3 ${script} ${signal} ${code} counts.json`;
}

/** What that program counted. The CONT that follows a signal to end is left out. */
export function countsOf(faultbox: Faultbox): Record<string, number> {
  const { SIGCONT: _, ...counts } = JSON.parse(
    fs.readFileSync(path.join(faultbox.directory(), "counts.json"), "utf8"),
  );
  return counts;
}

/** Waits until a file is there with something in it, and returns that. */
export async function appears(faultbox: Faultbox, name: string): Promise<string> {
  const file = path.join(faultbox.directory(), name);
  await until(`${name} is there`, () => fs.existsSync(file) && fs.statSync(file).size > 0);
  return fs.readFileSync(file, "utf8");
}

/** The letter of a process's state in /proc; empty when it is gone. */
export function stateOf(pid: number): string {
  return statOf(pid)[0] ?? "";
}

/**
 * The states of every process below this one. Left out are the watchdog, which waits in a session of its own and is never
 * stopped, and what has ended and waits for a stopped parent to hear of it.
 */
export function statesBelow(pid: number): readonly string[] {
  const all = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const below = all
    .map(Number)
    .filter((other) => statOf(other)[1] === String(pid) && statOf(other)[0] !== "Z");
  const children = below.filter((child) => !isWatchdog(child));
  return children.flatMap((child) => [stateOf(child), ...statesBelow(child)]);
}

function isWatchdog(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("# Ends what process");
  } catch {
    return false;
  }
}

/** The fields after the command (proc(5)). */
function statOf(pid: number): readonly string[] {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/** Opens a terminal in the case's directory. In its bash `$F` is faultbox. */
async function openTerminal(faultbox: Faultbox): Promise<Terminal> {
  const decoder = new TextDecoder();
  let text = "";
  let from = 0;
  // Without readline, so that nothing but the kernel and the program changes the terminal's modes.
  const shell = Bun.spawn(["bash", "--norc", "--noprofile", "--noediting", "-i"], {
    cwd: faultbox.directory(),
    env: { ...shellEnvironment(faultbox), TERM: "xterm-256color", PS1: prompt, PS2: "" },
    terminal: {
      cols: 200,
      rows: 50,
      data: (_, bytes) => {
        text += decoder.decode(bytes, { stream: true }).replaceAll("\r\n", "\n");
      },
    },
  });
  const { terminal } = shell;
  if (terminal === undefined) throw new Error("no terminal was made");
  const shown = () => text.slice(from).replaceAll(denoClearsProgress, "");

  async function sees(wanted: string | RegExp): Promise<string> {
    const end = performance.now() + 15_000;
    while (typeof wanted === "string" ? !shown().includes(wanted) : !wanted.test(shown())) {
      if (performance.now() > end)
        throw new Error(`waited in vain for ${wanted} on the terminal: ${shown()}`);
      await Bun.sleep(5);
    }
    return shown();
  }

  function press(keys: string): void {
    from = text.length;
    terminal?.write(keys);
  }

  const opened: Terminal = {
    shellPid: shell.pid,
    shown,
    press,
    type: (line) => press(`${line}\r`),
    async command(line) {
      press(`${line}\r`);
      const answer = await opened.seesPrompt();
      return answer.slice(answer.indexOf("\n") + 1, -prompt.length);
    },
    sees,
    seesPrompt: () => sees(new RegExp(`${prompt}$`)),
    async foreground() {
      press("fg\r");
      const own = statOf(shell.pid)[2];
      await until("the job has the terminal", () => statOf(shell.pid)[5] !== own);
    },
    resize: (columns, rows) => terminal.resize(columns, rows),
    async hangUp() {
      terminal.close();
      await shell.exited;
    },
  };
  await sees(prompt);
  return opened;
}
