import type { ByteSink, ByteSource, Clock, ProcessName } from "../system/system.ts";
import type { Capture } from "./capture.ts";

/** How long we wait for more text once the child is gone and something else holds its pipe. */
export interface DrainWindow {
  /** The end of it, when no text has come for this long. */
  readonly quietMs: number;
  readonly longestMs: number;
}

/** What a pipe can hold (pipe(7)): text the child may have left in it for a slow caller. */
const pipeCapacity = 65_536;

/** The problem of a terminal that is gone. */
export const hungUp = "hung up";

/** Where a stream goes on to. */
export interface PassTo extends ByteSink {
  /** The stream has ended: what was held back until now goes out. Resolves as `write` does. */
  end?(): Promise<string | null>;
}

/** A stream on its way from the program to the caller and into the evidence. */
export interface Pump {
  /** Resolves when the stream has ended or was closed; never rejects. */
  readonly finished: Promise<void>;
  state(): "reading" | "writing" | "finished";
  /** When the last text came, on the monotonic clock. */
  lastTextAt(): number;
  bytes(): number;
  /** Why the caller's descriptor took no more; null while it does. EPIPE means that the caller went away, {@link hungUp} its terminal. */
  problem(): string | null;
  close(): void;
  holders(): readonly ProcessName[];
}

/**
 * Moves every chunk on as it is. A caller that is slow slows the program, since nothing is read meanwhile; one that
 * went away closes the program's pipe, as it would without us. A terminal that hung up does not: without us the program's
 * writes fail there and no SIGPIPE disturbs how it ends, so its last words are taken and kept.
 */
export function startPump(source: ByteSource, sink: PassTo | null, capture: Capture, clock: Clock): Pump {
  let state: ReturnType<Pump["state"]> = "reading";
  let lastTextAt = clock.monotonic();
  let bytes = 0;
  let problem: string | null = null;
  const onTerminal = sink?.isTerminal() ?? false; // once it has hung up, it cannot be told any more

  async function move(): Promise<void> {
    for await (const chunk of source.chunks) {
      lastTextAt = clock.monotonic();
      bytes += chunk.length;
      capture.push(chunk);
      if (sink === null || problem !== null) continue;
      state = "writing";
      const failure = await sink.write(chunk);
      problem = onTerminal && failure === "EIO" ? hungUp : failure;
      if (problem !== null && problem !== hungUp) break;
      state = "reading";
    }
    if (problem === null && sink?.end !== undefined) {
      state = "writing";
      problem = await sink.end();
    }
    source.close();
    state = "finished";
  }

  return {
    finished: move(),
    state: () => state,
    lastTextAt: () => lastTextAt,
    bytes: () => bytes,
    problem: () => problem,
    close: () => source.close(),
    holders: () => source.holders(),
  };
}

/**
 * Collects what is still in the pipes of a child that is gone, and returns who holds them open if somebody does.
 * A caller that is merely slow is waited for, unless `hurried`: then nobody is waited for beyond the longest window.
 */
export async function drain(
  pumps: readonly Pump[],
  options: DrainWindow & { readonly hurried: boolean; readonly clock: Clock },
): Promise<readonly ProcessName[]> {
  const start = options.clock.monotonic();
  const before = pumps.map((pump) => pump.bytes());
  const everything = Promise.all(pumps.map((pump) => pump.finished));
  const mayStop = (pump: Pump, index: number): boolean => {
    const now = options.clock.monotonic();
    const late = now - start >= options.longestMs;
    if (pump.state() === "finished") return true;
    if (pump.state() === "writing") return options.hurried && late;
    const emptied = pump.bytes() - (before[index] ?? 0) >= pipeCapacity;
    return now - Math.max(start, pump.lastTextAt()) >= options.quietMs || (late && emptied);
  };
  await Promise.race([everything, options.clock.sleep(0)]);
  while (!pumps.every(mayStop)) await Promise.race([everything, options.clock.sleep(10)]);
  if (pumps.every((pump) => pump.state() === "finished")) return [];
  const holders = pumps.flatMap((pump) => (pump.state() === "finished" ? [] : pump.holders()));
  for (const pump of pumps) pump.close();
  return [...new Map(holders.map((holder) => [holder.pid, holder])).values()];
}
