import type { Outcome } from "../core/outcome.ts";
import { unjudged } from "../core/redactor.ts";
import type { KeptAttempt } from "./report.ts";

/** How often each secret stands in what is kept, by name and stream. */
export function countRedactions(kept: readonly KeptAttempt[]): Outcome["redactions"] {
  const counts = new Map<string, Outcome["redactions"][number]>();
  for (const attempt of kept) {
    for (const stream of ["stdout", "stderr"] as const) {
      for (const name of attempt[stream].redacted) {
        if (name === unjudged) continue;
        const key = `${name} ${stream}`;
        counts.set(key, { name, stream, count: (counts.get(key)?.count ?? 0) + 1 });
      }
    }
  }
  return [...counts.values()];
}

/** A note for each stream of which something could not be redacted. */
export function withheldNotes(kept: readonly KeptAttempt[]): readonly string[] {
  return (["stdout", "stderr"] as const).flatMap((stream) =>
    kept.some((attempt) => attempt[stream].redacted.includes(unjudged))
      ? [`what was kept of ${stream} could not be redacted, and is withheld`]
      : [],
  );
}
