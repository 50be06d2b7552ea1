import manifest from "../../package.json" with { type: "json" };

// `build.ts` puts texts in their place; from source these names do not exist.
declare const FAULTBOX_COMMIT: string;
declare const FAULTBOX_TARGET: string;

/** The version of faultbox. */
export const version: string = manifest.version;

/** Which faultbox this is, as `--version` and bug reports say it. */
export interface BuildInfo {
  readonly version: string;
  /** Twelve digits, with `-dirty` behind them when the tree was; `unknown` outside git, `source` when not compiled. */
  readonly commit: string;
  /** For example `linux-x64-musl`, or `source`. */
  readonly target: string;
  /** The runtime with its version, for example `bun 1.4.5`. */
  readonly runtime: string;
  /** The version of Bun inside; null when the source runs under another runtime. */
  readonly bun: string | null;
}

/** What is known about this build. The runtime is an argument, since no file outside `system/` names one. */
export function buildInfo(runtime: { readonly name: string; readonly version: string }): BuildInfo {
  return {
    version,
    commit: typeof FAULTBOX_COMMIT === "undefined" ? "source" : FAULTBOX_COMMIT,
    target: typeof FAULTBOX_TARGET === "undefined" ? "source" : FAULTBOX_TARGET,
    runtime: `${runtime.name} ${runtime.version}`,
    bun: runtime.name === "bun" ? runtime.version : null,
  };
}
