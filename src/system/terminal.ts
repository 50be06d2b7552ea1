/** The terminal at our standard input. */
import { signalNumber } from "../core/signals.ts";
import type { Libc } from "./libc.ts";
import { isGroupAlive } from "./proc.ts";
import type { StandardInput } from "./system.ts";

/** What both runtimes ask of it, through libc. */
export function terminalAtStdin(libc: Libc): Pick<StandardInput, "inForeground" | "noteTerminal"> {
  const inForeground = () => {
    const holder = libc.foregroundGroup(0);
    return holder !== null && holder === libc.ownGroup();
  };
  return {
    inForeground,
    noteTerminal() {
      const modes = libc.terminalModes(0);
      if (modes === null) return null;
      const had = inForeground();
      return () => {
        if (had) takeBackFromTheDead(libc);
        // In the background the kernel would stop us over it (termios(3), SIGTTOU).
        if (inForeground()) libc.setTerminalModes(0, modes);
      };
    },
  };
}

/** A shell that was killed cannot hand the terminal on: then a group of no one has it, and whoever reads next is stopped. */
function takeBackFromTheDead(libc: Libc): void {
  const [holder, own] = [libc.foregroundGroup(0), libc.ownGroup()];
  if (holder === null || own === null || holder === own || isGroupAlive(holder)) return;
  const ttou = signalNumber("SIGTTOU", process.platform) ?? 0;
  libc.withSignal(ttou, "none", () => libc.setForegroundGroup(0, own));
}
