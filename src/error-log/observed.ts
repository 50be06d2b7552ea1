import * as v from "valibot";
import { observedTypes } from "./error-types.ts";
import { attributes, signal, someText, time } from "./fields.ts";
import type { ErrorDraft } from "./record.ts";
import { dataRefusal, describeIssues } from "./refuse.ts";

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

/** Checks an error that a lead or a wrapper observed. Throws a `Refusal` with code 65 that names every field that is wrong. */
export function checkObserved(
  words: ObservedWords,
  { now, diagnostics }: { readonly now: number; readonly diagnostics: ErrorDraft["diagnostics"] },
): ErrorDraft {
  const parsed = v.safeParse(schema(), words);
  if (!parsed.success) throw dataRefusal(`Cannot record this error: ${describeIssues(parsed.issues)}`);
  const given = parsed.output;
  return {
    occurredAt: given.occurredAt ?? new Date(now).toISOString(),
    source: "lead-observed",
    taskKey: given.taskKey,
    phase: given.phase,
    agent: given.agent,
    agentRole: given.agentRole,
    model: given.model || null,
    errorType: given.errorType,
    message: given.message?.trim() ? given.message : describeEnding(given),
    tool: given.tool || null,
    command: given.command || null,
    exitCode: given.exitCode ?? null,
    signal: given.signal ?? null,
    durationMs: given.durationMs ?? null,
    stderrExcerpt: given.stderrExcerpt || null,
    diagnostics,
    attributes: given.attributes,
  };
}

function schema() {
  const optionalText = v.optional(v.string());
  return v.object({
    taskKey: someText("Give --task-key"),
    phase: someText("Give --phase"),
    agent: someText("Give --agent"),
    agentRole: someText("Give --agent-role"),
    model: optionalText,
    errorType: v.picklist(observedTypes, ({ received }) => {
      const instead = received === "undefined" ? "" : `, not ${received}`;
      return `Give --error-type as ${observedTypes.join(" or ")}${instead}`;
    }),
    message: optionalText,
    tool: optionalText,
    command: optionalText,
    exitCode: v.optional(numberFrom(/^-?\d{1,10}$/, "Give --exit-code as a number, for example 1")),
    signal: v.optional(signal),
    durationMs: v.optional(numberFrom(/^\d{1,15}$/, "Give --duration-ms as a number of milliseconds")),
    stderrExcerpt: optionalText,
    occurredAt: v.optional(time),
    attributes,
  });
}

function numberFrom(shape: RegExp, message: string) {
  return v.pipe(v.string(), v.regex(shape, message), v.transform(Number));
}

/** What there is to say when nobody gave a message. */
function describeEnding(given: {
  readonly errorType: string;
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
}): string {
  if (given.signal !== undefined) return `ended by ${given.signal}`;
  if (given.exitCode !== undefined) return `failed with exit code ${given.exitCode}`;
  return given.errorType;
}
