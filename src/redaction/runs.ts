/**
 * Runs: stretches of bytes of one set, by which a secret is followed to its end.
 *
 * A run may hold single bytes of a second set between two of the first, such as the dots of a JWT; never at its end, where a
 * dot belongs to the sentence.
 */
import { keyEnd } from "./key-run.ts";
import { passwordEnd } from "./url-password.ts";
import type { View } from "./view.ts";

/** A byte of the first set. */
export const ofCore = 1;

/** A kind of run. */
export interface Run {
  /** Each has its own. */
  readonly index: number;
  /** Of each byte: whether it can stand in one, where {@link ofCore} says that one can begin with it. */
  readonly table: Uint8Array;
  /**
   * Where a run ends that was followed up to `from`; negative, as `-1 - end`, when it may go on in bytes that are not there
   * yet. `begin` is where it began.
   */
  end(view: View, from: number, begin: number): number;
}

export type RunName = keyof typeof sets | "key" | "password";

/** Each set in the words of a regular expression: what a run is made of, and what may stand inside it. */
const sets = {
  base64: ["A-Za-z0-9+/=_-", ""],
  letters: ["A-Za-z0-9", ""],
  capitals: ["A-Z0-9", ""],
  dashed: ["A-Za-z0-9_-", ""],
  dotted: ["A-Za-z0-9_-", "."],
  path: ["A-Za-z0-9/", ""],
  header: ["A-Za-z0-9_~+/=-", "."],
  query: ["A-Za-z0-9_~+/=%*!$:@-", "."],
} as const satisfies Record<string, readonly [core: string, inner: string]>;

/** All of them. */
export function buildRuns(): Readonly<Record<RunName, Run>> {
  const anything = new Uint8Array(256).fill(ofCore);
  const runs: Partial<Record<RunName, Run>> = {
    key: { index: 0, table: anything, end: keyEnd },
    password: { index: 1, table: anything, end: passwordEnd },
  };
  for (const [index, name] of (Object.keys(sets) as (keyof typeof sets)[]).entries()) {
    const [core, inner] = sets[name];
    const table = tableOf(core, inner);
    runs[name] = {
      index: index + 2,
      table,
      end: (view, from) => setEnd(table, view, from),
    };
  }
  return runs as Record<RunName, Run>;
}

const ofInner = 2;

function tableOf(core: string, inner: string): Uint8Array {
  const coreTest = new RegExp(`[${core}]`);
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    return coreTest.test(character) ? ofCore : inner.includes(character) ? ofInner : 0;
  });
}

function setEnd(table: Uint8Array, { bytes, end, atEnd }: View, from: number): number {
  for (let at = from; ; at++) {
    while (at < end && table[bytes[at] as number] === ofCore) at++;
    if (at >= end) return atEnd ? at : -1 - at;
    if (table[bytes[at] as number] !== ofInner) return at;
    if (at + 1 >= end && !atEnd) return -1 - at;
    if (at + 1 >= end || table[bytes[at + 1] as number] !== ofCore) return at;
  }
}
