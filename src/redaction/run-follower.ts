import type { Run, RunName } from "./runs.ts";
import type { View } from "./view.ts";

interface Stretch {
  readonly from: number;
  readonly to: number;
}

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
  /** Of each open run whose bytes are masked, where it begins, and up to where they are masked by now. */
  readonly #masked = new Map<Run, Stretch>();

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

  /** Says that the run that was followed last, and is open, belongs to what is masked before it. */
  mask(run: Run): void {
    const stretch = { from: this.#from[run.index] as number, to: this.#to[run.index] as number };
    const before = this.#masked.get(run);
    if (before === undefined || before.to < stretch.to) this.#masked.set(run, stretch);
  }

  /** Follows the masked runs into bytes that came since, and says up to where each was masked and is now. */
  resume(view: View, stretch: (from: number, to: number) => void): void {
    for (const [run, { from, to }] of this.#masked) {
      const end = this.#follow(run, view, from, to);
      const reached = view.base + (end < 0 ? -1 - end : end);
      if (end >= 0) this.#masked.delete(run);
      else this.#masked.set(run, { from, to: reached });
      stretch(to, reached);
    }
  }

  /** The first place that a masked run may still reach, if it is before this one. */
  heldFrom(place: number): number {
    let first = place;
    for (const { to } of this.#masked.values()) first = Math.min(first, to);
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
