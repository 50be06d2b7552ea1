/**
 * Recovery turns the spool of a dead owner into diagnostics with the status `lost`. Exactly once: whoever does it holds the
 * lock of the owner file, and the order makes every step repeatable, since the owner file goes last.
 *
 *  1. Under the lock: a pair that is of this execution already (its owner, or a recovery before us, came that far) is enough;
 *     only its line in the index may be lacking.
 *  2. A log without its outcome is half a pair: it goes, and the pair is written anew.
 *  3. Only when the pair stands do the segments go, then the owner file.
 *
 * A spool of another machine, boot or pid namespace is left alone unless it is asked for: there a free lock says nothing. So
 * is one of another user.
 */
import { describeError } from "../core/errors.ts";
import type { Leftover } from "../core/outcome.ts";
import { join } from "../system/path.ts";
import type { OpenFile, System } from "../system/system.ts";
import { lostEvidence, type Segment } from "./lost-evidence.ts";
import { attemptsOf, lostOutcome } from "./lost-outcome.ts";
import { placeholders } from "./placeholders.ts";
import { presentPair } from "./present-pair.ts";
import { draftName, saveDiagnostics } from "./save.ts";
import { ownerDraftName, ownerName, parseOwnerName, parseSegmentName } from "./spool-names.ts";
import { parseSpool, type SpoolOwner, type SpoolRecord } from "./spool-schema.ts";

/** What became of a spool. A living owner's is not mentioned. */
export interface Recovered {
  readonly executionId: string;
  readonly action: "recovered" | "kept already" | "left alone" | "failed";
  /** The name of the diagnostics; null where there are none. */
  readonly name: string | null;
  /** Why it was left alone, or could not be recovered; null otherwise. */
  readonly reason: string | null;
}

export interface RecoveryOptions {
  /** Only this execution. */
  readonly only?: string;
  /** Those of other machines, boots and pid namespaces too. */
  readonly foreign?: boolean;
  /** What is known of the loss beside the spool. */
  readonly endedAt?: number;
  readonly leftovers?: readonly Leftover[];
}

type RecoverySystem = Pick<System, "files" | "clock" | "host" | "processes">;

interface World extends RecoveryOptions {
  readonly directory: string;
  readonly system: RecoverySystem;
}

/** How long another recovery of the same spool is waited for. */
const patienceMs = 5000;
/** An owner writes its header at once: without one for so long it died before it had something to lose. */
const unwrittenMs = 60_000;

/** Recovers every spool in the directory that can be. Never throws: what went wrong is told spool by spool. */
export async function recoverSpools(
  directory: string,
  system: RecoverySystem,
  options: RecoveryOptions = {},
): Promise<readonly Recovered[]> {
  const results: Recovered[] = [];
  for (const executionId of spoolsIn(directory, system)) {
    if (options.only !== undefined && options.only !== executionId) continue;
    try {
      const result = await recoverSpool(executionId, { ...options, directory, system });
      if (result !== null) results.push(result);
    } catch (error) {
      results.push({ executionId, action: "failed", name: null, reason: describeError(error) });
    }
  }
  return results;
}

function spoolsIn(directory: string, { files }: RecoverySystem): readonly string[] {
  try {
    return files.names(directory).flatMap((name) => parseOwnerName(name) ?? []);
  } catch {
    return []; // whoever reads the directory next is told why it cannot be
  }
}

async function recoverSpool(executionId: string, world: World): Promise<Recovered | null> {
  const { files, host } = world.system;
  const path = join(world.directory, ownerName(executionId));
  const status = files.linkStatus(path);
  if (status === null) return null;
  const leave = (reason: string): Recovered => ({ executionId, action: "left alone", name: null, reason });
  if (status.kind !== "file") return leave("it is not a regular file");
  if (host.userId !== null && status.owner !== host.userId)
    return leave(`it belongs to another user (${status.owner})`);
  const file = files.openPresent(path);
  try {
    const record = parseSpool(textOf(file));
    if (record === null) {
      if (world.system.clock.now() - status.modifiedAt > unwrittenMs && file.tryLock()) files.remove(path);
      return null;
    }
    const foreign = world.foreign ? null : foreignness(record.header.owner, host.place());
    if (foreign !== null) return leave(foreign);
    if (!(await takeOver(file, path, record.header.owner, world))) return null;
    // What the owner wrote last may have come after our first look.
    return await settle(executionId, parseSpool(textOf(file)) ?? record, file, world);
  } finally {
    file.close();
  }
}

/** Why a process id of the owner means nothing here; null when it does. */
function foreignness(owner: SpoolOwner, here: ReturnType<RecoverySystem["host"]["place"]>): string | null {
  if (owner.machineId !== here.machineId) return "its owner ran on another machine";
  if (owner.bootId !== here.bootId) return "its owner ran before the last boot, or on another machine";
  if (owner.pidNamespace !== here.pidNamespace) return "its owner ran in another pid namespace";
  return null;
}

/**
 * Whether the spool is ours now. An owner that lives keeps it; a lock that somebody holds although the owner is dead is another
 * recovery's, whose end is waited for, so that whoever lists the failures then finds its result.
 */
async function takeOver(file: OpenFile, path: string, owner: SpoolOwner, world: World): Promise<boolean> {
  const { clock, files } = world.system;
  if (livesOn(owner, world)) return false;
  const until = clock.monotonic() + patienceMs;
  while (owner.locked && !file.tryLock()) {
    if (clock.monotonic() > until) throw new Error("another recovery holds its lock");
    await clock.sleep(10);
  }
  return files.linkStatus(path)?.inode === file.status().inode;
}

function livesOn(owner: SpoolOwner, { foreign, system }: World): boolean {
  if (foreign && foreignness(owner, system.host.place()) !== null) return false;
  return owner.startTime !== null && system.processes.startTimeOf(owner.pid) === owner.startTime;
}

async function settle(
  executionId: string,
  record: SpoolRecord,
  file: OpenFile,
  world: World,
): Promise<Recovered> {
  const present = await presentPair(record.header.execution, world.directory, world.system);
  const name = present ?? (await save(record, readSegments(executionId, world), file, world));
  const remains = [
    draftName(executionId),
    ownerDraftName(executionId),
    ...segmentNames(executionId, world),
    ownerName(executionId),
  ];
  for (const remaining of remains) world.system.files.remove(join(world.directory, remaining));
  return { executionId, action: present === null ? "recovered" : "kept already", name, reason: null };
}

async function save(
  record: SpoolRecord,
  segments: readonly (Segment & { readonly modifiedAt: number })[],
  file: OpenFile,
  world: World,
): Promise<string> {
  const { directory, system } = world;
  const lastSign = Math.max(file.status().modifiedAt, ...segments.map(({ modifiedAt }) => modifiedAt));
  const loss = {
    endedAt: Math.round(world.endedAt ?? lastSign),
    leftovers: world.leftovers ?? [],
    notes: [`recovered from the spool of process ${record.header.owner.pid}`],
  };
  const outcome = lostOutcome(record, segments, loss);
  const evidence = attemptsOf(record.lines, segments).map((number) =>
    lostEvidence(number, segments, record.lines),
  );
  const saved = await saveDiagnostics(outcome, evidence, { directory, redactor: placeholders, system });
  if (saved.diagnostics.path === null)
    throw new Error(saved.notes.at(-1) ?? "the diagnostics were not written");
  return saved.diagnostics.path.slice(directory.length + 1, -".log".length);
}

function readSegments(executionId: string, world: World) {
  const { files } = world.system;
  return segmentNames(executionId, world).flatMap((name) => {
    const parsed = parseSegmentName(name);
    const path = join(world.directory, name);
    if (parsed === null || files.linkStatus(path)?.kind !== "file") return [];
    return [{ ...parsed, text: files.read(path), modifiedAt: files.status(path)?.modifiedAt ?? 0 }];
  });
}

function segmentNames(executionId: string, { directory, system }: World): readonly string[] {
  return system.files.names(directory).filter((name) => parseSegmentName(name)?.executionId === executionId);
}

function textOf(file: OpenFile): string {
  return new TextDecoder().decode(file.readAt(0, file.status().size));
}
