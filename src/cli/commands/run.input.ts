import * as v from "valibot";
import { parseDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import type { Limit } from "../../core/outcome.ts";
import { holdsRaw, readableText } from "../../core/raw-text.ts";
import { describeSize, parseSize } from "../../core/size.ts";
import type { RunRequest, StdinChoice } from "../../runner/request.ts";
import { dirname, resolve } from "../../system/path.ts";
import type { Files, System } from "../../system/system.ts";
import { readInput } from "../input.ts";
import { fileNamePart } from "../schemas.ts";
import { areDefault, defaultMeaning } from "./run.defaults.ts";

/** The flags of `run` that are not about the environment, as words. */
export interface RunWords {
  readonly timeout: string | undefined;
  readonly "idle-timeout": string | undefined;
  readonly "total-timeout": string | undefined;
  readonly grace: string | undefined;
  readonly cwd: string | undefined;
  readonly stdin: string;
  readonly role: string;
  readonly task: string | undefined;
  readonly keep: string;
  readonly result: string | undefined;
  readonly outcome: string | undefined;
  readonly retries: string;
  readonly "retry-on": string;
  readonly "retry-delay": string;
  readonly "retry-backoff": string;
  readonly memory: string | undefined;
  readonly pids: string | undefined;
  readonly cpu: string | undefined;
  readonly limits: string;
  readonly leftovers: string;
  readonly drain: string;
}

const duration = (flag: string) =>
  v.pipe(
    v.string(),
    v.transform(parseDuration),
    v.number(`Give ${flag} as a duration, for example 90, 75m or 1h30m`),
  );

const retryTrigger = () =>
  v.pipe(
    v.string(),
    v.check(
      (word) =>
        /^(transient|any|timeout)$/.test(word) || (/^[1-9]\d{0,2}$/.test(word) && Number(word) <= 255),
      "Give --retry-on as transient, any, timeout or exit codes from 1 to 255, for example transient,75",
    ),
    v.transform((word) => (/^\d/.test(word) ? Number(word) : (word as "transient" | "any" | "timeout"))),
  );

/** In a group with less memory the kernel could not even start a program. */
const leastMemory = 4_000_000;

const memorySize = () =>
  v.pipe(
    v.string(),
    v.transform(parseSize),
    v.number("Give --memory as a size, for example 512M or 2Gi"),
    v.minValue(leastMemory, `Give --memory at least ${describeSize(leastMemory)}`),
  );

/** In percent of one processor. */
const processorTime = () =>
  v.pipe(
    v.string(),
    v.regex(
      /^\d{1,5}(\.\d+)?%?$/,
      "Give --cpu as a number of processors or as a percentage, for example 1.5 or 50%",
    ),
    v.transform((text) => (text.endsWith("%") ? Number.parseFloat(text) : Number(text) * 100)),
    v.minValue(1, "Give --cpu at least 1%"),
  );

/**
 * The words of a call, judged. Paths are looked at afterwards, since that asks the file system. The schema is made
 * when it is asked: a plain call gives nothing to judge.
 */
export function judgeWords(words: RunWords): v.InferOutput<ReturnType<typeof runInput>> {
  const times = words.timeout ?? words["idle-timeout"] ?? words["total-timeout"] ?? words.grace;
  const others = words.task ?? words.memory ?? words.pids ?? words.cpu;
  if (times === undefined && others === undefined && areDefault(words)) {
    return { ...defaultMeaning, "retry-on": [...defaultMeaning["retry-on"]] };
  }
  return readInput(runInput(), words);
}

/** What the words of a call must be. */
const runInput = () =>
  v.object({
    timeout: v.optional(duration("--timeout")),
    "idle-timeout": v.optional(duration("--idle-timeout")),
    "total-timeout": v.optional(duration("--total-timeout")),
    grace: v.optional(duration("--grace")),
    role: fileNamePart("--role", 64),
    task: v.optional(fileNamePart("--task", 200)),
    keep: v.picklist(["failure", "always"], "Give --keep as failure or always"),
    retries: v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/, "Give --retries as a number from 0 to 999"),
      v.transform(Number),
    ),
    "retry-on": v.pipe(
      v.string(),
      v.transform((text): string[] => text.split(",")),
      v.array(retryTrigger()),
    ),
    "retry-delay": duration("--retry-delay"),
    "retry-backoff": v.picklist(["fixed", "exponential"], "Give --retry-backoff as fixed or exponential"),
    memory: v.optional(memorySize()),
    pids: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^[1-9]\d{0,8}$/, "Give --pids as a number of processes, for example 200"),
        v.transform(Number),
      ),
    ),
    cpu: v.optional(processorTime()),
    limits: v.picklist(["strict", "best-effort"], "Give --limits as strict or best-effort"),
    leftovers: v.picklist(["kill", "report", "allow"], "Give --leftovers as kill, report or allow"),
    drain: duration("--drain"),
  });

/** The wall limit with its source: the flag, else FAULTBOX_TIMEOUT, else what the command has. */
export function timeoutLimit(
  flag: number | undefined,
  variable: string | undefined,
  defaultMs: number,
): Limit {
  if (flag !== undefined) return { ms: flag, source: "--timeout" };
  if (variable === undefined) return { ms: defaultMs, source: "default" };
  const ms = parseDuration(variable);
  if (ms === null) {
    throw new UsageError(
      `Cannot read FAULTBOX_TIMEOUT: ${JSON.stringify(variable)} is not a duration such as 90, 75m or 1h30m`,
    );
  }
  return { ms, source: "FAULTBOX_TIMEOUT" };
}

/** The program to run. Throws when there is none, or when its name could not be found again in a message or a file. */
export function programOf(words: readonly string[]): RunRequest["argv"] {
  const [program, ...rest] = words;
  if (program === undefined || program === "") {
    throw new UsageError("Give the program after --, as in: faultbox run -- npm test");
  }
  if (holdsRaw(program)) {
    throw new UsageError(
      `Cannot start "${readableText(program)}": the program's name is not UTF-8 (link to it by another name)`,
    );
  }
  return [program, ...rest];
}

/** How long more text is waited for: 200 ms of silence, five seconds in all, unless more is asked for. */
export function drainWindow(quietMs: number): RunRequest["drain"] {
  // What lies in a pipe when its program ends takes a moment to be read.
  return { quietMs: Math.max(quietMs, 20), longestMs: Math.max(quietMs, 5000) };
}

/** Where the program's input comes from; a file must be there before anything starts. */
export function stdinChoice(word: string, here: string, files: Files): StdinChoice {
  if (word === "inherit" || word === "null") return { kind: word };
  const path = resolve(here, word);
  const status = files.status(path);
  if (status === null) throw new UsageError(`Cannot read --stdin "${word}": no such file`);
  if (status.kind === "directory") throw new UsageError(`Cannot read --stdin "${word}": it is a directory`);
  try {
    files.openRead(path).close();
  } catch {
    throw new UsageError(`Cannot read --stdin "${word}": permission denied`);
  }
  return { kind: "file", path };
}

/** Where the outcome goes: a file in a directory that is there, `-`, both or nowhere. */
export function outcomePaths(
  words: { readonly outcome: string | undefined; readonly json: boolean | undefined },
  here: string,
  files: Files,
): readonly string[] {
  const file =
    words.outcome === undefined || words.outcome === "-" ? [] : [outcomeFile(words.outcome, here, files)];
  return words.outcome === "-" || words.json ? [...file, "-"] : file;
}

function outcomeFile(word: string, here: string, files: Files): string {
  if (word === "") throw new UsageError("Give --outcome a file, or - for stdout");
  const path = resolve(here, word);
  if (files.status(dirname(path))?.kind !== "directory") {
    throw new UsageError(`Cannot write --outcome "${word}": the directory "${dirname(path)}" does not exist`);
  }
  const kind = files.status(path)?.kind;
  if (kind !== undefined && kind !== "file") {
    throw new UsageError(`Cannot write --outcome "${word}": it is not a regular file`);
  }
  return path;
}

/** The result file and whether it must be there; null when none is read. */
export function resultChoice(
  words: { readonly result: string | undefined; readonly required: boolean; readonly annotate: boolean },
  system: Pick<System, "host">,
): RunRequest["result"] {
  if (words.result === undefined || words.result === "") {
    const flag = words.required ? "--require-result" : words.annotate ? "--annotate-result" : null;
    if (flag !== null || words.result === "")
      throw new UsageError(`Give --result FILE${flag ? ` with ${flag}` : ""}`);
    return null;
  }
  return { path: resolve(system.host.workingDirectory(), words.result), required: words.required };
}
