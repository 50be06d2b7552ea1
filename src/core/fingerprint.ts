/**
 * What makes two failures the same fault, whoever saw them: one function for the records of an errors log and for
 * failed executions. The same input gives the same fingerprint on every host and in every later version of faultbox.
 *
 *     v1:3f2a91c04b7e8d15   cli-failure | exit 1 | ValueError in load config.py | cannot read <path>/config.toml
 */
import type { Files } from "../system/system.ts";
import { exceptionIn } from "./exception.ts";
import { normalizeMessage } from "./normalize-message.ts";

/** What a fingerprint is made of. */
export interface Fault {
  readonly type: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly message: string;
  /** Other text in which a stack trace may stand. */
  readonly excerpt: string | null;
}

/** Written `version:hash`. Equal hashes of one version are one fault; the key says in words which. */
export interface Fingerprint {
  readonly version: "v1";
  /** 16 hex digits. */
  readonly hash: string;
  readonly key: string;
}

/** The key is kept only so long; the hash is of all of it. */
const longestKey = 400;

/** How a SHA-256 is made: 64 hex digits. */
type Hashing = Pick<Files, "sha256">;

/** The fingerprint of a fault; of the text alone, where somebody gave one. */
export function fingerprintOf(
  fault: Fault,
  { sha256 }: Hashing,
  explicit: string | null = null,
): Fingerprint {
  const parts = explicit === null ? keyParts(fault) : [explicit];
  const key = parts.join(" | ").replaceAll("\n", " / ");
  const text = (explicit === null ? "" : "explicit\n") + parts.join("\n");
  return {
    version: "v1",
    hash: sha256(new TextEncoder().encode(text)).slice(0, 16),
    key: key.length > longestKey ? `${key.slice(0, longestKey).toWellFormed()}…` : key,
  };
}

/** As people write it: `v1:3f2a91c04b7e8d15`. */
export function fingerprintText({
  version,
  hash,
}: {
  readonly version: string;
  readonly hash: string;
}): string {
  return `${version}:${hash}`;
}

/** What a fingerprint is made of, each part with its name, as `--why` shows it. */
export function keyParts(fault: Fault): readonly string[] {
  const exception = exceptionIn(fault.message) ?? exceptionIn(fault.excerpt ?? "");
  const frame = exception?.frame ? ` in ${exception.frame}` : "";
  return [
    fault.type,
    fault.signal ?? (fault.exitCode === null ? "no exit code" : `exit ${fault.exitCode}`),
    ...(exception ? [`${exception.class}${frame}`] : []),
    normalizeMessage(fault.message),
  ];
}
