import { afterAll } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildEnvironment, type ChildEnvironment } from "../../src/environment/build.ts";
import type { EnvironmentFlags } from "../../src/environment/command-line.ts";
import type { Decision } from "../../src/environment/decision.ts";
import type { Policy, Profile, World } from "../../src/environment/policy.ts";
import type { PolicyPlace, PolicySource } from "../../src/environment/policy-places.ts";
import { readPolicy } from "../../src/environment/read-policy.ts";
import { combinePolicyFiles, readPolicyFiles } from "../../src/environment/read-policy-files.ts";
import { nodeFiles } from "../../src/system/files.ts";
import { noLibc } from "../../src/system/libc.ts";
import type { Variables } from "../../src/system/system.ts";

const made: string[] = [];

afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A fresh directory, gone after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "faultbox-environment-"));
  made.push(directory);
  return directory;
}

/** Makes a directory of that mode with executables of these names in it, and returns its path. */
export function directoryWith(path: string, programs: readonly string[] = [], mode = 0o755): string {
  mkdirSync(path, { recursive: true });
  for (const program of programs) writeFileSync(join(path, program), "#!/bin/sh\n", { mode: 0o755 });
  chmodSync(path, mode);
  return path;
}

/** The real files; what lies under /usr/lib/locale and /usr/share/locale is looked for in `locales` instead. */
export function worldWith({ root = "/project", platform = "linux", locales = "/nowhere" } = {}): World {
  const files = nodeFiles(noLibc);
  const moved = (path: string) => path.replace(/^\/usr\/(lib|share)\/locale/, `${locales}/$1`);
  return {
    root,
    files: {
      ...files,
      status: (path) => files.status(moved(path)),
      openRead: (path) => files.openRead(moved(path)),
    },
    host: {
      platform,
      pid: 1,
      userId: null,
      name: () => "host",
      workingDirectory: () => root,
      place: () => ({ name: null, machineId: null, bootId: null, pidNamespace: null }),
    },
  };
}

export type Flags = Partial<EnvironmentFlags>;

const none = { profile: undefined, pass: [], secret: [], set: [], drop: [], require: [], "unsafe-allow": [] };

/** The policy of these flags, with profiles as a file of one's own would hold them. */
export function policyWith(flags: Flags = {}, profiles: readonly Profile[] = []): Policy {
  if (profiles.length === 0) return readPolicy({ ...none, ...flags });
  const file = { source: "user" as const, shown: "own.toml", profile: null, repoMayPass: [], profiles };
  return combinePolicyFiles({ ...none, ...flags }, [file]);
}

/** Policy files by whose they are, as they are written. */
export type Files = { readonly [Source in PolicySource]?: string | Uint8Array };

const sources = ["named", "repository", "user", "machine"] as const;

/** The places of files that are written to a fresh directory. Messages name each by its source: `user.toml`. */
export function placesOf(files: Files): readonly PolicyPlace[] {
  const directory = temporaryDirectory();
  return sources.flatMap((source) => {
    const content = files[source];
    if (content === undefined) return [];
    const path = join(directory, `${source}.toml`);
    writeFileSync(path, content);
    return [{ source, path, shown: `${source}.toml` }];
  });
}

/** The policy that files and flags make. */
export function policyOfFiles(files: Files, flags: Flags = {}): Policy {
  return readPolicyFiles({ ...none, ...flags }, placesOf(files), worldWith().files);
}

/** The child's environment under policy files. */
export function buildWithFiles(parent: Variables, files: Files, flags: Flags = {}, world = worldWith()) {
  return buildEnvironment(parent, policyOfFiles(files, flags), world);
}

/** The child's environment under these flags; a profile called `test` can be given whole. */
export function build(
  parent: Variables,
  flags: Flags = {},
  profile?: Omit<Profile, "name">,
  world = worldWith(),
) {
  const profiles = profile ? [{ name: "test", ...profile }] : [];
  return buildEnvironment(
    parent,
    policyWith({ ...(profile && { profile: "test" }), ...flags }, profiles),
    world,
  );
}

/** The child's variables without PATH, which is always there. */
export function variablesOf({ variables }: ChildEnvironment): Variables {
  const { PATH: _, ...rest } = variables;
  return rest;
}

export function decisionOn(name: string, environment: ChildEnvironment): Decision {
  const decision = environment.decisions.find((candidate) => candidate.name === name);
  if (decision === undefined) throw new Error(`no decision on ${name}`);
  return decision;
}
