import * as v from "valibot";
import { outcomeSchema } from "../core/outcome.ts";

const nullableText = v.nullable(v.string());

/** What there is to say of an execution while it runs; redacted. */
const executionSchema = v.object({
  executionId: v.string(),
  role: v.string(),
  task: v.string(),
  shortId: v.string(),
  argv: v.array(v.string()),
  cwd: v.string(),
  startedAt: v.number(),
  limits: outcomeSchema.entries.limits,
});

/** What takes longer to say: it follows when the program has lived for a while. */
const detailsSchema = v.object({
  environment: outcomeSchema.entries.environment,
  notes: v.array(v.string()),
});

/** Who holds a spool. A process id means something only on the same machine, since the same boot, in the same container. */
const ownerSchema = v.object({
  pid: v.number(),
  startTime: nullableText,
  /** The host's name. */
  name: nullableText,
  machineId: nullableText,
  bootId: nullableText,
  pidNamespace: nullableText,
  /** Whether the owner could take the lock; where no file can be locked its process id has to do. */
  locked: v.boolean(),
});

export const spoolHeaderSchema = v.object({
  spool: v.literal(1),
  owner: ownerSchema,
  execution: executionSchema,
});

/** The lines after the header; one that is not known is skipped. */
export const spoolLineSchema = v.union([
  v.object({ started: v.object({ number: v.number(), startedAt: v.number(), pid: v.number() }) }),
  v.object({ details: detailsSchema }),
  v.object({ head: v.object({ attempt: v.number(), stream: v.string(), bytes: v.number() }) }),
  v.object({ ended: outcomeSchema.entries.attempts.item }),
  v.object({ outcome: outcomeSchema }),
]);

export type RunningExecution = Readonly<v.InferOutput<typeof executionSchema>>;
export type RunningDetails = Readonly<v.InferOutput<typeof detailsSchema>>;
export type SpoolOwner = Readonly<v.InferOutput<typeof ownerSchema>>;
export type SpoolHeader = Readonly<v.InferOutput<typeof spoolHeaderSchema>>;
export type SpoolLine = Readonly<v.InferOutput<typeof spoolLineSchema>>;

/** An owner file as it was found: its header, and the lines after it that are whole and known. */
export interface SpoolRecord {
  readonly header: SpoolHeader;
  readonly lines: readonly SpoolLine[];
}

/** Reads an owner file. Null while its first line is not whole; throws when it is none of ours. */
export function parseSpool(text: string): SpoolRecord | null {
  const [first, ...rest] = text.split("\n");
  if (first === undefined || rest.length === 0) return null;
  const header = v.safeParse(spoolHeaderSchema, JSON.parse(first));
  if (!header.success) throw new Error("it is not a spool of this version of faultbox");
  return { header: header.output, lines: rest.slice(0, -1).flatMap((line) => parseLine(line) ?? []) };
}

function parseLine(line: string): SpoolLine | null {
  try {
    const parsed = v.safeParse(spoolLineSchema, JSON.parse(line));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
