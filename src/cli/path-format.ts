import { UsageError } from "../core/errors.ts";
import { shellQuote } from "../core/shell-quote.ts";

/** Paths by the name of the variable that a script gets them in. */
export type NamedPaths = Readonly<Record<string, string>>;

/** Assignments that a shell can evaluate, whatever the paths hold. With `env` they are exported to what the script starts. */
export function assignments(paths: NamedPaths, format: "shell" | "env"): readonly string[] {
  const prefix = format === "env" ? "export " : "";
  return Object.entries(paths).map(([name, path]) => `${prefix}${name}=${shellQuote(path)}`);
}

/** One of the formats that a command has; `--json` is the same as `--format json`. */
export function formatOf<const Format extends string>(
  flags: { readonly format: string | undefined; readonly json: boolean | undefined },
  known: readonly [Format, ...Format[]],
): Format {
  if (flags.json && flags.format !== undefined && flags.format !== "json") {
    throw new UsageError(`Give either --json or --format ${flags.format}`);
  }
  const word = flags.json ? "json" : (flags.format ?? known[0]);
  const format = known.find((name) => name === word);
  if (format === undefined)
    throw new UsageError(`Give --format as ${known.slice(0, -1).join(", ")} or ${known.at(-1)}`);
  return format;
}
