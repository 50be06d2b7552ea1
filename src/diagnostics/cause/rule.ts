/** From a line that only says that something failed to one that names the fault. `skip` is never a cause. */
export const ranks = ["skip", "wrapper", "words", "prefix", "tool", "fault"] as const;

/** How a line is known to name a fault. Rules are asked in order; the first that fits a line decides on it. */
export interface CauseRule {
  readonly name: string;
  readonly rank: (typeof ranks)[number];
  /** What the line looks like. A group called `line` holds the part that matters; without one it is the whole line. */
  readonly pattern: RegExp;
  /** The line before it looks like this, but for lines between that look like `between`. */
  readonly after?: RegExp;
  readonly between?: RegExp;
  /** The next line looks like this. */
  readonly next?: RegExp;
  /** Of several such lines the first one counts, since the others follow from it; otherwise the last one does. */
  readonly pick?: "first";
}
