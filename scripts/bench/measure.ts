/** How the bench times things: whole processes, taking turns, by the median. */

/** When to stop taking turns, whichever comes first; never before three. */
interface Bounds {
  readonly rounds: number;
  readonly ms: number;
  /** What both have to exit with. */
  readonly code: number;
}

interface Pair {
  readonly oursMs: number;
  readonly theirsMs: number;
  readonly rounds: number;
}

/** Takes turns (A B A B …), so that a busy moment of the machine hits both, after one turn that does not count. */
export async function takeTurns(
  ours: readonly string[],
  theirs: readonly string[],
  bounds: Bounds,
  cwd: string,
): Promise<Pair> {
  await timeOnce(ours, cwd, bounds.code);
  await timeOnce(theirs, cwd, bounds.code);
  const oursMs: number[] = [];
  const theirsMs: number[] = [];
  const end = performance.now() + bounds.ms;
  while (oursMs.length < bounds.rounds && (oursMs.length < 3 || performance.now() < end)) {
    oursMs.push(await timeOnce(ours, cwd, bounds.code));
    theirsMs.push(await timeOnce(theirs, cwd, bounds.code));
  }
  return { oursMs: median(oursMs), theirsMs: median(theirsMs), rounds: oursMs.length };
}

/** From before the start of a process to after its end. One that ends in another way would be fast for nothing, so it throws. */
async function timeOnce(argv: readonly string[], cwd: string, expected: number): Promise<number> {
  const start = performance.now();
  const child = Bun.spawn([...argv], { cwd, stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  const code = await child.exited;
  const elapsed = performance.now() - start;
  if (code !== expected) throw new Error(`"${argv.join(" ")}" exited ${code}`);
  return elapsed;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

interface Peak {
  readonly peakBytes: number;
  readonly outputBytes: number;
}

/**
 * The most memory a process ever had, while we read its output. It is VmHWM from /proc, looked at until the end; the figure
 * that `wait` gives also remembers ours, from between fork and exec.
 */
export async function peakMemory(argv: readonly string[], cwd: string): Promise<Peak> {
  const child = Bun.spawn([...argv], { cwd, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  let peakBytes = 0;
  const look = async (): Promise<void> => {
    const status = await Bun.file(`/proc/${child.pid}/status`)
      .text()
      .catch(() => "");
    const kilobytes = Number(status.match(/^VmHWM:\s+(\d+) kB$/m)?.[1] ?? 0);
    peakBytes = Math.max(peakBytes, kilobytes * 1024);
  };
  const timer = setInterval(() => void look(), 20);
  let outputBytes = 0;
  for await (const chunk of child.stdout) outputBytes += chunk.length;
  const code = await child.exited;
  clearInterval(timer);
  if (code !== 0) throw new Error(`"${argv.join(" ")}" exited ${code}`);
  return { peakBytes, outputBytes };
}
