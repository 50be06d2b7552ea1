import { Refusal } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { recordsFromWorker, type WorkerFacts } from "../../error-log/from-worker.ts";
import { dataRefusal } from "../../error-log/refuse.ts";
import { readSidecar } from "../../error-log/sidecar.ts";
import { type Stored, storeRecords } from "../../error-log/store.ts";
import type { Call, Leave } from "../command.ts";
import { describeDiagnostics, durabilityOf, orPrint, printUnlogged, tellStored } from "../errors-log.ts";
import { handedOn } from "../handed-path.ts";
import { handedLogPath } from "../log-path.ts";
import { ownRedactor } from "../own-redactor.ts";

interface FromWorkerFlags {
  readonly sidecar: string | undefined;
  readonly out: string | undefined;
  readonly "task-key": string | undefined;
  readonly phase: string | undefined;
  readonly agent: string | undefined;
  readonly "agent-role": string | undefined;
  readonly model: string | undefined;
  readonly durability: string;
  readonly json: boolean | undefined;
}

export async function handle({ flags, system, log }: Call<FromWorkerFlags>): Promise<Leave> {
  const durability = durabilityOf(flags.durability);
  const sidecar = handedOn("--sidecar", flags.sidecar ?? "");
  const entries = readSidecar(sidecar, system.files);
  const facts = factsOf(flags, system.files.status(sidecar)?.modifiedAt ?? system.clock.now());
  if (entries === null) log.info(`there is no sidecar "${sidecar}": nothing to merge`);
  const redactor = ownRedactor(system);
  const describeFile = (path: string) => describeDiagnostics(path, system, log);
  const { records, refused } = recordsFromWorker(entries ?? [], facts, {
    redactor,
    system,
    describeFile,
  });
  printUnlogged(redactor.json(refused.map(({ entry }) => entry)), system.output);
  const stored = await orPrint(
    () => records,
    system,
    async () => {
      const path = handedLogPath("--out", flags.out, system.files);
      if (records.length === 0) return null;
      const done = await storeRecords(path, records, system, { durability, once: true });
      tellStored(path, done, { system, log });
      return done;
    },
  );
  const count = countOf(stored, records.length, refused.length);
  if (flags.json) system.output.line(JSON.stringify(count));
  else if (entries !== null) log.info(`${describeCount(count)} from "${sidecar}"`);
  if (refused.length === 0) return { code: ExitCode.ok };
  throw new Refusal(
    `Refused ${refused.length} of ${refused.length + records.length} entries of "${sidecar}": ${refused.map(({ problem }) => problem).join("; ")}`,
    ExitCode.dataRefused,
  );
}

function factsOf(flags: FromWorkerFlags, writtenAt: number): WorkerFacts {
  const problems: string[] = [];
  const needed = (flag: "task-key" | "agent" | "agent-role" | "model", field: string) => {
    const word = flags[flag];
    if (!word?.trim()) problems.push(`/${field}: Give --${flag}`);
    return word ?? "";
  };
  const facts = {
    taskKey: needed("task-key", "taskKey"),
    phase: flags.phase || null,
    agent: needed("agent", "agent"),
    agentRole: needed("agent-role", "agentRole"),
    model: needed("model", "model"),
    writtenAt,
  };
  if (problems.length > 0) throw dataRefusal(`Cannot record a worker's errors: ${problems.join("; ")}`);
  return facts;
}

interface Count {
  readonly merged: number;
  /** Those that were there already. */
  readonly present: number;
  readonly pending: number;
  readonly refused: number;
}

function countOf(stored: Stored | null, records: number, refused: number): Count {
  if (stored === null) return { merged: 0, present: 0, pending: 0, refused };
  if (stored.appended.kind === "pending") return { merged: 0, present: 0, pending: records, refused };
  const merged = stored.appended.added;
  return { merged, present: records - merged, pending: 0, refused };
}

function describeCount({ merged, present, pending }: Count): string {
  if (pending > 0) return `put ${pending} aside`;
  return present > 0 ? `merged ${merged}, ${present} were there already,` : `merged ${merged}`;
}
