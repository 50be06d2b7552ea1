import { derivedId } from "./derived-id.ts";
import { makeRecord, type RecordOptions } from "./make-record.ts";
import type { ErrorDraft, ErrorRecord } from "./record.ts";
import { checkEntry, type SidecarEntry } from "./sidecar.ts";

/** What the merge knows of a worker and the worker does not say. */
export interface WorkerFacts {
  readonly taskKey: string;
  readonly phase: string | null;
  readonly agent: string;
  readonly agentRole: string;
  readonly model: string | null;
  /** When the sidecar was last written: what an entry without a time of its own happened before. */
  readonly writtenAt: number;
}

/** A worker's entries as records, and what was refused. */
export interface WorkerRecords {
  readonly records: readonly ErrorRecord[];
  readonly refused: ReadonlyArray<{ readonly problem: string; readonly entry: unknown }>;
}

/** Reads the evidence of a file that an entry names. */
export type DescribeFile = (path: string) => ErrorDraft["diagnostics"];

/**
 * Makes records of a sidecar's entries. The id comes from task key, agent, place and entry: a second merge, or two at
 * once, makes the same ones.
 */
export function recordsFromWorker(
  entries: readonly unknown[],
  facts: WorkerFacts,
  options: RecordOptions & { readonly describeFile: DescribeFile },
): WorkerRecords {
  const records: ErrorRecord[] = [];
  const refused: { problem: string; entry: unknown }[] = [];
  for (const [index, value] of entries.entries()) {
    const checked = checkEntry(value, index);
    if (checked.kind === "bad") {
      refused.push({ problem: checked.problem, entry: value });
      continue;
    }
    const id = derivedId(["worker", facts.taskKey, facts.agent, index, value], options.system.files);
    const draft = draftOf(checked.entry, facts, options.describeFile);
    records.push(makeRecord(draft, { ...options, id }));
  }
  return { records, refused };
}

function draftOf(entry: SidecarEntry, facts: WorkerFacts, describeFile: DescribeFile): ErrorDraft {
  return {
    occurredAt: entry.occurredAt ?? new Date(facts.writtenAt).toISOString(),
    source: "worker-reported",
    taskKey: facts.taskKey,
    phase: facts.phase ?? entry.phase,
    agent: facts.agent,
    agentRole: facts.agentRole,
    model: facts.model,
    errorType: entry.errorType,
    message: entry.message,
    tool: entry.tool,
    command: entry.command,
    exitCode: entry.exitCode,
    signal: entry.signal,
    durationMs: entry.durationMs,
    stderrExcerpt: entry.stderrExcerpt,
    diagnostics: entry.diagnostics === null ? null : describeFile(entry.diagnostics),
    attributes: entry.attributes,
  };
}
