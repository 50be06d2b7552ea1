/** Signal numbers on Linux (signal(7), x86 and ARM); macOS differs in those marked there. */
const numbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

/** Those whose number differs on macOS (signal(3) there). */
const darwin: Readonly<Record<string, number>> = {
  SIGBUS: 10,
  SIGSYS: 12,
  SIGURG: 16,
  SIGSTOP: 17,
  SIGTSTP: 18,
  SIGCONT: 19,
  SIGCHLD: 20,
  SIGIO: 23,
  SIGUSR1: 30,
  SIGUSR2: 31,
};

/** The number of a signal by its name; null for a name nobody knows. */
export function signalNumber(name: string, platform = "linux"): number | null {
  return (platform === "darwin" ? darwin[name] : undefined) ?? numbers[name] ?? null;
}

/** Every signal name. */
export const signalNames: readonly string[] = Object.keys(numbers);

/** The signal that a person means: `SIGKILL`, `kill` or `9`; null for a word that names none. */
export function signalFromWord(word: string): string | null {
  const wanted = word.toUpperCase();
  const fits = (known: string) => [known, known.slice(3), String(signalNumber(known))].includes(wanted);
  return signalNames.find(fits) ?? null;
}
