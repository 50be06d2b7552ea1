import { signalFromWord } from "../core/signals.ts";
import { observedTypes } from "./error-types.ts";
import { areAttributes, attributeWords, signalWords, timeFrom, timeWords } from "./field-values.ts";
import type { ErrorDraft } from "./record.ts";
import { dataRefusal } from "./refuse.ts";

/** What the words of `append-observed` say, by the names of the record's fields. Nothing is judged yet. */
export interface ObservedWords {
  readonly taskKey: string | undefined;
  readonly phase: string | undefined;
  readonly agent: string | undefined;
  readonly agentRole: string | undefined;
  readonly model: string | undefined;
  readonly errorType: string | undefined;
  readonly message: string | undefined;
  readonly tool: string | undefined;
  readonly command: string | undefined;
  readonly exitCode: string | undefined;
  readonly signal: string | undefined;
  readonly durationMs: string | undefined;
  readonly stderrExcerpt: string | undefined;
  readonly occurredAt: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Checks an error that a lead or a wrapper observed. Throws a `Refusal` with code 65 that names every field that is wrong.
 * By hand: building a schema and asking it takes a tenth of the time of the whole append.
 */
export function checkObserved(
  words: ObservedWords,
  { now, diagnostics }: { readonly now: number; readonly diagnostics: ErrorDraft["diagnostics"] },
): ErrorDraft {
  const problems: string[] = [];
  const wrong = (field: keyof ObservedWords, message: string) => problems.push(`/${field}: ${message}`);
  const needed = (field: "taskKey" | "phase" | "agent" | "agentRole", flag: string) => {
    if (!words[field]?.trim()) wrong(field, `Give --${flag}`);
    return words[field] ?? "";
  };
  const number = (field: "exitCode" | "durationMs", shape: RegExp, message: string) => {
    const word = words[field];
    if (word !== undefined && !shape.test(word)) wrong(field, message);
    return word === undefined ? null : Number(word);
  };
  const draft: ErrorDraft = {
    occurredAt:
      words.occurredAt === undefined ? new Date(now).toISOString() : (timeFrom(words.occurredAt) ?? ""),
    source: "lead-observed",
    taskKey: needed("taskKey", "task-key"),
    phase: needed("phase", "phase"),
    agent: needed("agent", "agent"),
    agentRole: needed("agentRole", "agent-role"),
    model: words.model || null,
    errorType: observedType(words.errorType) ?? "cli-failure",
    message: words.message ?? "",
    tool: words.tool || null,
    command: words.command || null,
    exitCode: number("exitCode", /^-?\d{1,10}$/, "Give --exit-code as a number, for example 1"),
    signal: words.signal === undefined ? null : signalFromWord(words.signal),
    durationMs: number("durationMs", /^\d{1,15}$/, "Give --duration-ms as a number of milliseconds"),
    stderrExcerpt: words.stderrExcerpt || null,
    diagnostics,
    attributes: words.attributes,
  };
  if (observedType(words.errorType) === null) wrong("errorType", errorTypeWords(words.errorType));
  if (words.signal !== undefined && draft.signal === null) wrong("signal", signalWords);
  if (draft.occurredAt === "") wrong("occurredAt", timeWords);
  if (!areAttributes(words.attributes)) wrong("attributes", attributeWords);
  if (problems.length > 0) throw dataRefusal(`Cannot record this error: ${problems.join("; ")}`);
  return draft.message.trim() === "" ? { ...draft, message: describeEnding(draft) } : draft;
}

function observedType(word: string | undefined): ErrorDraft["errorType"] | null {
  for (const known of observedTypes) if (known === word) return known;
  return null;
}

function errorTypeWords(word: string | undefined): string {
  const instead = word === undefined ? "" : `, not ${JSON.stringify(word)}`;
  return `Give --error-type as ${observedTypes.join(" or ")}${instead}`;
}

/** What there is to say when nobody gave a message. */
function describeEnding({ errorType, signal, exitCode }: ErrorDraft): string {
  if (signal !== null) return `ended by ${signal}`;
  return exitCode === null ? errorType : `failed with exit code ${exitCode}`;
}
