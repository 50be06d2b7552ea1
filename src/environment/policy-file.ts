import * as v from "valibot";
import { describeError, UsageError } from "../core/errors.ts";
import type { Files } from "../system/system.ts";

import type { PolicyFile, Profile } from "./policy.ts";
import type { PolicyPlace } from "./policy-places.ts";
import { type PolicyDocument, policySchema } from "./policy-schema.ts";
import { readToml, type TomlPath } from "./toml.ts";

/** A policy longer than this is another file under its name. */
const maxBytes = 1 << 20;

/** Reads a policy file. Throws a `UsageError` that names the file, the line, the key and the way out. */
export function readPolicyFile(place: PolicyPlace, files: Files): PolicyFile {
  const document = readToml(readText(place, files));
  if (document.kind === "fault") throw refusal(place, document.message, document.line);
  const parsed = v.safeParse(policySchema, document.value);
  if (!parsed.success) {
    const faults = parsed.issues.map((issue) => faultOf(issue, document.lineOf));
    const [first] = faults.sort((one, other) => one.line - other.line);
    throw refusal(place, first?.message ?? "", first?.line);
  }
  return toPolicyFile(parsed.output, place, (path) => `${place.shown}:${document.lineOf(path)}`);
}

function readText(place: PolicyPlace, files: Files): string {
  let bytes: Uint8Array;
  try {
    const size = files.status(place.path)?.size ?? 0;
    if (size > maxBytes) throw new Error(`it has ${size} bytes, and no policy has more than 1 MiB`);
    bytes = files.read(place.path);
  } catch (error) {
    throw refusal(place, `${describeError(error)}; put it right, or give --no-config to do without`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusal(place, "it is not UTF-8; save it as UTF-8", lineNotUtf8(bytes));
  }
}

function refusal({ shown }: PolicyPlace, message: string, line?: number): UsageError {
  return new UsageError(`Cannot read policy "${shown}${line === undefined ? "" : `:${line}`}": ${message}`);
}

/** A line feed never stands inside a character, so that each line can be looked at alone. */
function lineNotUtf8(bytes: Uint8Array): number {
  for (let line = 1, start = 0; ; line++) {
    const end = bytes.indexOf(10, start);
    const text = new TextDecoder().decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    if (end < 0 || text.includes("\uFFFD")) return line;
    start = end + 1;
  }
}

/** What is wrong, as deep inside as it can be told: a union knows the issues of each of its options. */
function faultOf(issue: v.BaseIssue<unknown>, lineOf: (path: TomlPath) => number) {
  const path = pathOf(issue);
  const [inner] = (issue.issues ?? []).toSorted((one, other) => pathOf(other).length - pathOf(one).length);
  const within = inner === undefined ? [] : pathOf(inner);
  const whole = [...path, ...within];
  const { message } = within.length > 0 && inner !== undefined ? inner : issue;
  return { line: lineOf(whole), message: `${keyOf(whole)} ${message}` };
}

function pathOf(issue: v.BaseIssue<unknown>): TomlPath {
  return (issue.path ?? []).map(({ key }) => key as string | number);
}

/** A key as TOML writes it: `env.profiles.agent.vars."CL_*"`. A place in a list counts from one, as people do. */
function keyOf(path: TomlPath): string {
  const parts = path.map((key) => {
    if (typeof key === "number") return `entry ${key + 1}`;
    return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  });
  return parts.length === 0 ? "it" : parts.join(".").replaceAll(".entry ", ", entry ");
}

function toPolicyFile(
  { env = {} }: PolicyDocument,
  { source, shown }: PolicyPlace,
  originOf: (path: TomlPath) => string,
): PolicyFile {
  return {
    source,
    shown,
    profile: env.profile === undefined ? null : { name: env.profile, origin: originOf(["env", "profile"]) },
    repoMayPass: (env.repo_may_pass ?? []).map((pattern, index) => ({
      pattern,
      origin: originOf(["env", "repo_may_pass", index]),
    })),
    profiles: Object.entries(env.profiles ?? {}).map(([name, profile]): Profile => {
      const top = ["env", "profiles", name];
      return {
        name,
        file: shown,
        ...profile,
        originOf: (section, key) => originOf([...top, section, ...(key === undefined ? [] : [key])]),
      };
    }),
  };
}
