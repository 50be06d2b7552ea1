/**
 * Secrets that become known while a program runs: it, or whoever called us, writes them to a descriptor, one a line as
 * `core/secret-list.ts` reads them.
 *
 *  1. What was written before the program said something is known before that is redacted: the descriptor is read before
 *     each chunk of output is looked at, and every 20 ms, so that nobody who writes waits for long.
 *  2. A secret is masked from then on in everything, and everything is masked anew that is on disk and is still ours.
 *  3. A line without an end counts as soon as output comes after it.
 */

import { UsageError } from "../../core/errors.ts";
import { joinBytes } from "../../core/join-bytes.ts";
import type { Redactor } from "../../core/redactor.ts";
import { readSecretLine } from "../../core/secret-list.ts";
import type { Secret } from "../../core/secret-name.ts";
import type { AttemptWitness, Witness } from "../../core/witness.ts";
import type { Channel, System } from "../../system/system.ts";
import { unmaskableReason } from "../unmaskable.ts";

/** By this variable the program finds the descriptor. */
export const maskVariable = "FAULTBOX_MASK_FD";

const pauseMs = 20;
/** Whoever writes more does not write secrets, and looking for each costs memory and time. */
const mostBytes = 262_144;
/** A shorter line without an end may be the beginning of a word, and a longer one is still on its way. */
const [shortestUnfinished, longestUnfinished] = [8, 4096] as const;

/** Opens what `--mask-fd` names; null when it is not given. Throws a `UsageError`. */
export function openMaskChannel(word: string | undefined, system: System): Channel | null {
  if (word === undefined) return null;
  const number = /^\d{1,3}$/.test(word) ? Number(word) : 0;
  if (number < 3 || number > 255) throw new UsageError("Give --mask-fd a descriptor from 3 to 255");
  const channel = system.processes.openChannel(number);
  if (typeof channel === "string") throw new UsageError(`Cannot use --mask-fd ${number}: ${channel}`);
  return channel;
}

interface World {
  readonly redactor: Redactor;
  /** Masks anew what is on disk. */
  readonly rescan: () => void;
  readonly system: Pick<System, "clock" | "environment">;
}

/** The witness that reads them. It has to be the first to hear what the program says. */
export function lateSecrets(channel: Channel, { redactor, rescan, system }: World): Witness {
  const known = new Set<string>();
  const problems = new Set<string>();
  let unfinished: Uint8Array = new Uint8Array();
  let total = 0;

  function take(atEnd: boolean): void {
    const lines = linesOf(newBytes());
    const rest = new TextDecoder().decode(unfinished);
    if (atEnd || (rest.length >= shortestUnfinished && rest.length <= longestUnfinished)) lines.push(rest);
    if (atEnd) unfinished = new Uint8Array();
    const secrets = lines.flatMap((line) => readSecretLine(line)).filter(isNew);
    if (secrets.length === 0) return;
    redactor.add(secrets);
    rescan();
  }

  function newBytes(): readonly Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let bytes = channel.read(); bytes.length > 0; bytes = channel.read()) {
      total += bytes.length;
      if (total <= mostBytes) pieces.push(bytes);
      else problems.add("more than 256 KiB came by --mask-fd: what came last is not masked");
      if (total > mostBytes) break; // the rest can wait: whoever floods us must not keep us here
    }
    return pieces;
  }

  function linesOf(pieces: readonly Uint8Array[]): string[] {
    const lines: string[] = [];
    for (const piece of pieces) {
      const whole = joinBytes([unfinished, piece]);
      const end = whole.lastIndexOf(10) + 1;
      if (end > 0) lines.push(...decode(whole.subarray(0, end)).split("\n"));
      unfinished = whole.slice(end);
    }
    return lines;
  }

  function decode(bytes: Uint8Array): string {
    const text = new TextDecoder().decode(bytes);
    if (text.includes("\ufffd"))
      problems.add("what came by --mask-fd is not UTF-8: some of it is not masked");
    return text;
  }

  function isNew(secret: Secret): boolean {
    const reason = unmaskableReason(secret, system.environment);
    if (reason !== null) problems.add(`a secret that came by --mask-fd is not masked: ${reason}`);
    const key = `${secret.name}=${secret.value}`;
    if (reason !== null || known.has(key)) return false;
    known.add(key);
    return true;
  }

  async function readOn(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      take(false);
      await system.clock.sleep(pauseMs, over);
    }
  }

  return {
    prepare: () => take(false),
    attempt(): AttemptWitness {
      const over = new AbortController();
      void readOn(over.signal);
      return {
        said: () => take(false),
        over() {
          over.abort();
          take(true);
        },
      };
    },
    notes: () => [...problems],
  };
}
