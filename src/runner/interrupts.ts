import type { Clock, Signals, StandardInput } from "../system/system.ts";

/** The signals that ask us to end. Each is passed on to the program. */
export const endingSignals: readonly string[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

/** The signals that mean something to the program alone: passed on as they are, and no reason to end. */
const messageSignals: readonly string[] = [
  ...["SIGUSR1", "SIGUSR2", "SIGALRM", "SIGWINCH", "SIGCONT"],
  // Hardly ever sent by hand; but each of the last four would end us and not the program.
  ...["SIGURG", "SIGIO", "SIGVTALRM", "SIGPROF", "SIGXCPU"],
];

/** Ctrl-C, Ctrl-\ and a new size: the kernel tells them to every process in the foreground of the terminal. */
const terminalSignals: readonly string[] = ["SIGINT", "SIGQUIT", "SIGWINCH"];

/** A signal that asks us to end. */
export interface Interrupt {
  readonly signal: string;
  /** On the monotonic clock. */
  readonly at: number;
  /** Whether it came from the terminal that the program shares with us, so that the program was told already. */
  readonly fromTerminal: boolean;
}

/** The signals that came since we started to listen. Asking consumes nothing, so a lost race loses no signal. */
export interface Interrupts {
  readonly received: readonly Interrupt[];
  /** Resolves with the interrupt of that number, counted from 0, once it has come. */
  at(index: number): Promise<Interrupt>;
  /** Hands messages on from now on, and those first that came while nobody took any. The result ends it. */
  passMessages(take: (signal: string) => void): () => void;
}

/** Listens from now on: before the child exists, so that a signal between start and spawn is not lost. */
export function listenForInterrupts(
  { signals, clock }: { readonly signals: Signals; readonly clock: Clock },
  isFromTerminal: (signal: string) => boolean,
): Interrupts {
  const received: Interrupt[] = [];
  const waiting: { readonly index: number; readonly resolve: (interrupt: Interrupt) => void }[] = [];
  const kept: string[] = [];
  let take: ((signal: string) => void) | null = null;
  signals.on(endingSignals, (signal) => {
    const interrupt = { signal, at: clock.monotonic(), fromTerminal: isFromTerminal(signal) };
    received.push(interrupt);
    for (const { resolve } of waiting.filter(({ index }) => index === received.length - 1))
      resolve(interrupt);
  });
  signals.on(messageSignals, (signal) => {
    if (isFromTerminal(signal)) return;
    if (take === null) kept.push(signal);
    else take(signal);
  });
  return {
    received,
    at: (index) =>
      new Promise((resolve) => {
        const interrupt = received[index];
        if (interrupt === undefined) waiting.push({ index, resolve });
        else resolve(interrupt);
      }),
    passMessages(taker) {
      take = taker;
      for (const signal of kept.splice(0)) taker(signal);
      return () => {
        take = null;
      };
    },
  };
}

/** The first interrupt, from a number on, that counts. */
export async function firstThatCounts(
  interrupts: Interrupts,
  from: number,
  counts: (interrupt: Interrupt, index: number) => boolean,
): Promise<Interrupt> {
  for (let index = from; ; index++) {
    const interrupt = await interrupts.at(index);
    if (counts(interrupt, index)) return interrupt;
  }
}

/**
 * Whether the terminal at our stdin is who sent this, which nobody tells: a key reaches us only in its foreground, and who
 * means us alone sends INT and QUIT seldom.
 */
export function toldByTerminal(signal: string, stdin: StandardInput): boolean {
  return terminalSignals.includes(signal) && stdin.inForeground();
}
