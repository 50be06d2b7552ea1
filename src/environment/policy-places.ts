import { UsageError } from "../core/errors.ts";
import { isAbsolute, resolve } from "../system/path.ts";
import type { Files, System } from "../system/system.ts";

/** Whose word a policy file is. What a repository says is limited, since whoever wrote it is not who runs it. */
export type PolicySource = "named" | "repository" | "user" | "machine";

/** A policy file that is there. */
export interface PolicyPlace {
  readonly source: PolicySource;
  readonly path: string;
  /** How messages name it. */
  readonly shown: string;
}

/** Which policy files a person wants. */
export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly "no-config"?: boolean | undefined;
}

type Surroundings = Pick<System, "environment" | "host" | "files">;

/**
 * The policy files there are, the strongest first. The one named by `--config` stands where the repository's would, and
 * is trusted. One look at each place is all that a start without a policy pays.
 */
export function policyPlaces(flags: ConfigFlags, system: Surroundings): readonly PolicyPlace[] {
  const found: PolicyPlace[] = [];
  const look = (source: PolicySource, path: string, shown = path) => {
    if (!isMissing(path, system.files)) found.push({ source, path, shown });
  };
  if (flags.config !== undefined) found.push(namedPlace(flags.config, system));
  if (flags["no-config"]) return found;
  // Relative, since the name of this directory may not be UTF-8, and a rule must not cease to hold for that.
  if (found.length === 0) look("repository", "./faultbox.toml");
  // Put together by hand: loading `node:path` for it takes longer than the looks.
  const configuration = userConfiguration(system.environment);
  if (configuration !== null) look("user", `${configuration}/faultbox/faultbox.toml`);
  look("machine", "/etc/faultbox/faultbox.toml");
  return found;
}

function namedPlace(word: string, { host, files }: Surroundings): PolicyPlace {
  if (word === "" || word.includes("\0")) throw new UsageError("Give --config a file");
  const path = resolve(host.workingDirectory(), word);
  if (isMissing(path, files)) throw new UsageError(`Cannot read --config "${word}": no such file`);
  return { source: "named", path, shown: word };
}

/** Where the XDG Base Directory Specification puts it: a relative XDG_CONFIG_HOME counts as none. */
function userConfiguration(environment: System["environment"]): string | null {
  const configured = environment["XDG_CONFIG_HOME"];
  if (configured !== undefined && isAbsolute(configured)) return configured;
  const home = environment["HOME"];
  return home !== undefined && isAbsolute(home) ? `${home}/.config` : null;
}

/** One that we may not look at is there: reading it will tell, since rules must not cease to hold in silence. */
function isMissing(path: string, files: Files): boolean {
  try {
    return files.status(path) === null;
  } catch {
    return false;
  }
}
