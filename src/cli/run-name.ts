import * as v from "valibot";
import { UsageError } from "../core/errors.ts";
import type { Files } from "../system/system.ts";
import { lastSequence } from "../wiring/reserve.ts";
import type { RunKind, RunName } from "../wiring/run-paths.ts";
import { projectRoot } from "./handed-path.ts";
import { readInput } from "./input.ts";
import { fileNamePart } from "./schemas.ts";

/** The flags that name a run, as words. */
export interface RunNameFlags {
  readonly "project-root": string | undefined;
  readonly "task-type": string | undefined;
  readonly seq: string | undefined;
}

/** Which runs they are, checked. The directory of the project must be there. */
export function readRunKind(flags: RunNameFlags, files: Pick<Files, "status">): RunKind {
  const { "project-root": word, "task-type": type } = flags;
  if (word === undefined) throw new UsageError("Give --project-root DIR, an absolute path");
  const root = projectRoot("--project-root", word, files);
  if (type === undefined) throw new UsageError("Give --task-type TYPE, for example review");
  // 48 letters of four bytes each and the rest of a file's name stay below the 255 bytes that a name may have.
  return { projectRoot: root, taskType: readInput(fileNamePart("--task-type", 48), type) };
}

/** Which run it is, checked. */
export function readRunName(flags: RunNameFlags, files: Pick<Files, "status">): RunName {
  const { seq } = flags;
  if (seq === undefined || seq === "next") {
    throw new UsageError(
      "Give --seq N, the number of a run: faultbox paths --seq next reserves one and says which",
    );
  }
  return { ...readRunKind(flags, files), sequence: readSequence(seq) };
}

/** A sequence number, with or without its zeros. */
export function readSequence(word: string): number {
  return readInput(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/, `Give --seq as a number from 1 to ${lastSequence}, or as next`),
      v.transform(Number),
      v.minValue(1, `Give --seq as a number from 1 to ${lastSequence}, or as next`),
    ),
    word,
  );
}
