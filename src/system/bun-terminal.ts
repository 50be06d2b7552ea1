/** The part of libc that only a terminal needs: who has it, its modes, and being stopped by its keys. */
import { FFIType } from "bun:ffi";
import { loadFrom } from "./bun-dlopen.ts";
import { atOnce, type Libc, noLibc, signalAction, structBytes } from "./libc.ts";

type TerminalFunctions = Pick<
  Libc,
  "withSignal" | "ownGroup" | "foregroundGroup" | "setForegroundGroup" | "terminalModes" | "setTerminalModes"
>;

const { i32, ptr } = FFIType;

const functions = {
  getpgrp: { args: [], returns: i32 },
  sigaction: { args: [i32, ptr, ptr], returns: i32 },
  tcgetattr: { args: [i32, ptr], returns: i32 },
  tcgetpgrp: { args: [i32], returns: i32 },
  tcsetattr: { args: [i32, i32, ptr], returns: i32 },
  tcsetpgrp: { args: [i32, i32], returns: i32 },
} as const;

/** Loaded at the first call. */
export function terminalFunctions(): TerminalFunctions {
  let loaded: TerminalFunctions | null = null;
  const libc = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    withSignal: (number, effect, act) => libc().withSignal(number, effect, act),
    ownGroup: () => libc().ownGroup(),
    foregroundGroup: (descriptor) => libc().foregroundGroup(descriptor),
    setForegroundGroup: (descriptor, group) => libc().setForegroundGroup(descriptor, group),
    terminalModes: (descriptor) => libc().terminalModes(descriptor),
    setTerminalModes: (descriptor, modes) => libc().setTerminalModes(descriptor, modes),
  };
}

function load(): TerminalFunctions {
  const libc = loadFrom(functions);
  if (libc === null) return noLibc;
  return {
    withSignal(number, effect, act) {
      const before = new Uint8Array(structBytes);
      libc.sigaction(number, signalAction(effect), before);
      act();
      libc.sigaction(number, before, null);
    },
    ownGroup: () => libc.getpgrp(),
    foregroundGroup(descriptor) {
      const group = libc.tcgetpgrp(descriptor);
      return group > 0 ? group : null;
    },
    setForegroundGroup(descriptor, group) {
      libc.tcsetpgrp(descriptor, group);
    },
    terminalModes(descriptor) {
      const modes = new Uint8Array(structBytes);
      return libc.tcgetattr(descriptor, modes) === 0 ? modes : null;
    },
    setTerminalModes(descriptor, modes) {
      libc.tcsetattr(descriptor, atOnce, modes);
    },
  };
}
