import { faultOf } from "../core/fault-of-outcome.ts";
import { type Fingerprint, fingerprintOf, fingerprintText } from "../core/fingerprint.ts";
import type { Files } from "../system/system.ts";
import { readOutcome } from "./find.ts";
import type { IndexEntry } from "./index-schema.ts";

/** The failed executions of one fault. */
export interface FailureGroup {
  /** `v1:` and 16 hex digits; the same as that of the records in an errors log. */
  readonly fingerprint: string;
  readonly key: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  /** The roles that met it, each once. */
  readonly roles: readonly string[];
  /** The newest of them. */
  readonly example: IndexEntry;
}

/** Groups failed executions, the most frequent first. Entries are given newest first; successes are left out. */
export function groupFailures(
  entries: readonly IndexEntry[],
  directory: string,
  files: Files,
): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const entry of entries) {
    if (entry.status === "succeeded") continue;
    const fingerprint = entry.fingerprint ?? workOut(entry, directory, files);
    const text = fingerprintText(fingerprint);
    const group = groups.get(text);
    groups.set(text, group ? withOlder(group, entry) : newGroup(text, fingerprint.key, entry));
  }
  return [...groups.values()].sort(
    (one, other) => other.count - one.count || (one.last < other.last ? 1 : -1),
  );
}

type Grouping = Pick<Fingerprint, "hash" | "key"> & { readonly version: string };

/** For entries that were written before there were fingerprints, or that the index lacks. */
function workOut(entry: IndexEntry, directory: string, files: Files): Grouping {
  const outcome = readOutcome(entry.name, directory, files);
  return fingerprintOf(
    outcome === null
      ? {
          type: "cli-failure",
          exitCode: entry.exitCode,
          signal: entry.signal,
          message: entry.reason ?? "unknown",
          excerpt: null,
        }
      : faultOf(outcome),
    files,
  );
}

function newGroup(fingerprint: string, key: string, example: IndexEntry): FailureGroup {
  const { recordedAt, role } = example;
  return { fingerprint, key, count: 1, first: recordedAt, last: recordedAt, roles: [role], example };
}

function withOlder(group: FailureGroup, entry: IndexEntry): FailureGroup {
  const { recordedAt, role } = entry;
  return {
    ...group,
    count: group.count + 1,
    first: recordedAt,
    roles: group.roles.includes(role) ? group.roles : [...group.roles, role],
  };
}
