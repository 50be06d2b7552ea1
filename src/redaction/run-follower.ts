import type { Run, RunName } from "./runs.ts";
import type { View } from "./view.ts";

/**
 * Follows runs, and remembers the last stretch of each kind that it followed: so each byte is looked at once, however many
 * prefixes stand in one run. Places count from the beginning of the stream.
 */
export class RunFollower {
  readonly kinds: Readonly<Record<RunName, Run>>;
  readonly #runs: readonly Run[];
  readonly #from: number[];
  readonly #to: number[];
  /** Whether it may go on behind what was there. */
  readonly #open: boolean[];
  /** Of each open run whose bytes are masked, where it begins, and up to where they are masked by now; -1 for none. */
  readonly #maskedFrom: number[];
  readonly #maskedTo: number[];
  #anyMasked = false;

  constructor(kinds: Readonly<Record<RunName, Run>>) {
    this.kinds = kinds;
    this.#runs = Object.values(kinds).toSorted((one, other) => one.index - other.index);
    const none = () => this.#runs.map(() => -1);
    [this.#from, this.#to, this.#maskedFrom, this.#maskedTo] = [none(), none(), none(), none()];
    this.#open = this.#runs.map(() => false);
  }

  /** As {@link Run.end}. */
  end(run: Run, view: View, index: number): number {
    const place = view.base + index;
    const from = this.#from[run.index] as number;
    const to = this.#to[run.index] as number;
    const inside = from <= place && place < to;
    if (inside && !this.#open[run.index]) return to - view.base;
    if (inside && to === view.base + view.end && !view.atEnd) return -1 - view.end;
    return this.#follow(run, view, inside ? from : place, inside ? to : place);
  }

  /** Says that the run that was followed last, and is open, belongs to what is masked before it. */
  mask({ index }: Run): void {
    const to = this.#to[index] as number;
    if ((this.#maskedTo[index] as number) >= to) return;
    this.#maskedFrom[index] = this.#from[index] as number;
    this.#maskedTo[index] = to;
    this.#anyMasked = true;
  }

  /** Follows the masked runs into bytes that came since, and says up to where each was masked and is now. */
  resume(view: View, stretch: (from: number, to: number) => void): void {
    if (!this.#anyMasked) return;
    this.#anyMasked = false;
    for (const run of this.#runs) {
      const to = this.#maskedTo[run.index] as number;
      if (to < 0) continue;
      const end = this.#follow(run, view, this.#maskedFrom[run.index] as number, to);
      const reached = view.base + (end < 0 ? -1 - end : end);
      this.#maskedTo[run.index] = end < 0 ? reached : -1;
      this.#anyMasked ||= end < 0;
      stretch(to, reached);
    }
  }

  /** The first place that a masked run may still reach, if it is before this one. */
  heldFrom(place: number): number {
    if (!this.#anyMasked) return place;
    return this.#maskedTo.reduce((first, to) => (to >= 0 && to < first ? to : first), place);
  }

  forget(): void {
    this.#maskedTo.fill(-1);
    this.#anyMasked = false;
  }

  #follow(run: Run, view: View, from: number, to: number): number {
    const end = run.end(view, to - view.base, from - view.base);
    this.#from[run.index] = from;
    this.#to[run.index] = view.base + (end < 0 ? -1 - end : end);
    this.#open[run.index] = end < 0;
    return end;
  }
}
