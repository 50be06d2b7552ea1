/** What an outcome keeps of an environment: names, never a value. */
export interface KeptEnvironment {
  readonly profile: string;
  readonly passed: readonly string[];
  readonly dropped: readonly string[];
}

/** What became of a name in one execution. */
export type Fate = "passed" | "dropped" | "absent";

/** A name that fared differently in two executions. */
export interface Change {
  readonly name: string;
  readonly before: Fate;
  readonly after: Fate;
}

/** The names that fared differently, in order. */
export function changesBetween(before: KeptEnvironment, after: KeptEnvironment): readonly Change[] {
  const names = new Set([before, after].flatMap(({ passed, dropped }) => [...passed, ...dropped]));
  const changes = [...names].sort().map((name) => ({
    name,
    before: fateOf(name, before),
    after: fateOf(name, after),
  }));
  return changes.filter((change) => change.before !== change.after);
}

function fateOf(name: string, { passed, dropped }: KeptEnvironment): Fate {
  if (passed.includes(name)) return "passed";
  return dropped.includes(name) ? "dropped" : "absent";
}
