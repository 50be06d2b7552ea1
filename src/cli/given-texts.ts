import { describeError, UsageError } from "../core/errors.ts";
import type { Redactor } from "../core/redactor.ts";
import { resolve } from "../system/path.ts";
import type { System } from "../system/system.ts";
import type { Log } from "./log.ts";
import { readText } from "./read-text.ts";

interface TextFlags {
  readonly message: string | undefined;
  readonly "message-file": string | undefined;
  readonly "stderr-excerpt-file": string | undefined;
}

/** The texts of an error: given as words, or in files that are read here. */
export interface GivenTexts {
  readonly message: string | undefined;
  readonly stderrExcerpt: string | undefined;
}

/** Reads the message and the excerpt. One that cannot be read is no reason to lose the error: it says so in its place. */
export async function readTexts(
  flags: TextFlags,
  redactor: Redactor,
  { system, log }: { readonly system: System; readonly log: Log },
): Promise<GivenTexts> {
  const messageFile = flags.message === undefined ? flags["message-file"] : undefined;
  if (messageFile === "-" && flags["stderr-excerpt-file"] === "-") {
    throw new UsageError("Give - to one of --message-file and --stderr-excerpt-file: stdin is read once");
  }
  const textOf = async (flag: string, word: string | undefined) => {
    if (!word) return undefined;
    const path = word === "-" ? "-" : resolve(system.host.workingDirectory(), word);
    try {
      return await readText(path, system.files, redactor);
    } catch (error) {
      const problem = `Cannot read --${flag} "${word}": ${describeError(error)}`;
      log.warn(`${problem}; the record says so`);
      return `[faultbox: ${problem}]`;
    }
  };
  return {
    message: flags.message ?? (await textOf("message-file", messageFile)),
    stderrExcerpt: await textOf("stderr-excerpt-file", flags["stderr-excerpt-file"]),
  };
}

/** `name=value` words as a map. */
export function attributesOf(words: readonly string[]): Readonly<Record<string, string>> {
  const attributes: [name: string, value: string][] = [];
  for (const word of words) {
    const equals = word.indexOf("=");
    attributes.push(equals < 0 ? [word, ""] : [word.slice(0, equals), word.slice(equals + 1)]);
  }
  return Object.fromEntries(attributes);
}
