import type { Limit, ResourceLimit } from "../core/outcome.ts";
import type { HostPlace } from "../system/system.ts";

/** Who supervises a job. */
export interface JobOwner extends HostPlace {
  readonly pid: number;
  readonly startTime: string | null;
  /** Whether the lock could be taken: where no file can be locked the process has to do. */
  readonly locked: boolean;
}

/** What runs, redacted. */
export interface JobExecution {
  readonly executionId: string;
  readonly role: string;
  readonly task: string;
  readonly shortId: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly limits: Readonly<Record<string, Limit | ResourceLimit>> & {
    readonly timeout: Limit;
    readonly grace: Limit;
  };
}

/** What stands in `job.json`. */
export interface JobRecord {
  readonly job: 1;
  readonly owner: JobOwner;
  readonly execution: JobExecution;
  /** The directory that its evidence goes to. */
  readonly failures: string;
  readonly taskKey: string | null;
}

/** Reads a record. Throws when it is none of that job. */
export function parseRecord(text: string, id: string): JobRecord {
  const record = parsed(text);
  const isRecord = isObject(record) && record["job"] === 1 && isObject(record["owner"]);
  const execution = isRecord && isObject(record["execution"]) ? record["execution"] : null;
  if (
    execution?.["executionId"] !== id ||
    !Array.isArray(execution["argv"]) ||
    !isObject(execution["limits"])
  )
    throw new Error("its record is not one of this version of faultbox");
  return record as unknown as JobRecord;
}

/** What a text says as JSON; null when it is none, or not all of it. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
