/** faultbox's own exit codes. They are part of the interface: we add, never renumber. */
export const ExitCode = {
  /** Done. An empty list is done too. */
  ok: 0,
  /** A query matched nothing, a check found problems, or `run` ends an execution whose result file says it failed. */
  no: 1,
  /** A command other than `run` was called wrongly. */
  usage: 2,
  /** Data was refused; the message names the field. */
  dataRefused: 65,
  /** A fault in faultbox itself, after the executor started. */
  internal: 70,
  /** Something could not be written anywhere. */
  notWritten: 74,
  /** Not now: a lock was not to be had in time. */
  tryAgain: 75,
  /** A time limit ended the executor. */
  timedOut: 124,
  /** `run` itself failed or was called wrongly, before the executor started. */
  runRefused: 125,
  /** The program exists but cannot be executed. */
  notExecutable: 126,
  /** The program was not found. */
  notFound: 127,
  /** Signal n ended the executor: 128 + n. */
  signalBase: 128,
} as const;
