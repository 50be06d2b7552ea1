import { ExitCode } from "../../core/exit-codes.ts";
import type { Redactor } from "../../core/redactor.ts";
import { derivedId } from "../../error-log/derived-id.ts";
import { makeRecord } from "../../error-log/make-record.ts";
import { checkObserved, type ObservedWords } from "../../error-log/observed.ts";
import type { ErrorRecord } from "../../error-log/record.ts";
import { storeRecords } from "../../error-log/store.ts";
import { resolve } from "../../system/path.ts";
import type { Call, Leave } from "../command.ts";
import { describeDiagnostics, durabilityOf, orPrint, tellStored } from "../errors-log.ts";
import { attributesOf, type GivenTexts, readTexts } from "../given-texts.ts";
import { handedLogPath } from "../log-path.ts";
import { ownRedactor } from "../own-redactor.ts";

interface ObservedFlags {
  readonly out: string | undefined;
  readonly "task-key": string | undefined;
  readonly phase: string | undefined;
  readonly agent: string | undefined;
  readonly "agent-role": string | undefined;
  readonly model: string | undefined;
  readonly "error-type": string | undefined;
  readonly command: string | undefined;
  readonly tool: string | undefined;
  readonly "exit-code": string | undefined;
  readonly signal: string | undefined;
  readonly "duration-ms": string | undefined;
  readonly message: string | undefined;
  readonly "message-file": string | undefined;
  readonly "stderr-excerpt-file": string | undefined;
  readonly diagnostics: string | undefined;
  readonly "occurred-at": string | undefined;
  readonly key: string | undefined;
  readonly fingerprint: string | undefined;
  readonly attribute: readonly string[];
  readonly durability: string;
  readonly json: boolean | undefined;
}

export async function handle(call: Call<ObservedFlags>): Promise<Leave> {
  const { flags, system, log } = call;
  const redactor = ownRedactor(system);
  const words = wordsOf(flags, await readTexts(flags, redactor, { system, log }));
  const record = await orPrint(
    () => [redactor.json(words)],
    system,
    () => recordOf(words, call, redactor),
  );
  return orPrint(
    () => [record],
    system,
    async () => {
      const durability = durabilityOf(flags.durability);
      const path = handedLogPath("--out", flags.out, system.files);
      const stored = await storeRecords(path, [record], system, { durability, once: Boolean(flags.key) });
      tellStored(path, stored, { system, log });
      if (flags.json) system.output.line(JSON.stringify({ id: record.id, state: stateOf(stored.appended) }));
      return { code: ExitCode.ok };
    },
  );
}

function stateOf(appended: Awaited<ReturnType<typeof storeRecords>>["appended"]): string {
  if (appended.kind === "pending") return "pending";
  return appended.added === 0 ? "present" : "appended";
}

function recordOf(
  words: ObservedWords,
  { flags, system, log }: Call<ObservedFlags>,
  redactor: Redactor,
): ErrorRecord {
  const file = flags.diagnostics ? resolve(system.host.workingDirectory(), flags.diagnostics) : null;
  const diagnostics = file === null ? null : describeDiagnostics(file, system, log);
  const draft = checkObserved(words, { now: system.clock.now(), diagnostics });
  const id = flags.key ? derivedId(["observed", draft.taskKey, flags.key], system.files) : null;
  return makeRecord(draft, { redactor, system, id, fingerprint: flags.fingerprint ?? null });
}

/** The words under the names of the record's fields. */
function wordsOf(flags: ObservedFlags, texts: GivenTexts): ObservedWords {
  return {
    ...texts,
    taskKey: flags["task-key"],
    phase: flags.phase,
    agent: flags.agent,
    agentRole: flags["agent-role"],
    model: flags.model,
    errorType: flags["error-type"],
    tool: flags.tool,
    command: flags.command,
    exitCode: flags["exit-code"],
    signal: flags.signal,
    durationMs: flags["duration-ms"],
    occurredAt: flags["occurred-at"],
    attributes: attributesOf(flags.attribute),
  };
}
