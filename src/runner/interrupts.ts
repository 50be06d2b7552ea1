import type { Signals } from "../system/system.ts";

/** The signals that ask us to end. Each is passed on to the program. */
export const endingSignals: readonly string[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

/** The signals that mean something to the program alone: passed on as they are, and no reason to end. */
const messageSignals: readonly string[] = [
  ...["SIGUSR1", "SIGUSR2", "SIGALRM", "SIGWINCH", "SIGCONT"],
  // Hardly ever sent by hand; but each of the last four would end us and not the program.
  ...["SIGURG", "SIGIO", "SIGVTALRM", "SIGPROF", "SIGXCPU"],
];

/** The signals that came since we started to listen. Asking consumes nothing, so a lost race loses no signal. */
export interface Interrupts {
  readonly received: readonly string[];
  /** Resolves with the signal of that number, counted from 0, once it has come. */
  at(index: number): Promise<string>;
  /** Hands messages on from now on, and those first that came while nobody took any. The result ends it. */
  passMessages(take: (signal: string) => void): () => void;
}

/** Listens from now on: before the child exists, so that a signal between start and spawn is not lost. */
export function listenForInterrupts(signals: Signals): Interrupts {
  const received: string[] = [];
  const waiting: { readonly index: number; readonly resolve: (signal: string) => void }[] = [];
  const kept: string[] = [];
  let take: ((signal: string) => void) | null = null;
  signals.on(endingSignals, (signal) => {
    received.push(signal);
    for (const waiter of waiting.filter(({ index }) => index === received.length - 1)) waiter.resolve(signal);
  });
  signals.on(messageSignals, (signal) => {
    if (take === null) kept.push(signal);
    else take(signal);
  });
  return {
    received,
    at: (index) =>
      new Promise((resolve) => {
        const signal = received[index];
        if (signal === undefined) waiting.push({ index, resolve });
        else resolve(signal);
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
