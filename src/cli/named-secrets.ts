import { describeError, UsageError } from "../core/errors.ts";
import { readSecretList } from "../core/secret-list.ts";
import type { Secret } from "../core/secret-name.ts";
import type { System } from "../system/system.ts";

/** A secret that a person named, and where. */
export interface NamedSecret extends Secret {
  /** For messages: `--name "PIN"` or `line 3 of "secrets.txt"`. */
  readonly from: string;
}

interface Named {
  readonly secrets: readonly NamedSecret[];
  readonly warnings: readonly string[];
}

/** Nobody lists so many secrets by hand, and each costs memory and time. */
const mostBytes = 1_048_576;

/** The secrets that flags name. Throws a `UsageError` for one that is not there: a text must not pass unmasked for a slip. */
export async function namedSecrets(
  flags: { readonly name: readonly string[]; readonly "mask-file": readonly string[] },
  system: Pick<System, "environment" | "files">,
): Promise<Named> {
  const variables = [...new Set(flags.name)].map((name) => variable(name, system));
  const files = await Promise.all(flags["mask-file"].map((path) => listedSecrets(path, system)));
  return {
    secrets: [...variables, ...files.flatMap(({ secrets }) => secrets)],
    warnings: files.flatMap(({ warnings }) => warnings),
  };
}

function variable(name: string, { environment }: Pick<System, "environment">): NamedSecret {
  if (name === "" || name.includes("=")) throw new UsageError("Give --name the name of a variable");
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value === undefined)
    throw new UsageError(`Cannot mask --name "${name}": our environment has no such variable`);
  return { name, value, marked: true, from: `--name "${name}"` };
}

async function listedSecrets(path: string, { files }: Pick<System, "files">): Promise<Named> {
  const secrets = readSecretList(await readList(path, files)).map(
    ({ line, ...secret }): NamedSecret => ({ ...secret, from: `line ${line} of "${path}"` }),
  );
  return { secrets, warnings: secrets.length === 0 ? [`--mask-file "${path}" holds no secret`] : [] };
}

async function readList(path: string, files: System["files"]): Promise<string> {
  const refuse = (why: string) => new UsageError(`Cannot read --mask-file "${path}": ${why}`);
  if (path === "") throw new UsageError("Give --mask-file a file");
  if (path === "-") throw new UsageError("Give --mask-file a file: stdin is the text that is masked");
  const bytes = await readBytes(path, files).catch((error: unknown) => {
    throw refuse(describeError(error));
  });
  if (bytes === null) throw refuse("it is larger than 1 MiB");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refuse("it is not UTF-8");
  }
}

/** Null when it is too large. */
async function readBytes(path: string, files: System["files"]): Promise<Uint8Array | null> {
  const whole = new Uint8Array(mostBytes);
  let size = 0;
  for await (const chunk of files.chunks(path)) {
    if (size + chunk.length > mostBytes) return null;
    whole.set(chunk, size);
    size += chunk.length;
  }
  return whole.subarray(0, size);
}
