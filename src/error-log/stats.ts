import type { Files } from "../system/system.ts";
import { entries } from "./read-log.ts";

/** How many records there are of each kind. */
export interface Stats {
  readonly records: number;
  /** When the earliest and the latest of them happened; null when there are none. */
  readonly first: string | null;
  readonly last: string | null;
  readonly byType: Counts;
  readonly byAgent: Counts;
  readonly byPhase: Counts;
  /** By the hour in which it happened, in UTC: `2026-01-05T12`. */
  readonly byHour: Counts;
  readonly newer: number;
  readonly repairs: number;
  readonly skipped: number;
}

type Counts = Readonly<Record<string, number>>;

/** Counts the records of some logs. */
export function countRecords(logs: readonly string[], files: Pick<Files, "openRead">): Stats {
  const kinds = { record: 0, newer: 0, repair: 0, bad: 0 };
  const [byType, byAgent, byPhase, byHour] = [tally(), tally(), tally(), tally()];
  let [first, last]: [string | null, string | null] = [null, null];
  for (const log of logs) {
    for (const entry of entries(log, files)) {
      kinds[entry?.kind ?? "bad"]++;
      if (entry === null || entry.kind === "repair") continue;
      const { errorType, agent, phase, occurredAt } = entry.record;
      byType.add(errorType);
      byAgent.add(agent);
      byPhase.add(phase ?? "none");
      byHour.add(occurredAt.slice(0, "2026-01-05T12".length));
      if (first === null || occurredAt < first) first = occurredAt;
      if (last === null || occurredAt > last) last = occurredAt;
    }
  }
  return {
    records: kinds.record + kinds.newer,
    first,
    last,
    byType: byType.mostFirst(),
    byAgent: byAgent.mostFirst(),
    byPhase: byPhase.mostFirst(),
    byHour: byHour.inOrder(),
    newer: kinds.newer,
    repairs: kinds.repair,
    skipped: kinds.bad,
  };
}

function tally() {
  const counts = new Map<string, number>();
  return {
    add: (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1),
    mostFirst: () => Object.fromEntries([...counts].sort(([, one], [, other]) => other - one)),
    inOrder: () => Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
