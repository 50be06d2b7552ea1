import { neutralize } from "./neutralize.ts";
import type { Outcome } from "./outcome.ts";
import { times } from "./times.ts";

/** How often what was masked, in words: `GITHUB_TOKEN twice on stderr`. Empty when nothing was. */
export function describeRedactions(redactions: Outcome["redactions"]): string {
  return redactions
    .map(({ name, stream, count }) => neutralize(`${name} ${times(count)} on ${stream}`))
    .join(", ");
}
