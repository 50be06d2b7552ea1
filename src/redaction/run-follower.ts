import type { Run, RunName } from "./runs.ts";
import type { View } from "./view.ts";

/**
 * Follows runs, and remembers the last stretch of each kind that it followed: so each byte is looked at once, however many
 * prefixes stand in one run. Places count from the beginning of the stream.
 */
export class RunFollower {
  readonly kinds: Readonly<Record<RunName, Run>>;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  /** Whether it may go on behind what was there. */
  readonly #open: boolean[] = [];
  /** The runs at the end of what is there whose bytes are masked. */
  readonly #masked = new Set<Run>();

  constructor(kinds: Readonly<Record<RunName, Run>>) {
    this.kinds = kinds;
  }

  /** As {@link Run.end}. */
  end(run: Run, view: View, index: number): number {
    const place = view.base + index;
    const from = this.#from[run.index] ?? -1;
    const to = this.#to[run.index] ?? -1;
    const inside = from <= place && place < to;
    if (inside && !this.#open[run.index]) return to - view.base;
    if (inside && to === view.base + view.end && !view.atEnd) return -1 - view.end;
    return this.#follow(run, view, inside ? from : place, inside ? to : place);
  }

  /** Says that an open run belongs to what is masked before it. */
  mask(run: Run): void {
    this.#masked.add(run);
  }

  /** Follows the masked runs into bytes that came since, up to where they are masked now; -1 when there is none. */
  resume(view: View): number {
    let furthest = -1;
    for (const run of this.#masked) {
      const end = this.#follow(run, view, this.#from[run.index] as number, this.#to[run.index] as number);
      if (end >= 0) this.#masked.delete(run);
      furthest = Math.max(furthest, end < 0 ? -1 - end : end);
    }
    return furthest;
  }

  /** The first place that a masked run may still reach, if it is before this one. */
  heldFrom(place: number): number {
    let first = place;
    for (const { index } of this.#masked) first = Math.min(first, this.#to[index] as number);
    return first;
  }

  forget(): void {
    this.#masked.clear();
  }

  #follow(run: Run, view: View, from: number, to: number): number {
    const end = run.end(view, to - view.base, from - view.base);
    this.#from[run.index] = from;
    this.#to[run.index] = view.base + (end < 0 ? -1 - end : end);
    this.#open[run.index] = end < 0;
    return end;
  }
}
