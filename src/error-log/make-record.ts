import { fingerprintOf } from "../core/fingerprint.ts";
import { storableText } from "../core/json-text.ts";
import type { Redactor } from "../core/redactor.ts";
import { uuid7 } from "../core/uuid7.ts";
import type { System } from "../system/system.ts";
import type { ErrorDraft, ErrorRecord } from "./record.ts";

/** What making a record needs beside what happened. */
export interface RecordOptions {
  readonly redactor: Pick<Redactor, "text">;
  readonly system: Pick<System, "clock" | "host" | "files">;
  /** A text that groups, in place of what the record says. */
  readonly fingerprint?: string | null;
  /** An id that was derived from what is reported. */
  readonly id?: string | null;
}

/** The whole record: redacted, with an id and a fingerprint, as long as it comes. */
export function makeRecord(draft: ErrorDraft, options: RecordOptions): ErrorRecord {
  const { clock, host } = options.system;
  const now = clock.now();
  const clean = redactDraft(draft, options.redactor);
  const explicit = options.fingerprint ? options.redactor.text(storableText(options.fingerprint)) : null;
  return {
    id: options.id ?? uuid7(now),
    schemaVersion: 1,
    recordedAt: new Date(now).toISOString(),
    occurredAt: clean.occurredAt,
    source: clean.source,
    taskKey: clean.taskKey,
    phase: clean.phase,
    agent: clean.agent,
    agentRole: clean.agentRole,
    model: clean.model,
    errorType: clean.errorType,
    message: clean.message,
    tool: clean.tool,
    command: clean.command,
    exitCode: clean.exitCode,
    signal: clean.signal,
    durationMs: clean.durationMs,
    stderrExcerpt: clean.stderrExcerpt,
    diagnostics: clean.diagnostics,
    host: host.name(),
    pid: host.pid,
    fingerprint: fingerprintOf(
      { ...clean, type: clean.errorType, excerpt: clean.stderrExcerpt },
      options.system.files,
      explicit,
    ),
    truncated: {},
    attributes: clean.attributes,
  };
}

/** Only the texts that somebody wrote: a number, a time or a digest is never a secret. */
function redactDraft(draft: ErrorDraft, redactor: Pick<Redactor, "text">): ErrorDraft {
  const clean = (text: string) => redactor.text(storableText(text));
  const cleanOrNull = (text: string | null) => (text === null ? null : clean(text));
  const attributes: [string, string][] = [];
  for (const key of Object.keys(draft.attributes)) {
    attributes.push([clean(key), clean(draft.attributes[key] ?? "")]);
  }
  return {
    ...draft,
    taskKey: clean(draft.taskKey),
    phase: cleanOrNull(draft.phase),
    agent: clean(draft.agent),
    agentRole: clean(draft.agentRole),
    model: cleanOrNull(draft.model),
    message: clean(draft.message),
    tool: cleanOrNull(draft.tool),
    command: cleanOrNull(draft.command),
    signal: cleanOrNull(draft.signal),
    stderrExcerpt: cleanOrNull(draft.stderrExcerpt),
    diagnostics: draft.diagnostics && { ...draft.diagnostics, path: clean(draft.diagnostics.path) },
    attributes: Object.fromEntries(attributes),
  };
}
